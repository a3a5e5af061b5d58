#include "ingest/lines/line_layout.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace inkling::ingest {
namespace {

// "time level service route status duration | message", "-" for what is not said.
std::string show(std::string_view line) {
  Arena arena;
  // 2024-06-15
  const LineContext context{.arrival = Timestamp::from_seconds(1'718'409'600)};
  const RecognisedLine read = recognise_line(line, context, arena);
  const LineFields& fields = read.fields;
  const auto or_dash = [](std::string_view text) { return text.empty() ? "-" : std::string(text); };
  return fmt::format("{} {} {} {} {} {} | {}", format_timestamp(fields.time),
                     fields.level == Level::kUnknown ? "-" : std::string(level_name(fields.level)),
                     or_dash(fields.service), or_dash(fields.route), fields.status,
                     std::isnan(fields.duration_ms) ? "-" : fmt::format("{:g}", fields.duration_ms),
                     fields.message);
}

struct Sample {
  const char* name;
  const char* line;
  const char* expected;
};

void expect_all(const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    EXPECT_EQ(show(sample.line), sample.expected);
  }
}

TEST(LineLayoutTest, ReadsJavaLayouts) {
  expect_all({
      {"logback",
       "2024-06-14 10:11:12.123 [main] INFO  com.shop.cart.CartService - Cart loaded in 3 ms",
       "2024-06-14T10:11:12.123Z info - - 0 - | Cart loaded in 3 ms"},
      {"logback, clock only", "10:11:12.123 [http-nio-8080-exec-1] WARN  c.s.Checkout -- slow",
       "- warn - - 0 - | slow"},
      {"log4j", "2024-06-14 10:11:12,123 ERROR [pool-3-thread-1] com.shop.Db: connection refused",
       "2024-06-14T10:11:12.123Z error - - 0 - | connection refused"},
      {"log4j, elapsed", "4521 [main] INFO  com.shop.App  - started", "- info - - 0 - | started"},
      {"Spring Boot 2",
       "2024-06-14 10:11:12.123  INFO 4711 --- [           main] o.s.b.w.e.tomcat.TomcatWebServer  "
       ": Tomcat started on port(s): 8080",
       "2024-06-14T10:11:12.123Z info - - 0 - | Tomcat started on port(s): 8080"},
      {"Spring Boot 3",
       "2024-06-14T10:11:12.123+02:00 ERROR 1 --- [cart] [nio-8080-exec-2] c.s.c.CartController : "
       "lookup failed",
       "2024-06-14T08:11:12.123Z error - - 0 - | lookup failed"},
      {"java.util.logging", "Jun 14, 2024 3:11:12 PM com.shop.Main run",
       "2024-06-14T15:11:12Z - - - 0 - | com.shop.Main run"},
      {"Tomcat",
       "14-Jun-2024 10:11:12.123 SEVERE [main] org.apache.catalina.core.StandardContext.start "
       "Error during start",
       "2024-06-14T10:11:12.123Z error - - 0 - | org.apache.catalina.core.StandardContext.start "
       "Error during start"},
      {"Spark", "24/06/14 10:11:12 INFO executor.Executor: Finished task 3.0",
       "2024-06-14T10:11:12Z info - - 0 - | Finished task 3.0"},
      {"nested blocks",
       "2024-06-14 10:11:12,747 - INFO  [Peer[id=1]/0:0:0:0:2181:Election@774] - New vote",
       "2024-06-14T10:11:12.747Z info - - 0 - | New vote"},
      {"Kafka",
       "[2024-06-14 10:11:12,123] INFO [GroupCoordinator 0]: Member joined "
       "(kafka.coordinator.group.GroupCoordinator)",
       "2024-06-14T10:11:12.123Z info - - 0 - | Member joined "
       "(kafka.coordinator.group.GroupCoordinator)"},
  });
}

TEST(LineLayoutTest, ReadsPythonRubyAndNodeLayouts) {
  expect_all({
      {"basicConfig", "WARNING:shop.cart:stock is low", "- warn - - 0 - | stock is low"},
      {"asctime - name - level", "2024-06-14 10:11:12,123 - shop.cart - ERROR - stock is gone",
       "2024-06-14T10:11:12.123Z error - - 0 - | stock is gone"},
      {"celery", "[2024-06-14 10:11:12,123: INFO/MainProcess] Connected to redis",
       "2024-06-14T10:11:12.123Z info - - 0 - | Connected to redis"},
      {"gunicorn", "[2024-06-14 10:11:12 +0000] [31] [INFO] Booting worker with pid: 31",
       "2024-06-14T10:11:12Z info - - 0 - | Booting worker with pid: 31"},
      {"loguru", "2024-06-14 10:11:12.123 | SUCCESS  | shop.cart:add:42 - added",
       "2024-06-14T10:11:12.123Z info - - 0 - | added"},
      {"tornado", "[I 240614 10:11:12 web:2239] 200 GET / (127.0.0.1) 1.2ms",
       "2024-06-14T10:11:12Z info - - 0 - | 200 GET / (127.0.0.1) 1.2ms"},
      {"uvicorn", "INFO:     Application startup complete.",
       "- info - - 0 - | Application startup complete."},
      {"supervisord", "2024-06-14 10:11:12,123 INFO spawned: 'web' with pid 9",
       "2024-06-14T10:11:12.123Z info - - 0 - | spawned: 'web' with pid 9"},
      {"Rails", "I, [2024-06-14T10:11:12.123456 #77]  INFO -- : Completed 200 OK in 12ms",
       "2024-06-14T10:11:12.123456Z info - - 0 - | Completed 200 OK in 12ms"},
      {"winston", "2024-06-14T10:11:12.123Z [error]: upstream timed out",
       "2024-06-14T10:11:12.123Z error - - 0 - | upstream timed out"},
      {"lower case behind a bare time is a word", "2024-06-14 10:11:12 error handling is hard",
       "2024-06-14T10:11:12Z - - - 0 - | error handling is hard"},
  });
}

TEST(LineLayoutTest, ReadsGoAndDotNetLayouts) {
  expect_all({
      {"Go log", "2024/06/14 10:11:12 listening on :8080",
       "2024-06-14T10:11:12Z - - - 0 - | listening on :8080"},
      {"Go log, file", "2024/06/14 10:11:12.123456 main.go:17: listening",
       "2024-06-14T10:11:12.123456Z - - - 0 - | listening"},
      {"zap console", "2024-06-14T10:11:12.123Z\tINFO\tcart\tcart/store.go:12\tloaded\t{\"n\": 3}",
       "2024-06-14T10:11:12.123Z info - - 0 - | loaded\t{\"n\": 3}"},
      {"klog", "E0614 10:11:12.123456       1 reflector.go:138] Failed to watch",
       "2024-06-14T10:11:12.123456Z error - - 0 - | Failed to watch"},
      {"glog with year", "I20240614 10:11:12.123456 12345 server.cc:45] ready",
       "2024-06-14T10:11:12.123456Z info - - 0 - | ready"},
      {".NET console", "fail: Shop.Cart.Store[0]", "- error - - 0 - | Shop.Cart.Store[0]"},
      {"Serilog", "[10:11:12 ERR] Payment refused", "- error - - 0 - | Payment refused"},
      {"Serilog file", "2024-06-14 10:11:12.123 +02:00 [WRN] Payment is slow",
       "2024-06-14T08:11:12.123Z warn - - 0 - | Payment is slow"},
      {"Serilog compact date", "2024-06-14 10:11:12.1234|WARN|Shop.Cart|Payment is slow",
       "2024-06-14T10:11:12.123400Z warn - - 0 - | Payment is slow"},
      {"Rust env_logger", "[2024-06-14T10:11:12Z INFO  shop::cart] loaded",
       "2024-06-14T10:11:12Z info - - 0 - | loaded"},
      {"Rust tracing", "2024-06-14T10:11:12.123456Z  WARN shop::cart: slow n=3",
       "2024-06-14T10:11:12.123456Z warn - - 0 - | slow n=3"},
  });
}

TEST(LineLayoutTest, ReadsServersAndDatabases) {
  expect_all({
      {"nginx error",
       "2024/06/14 10:11:12 [error] 31#31: *1 connect() failed (111: Connection refused)",
       "2024-06-14T10:11:12Z error - - 0 - | *1 connect() failed (111: Connection refused)"},
      {"Apache error",
       "[Fri Jun 14 10:11:12.123456 2024] [core:error] [pid 9:tid 8] AH00128: File does not exist: "
       "/x",
       "2024-06-14T10:11:12.123456Z error - - 0 - | AH00128: File does not exist: /x"},
      {"Postgres",
       "2024-06-14 10:11:12.123 UTC [77] ERROR:  relation \"carts\" does not exist at character 15",
       "2024-06-14T10:11:12.123Z error - - 0 - | relation \"carts\" does not exist at character "
       "15"},
      {"Postgres log",
       "2024-06-14 10:11:12.123 CEST [77] shop@carts LOG:  checkpoint starting: time",
       "2024-06-14T08:11:12.123Z info - - 0 - | checkpoint starting: time"},
      {"MySQL",
       "2024-06-14T10:11:12.123456Z 8 [Warning] [MY-010055] [Server] IP address could not be "
       "resolved",
       "2024-06-14T10:11:12.123456Z warn - - 0 - | IP address could not be resolved"},
      {"old MySQL", "240614 10:11:12 [Note] Event Scheduler: Loaded 0 events",
       "2024-06-14T10:11:12Z info - - 0 - | Event Scheduler: Loaded 0 events"},
      {"Redis", "1:M 14 Jun 2024 10:11:12.123 * Ready to accept connections",
       "2024-06-14T10:11:12.123Z info - - 0 - | Ready to accept connections"},
      {"HDFS", "240614 101112 148 WARN dfs.DataNode$Receiver: Exception for block b_1",
       "2024-06-14T10:11:12Z warn - - 0 - | Exception for block b_1"},
      {"HAProxy-like", "Jun 14 10:11:12 lb1 haproxy[77]: Proxy shop started.",
       "2024-06-14T10:11:12Z - haproxy - 0 - | Proxy shop started."},
      {"OpenStack",
       "2024-06-14 10:11:12.123 2931 INFO nova.compute.manager [req-3ea4 113d 54fa - - -] "
       "[instance: b9] VM Started",
       "2024-06-14T10:11:12.123Z info - - 0 - | VM Started"},
      {"a step counter's columns",
       "20240614-10:11:12:123|Step_LSC|30002312|onStandStepChanged 3579",
       "2024-06-14T10:11:12.123Z - - - 0 - | onStandStepChanged 3579"},
      {"columns padded with spaces",
       "2024-06-14 10:11:12, Info                  CBS    Loaded Servicing Stack v6",
       "2024-06-14T10:11:12Z info - - 0 - | Loaded Servicing Stack v6"},
      {"supercomputer",
       "- 1718359872 2024.06.14 R02-M1-N0 2024-06-14-10.11.12.675872 R02-M1-N0 RAS KERNEL FATAL "
       "data storage interrupt",
       "2024-06-14T10:11:12.675872Z fatal - - 0 - | data storage interrupt"},
      {"cluster",
       "- 1718359872 2024.06.14 dn228 Jun 14 10:11:12 dn228/dn228 crond(pam_unix)[2915]: session "
       "closed for user root",
       "2024-06-14T10:11:12Z - crond(pam_unix) - 0 - | session closed for user root"},
  });
}

TEST(LineLayoutTest, ReadsSyslogAndLogcat) {
  expect_all({
      {"RFC 3164 in a file", "Jun  4 10:11:12 host-1 sshd[24200]: Accepted publickey for app",
       "2024-06-04T10:11:12Z - sshd - 0 - | Accepted publickey for app"},
      {"last year's", "Dec 24 10:11:12 host-1 kernel: eth0: link up",
       "2023-12-24T10:11:12Z - kernel - 0 - | eth0: link up"},
      {"rsyslog's file format",
       "2024-06-14T10:11:12.123456+02:00 host-1 cron[77]: (root) CMD (true)",
       "2024-06-14T08:11:12.123456Z - cron - 0 - | (root) CMD (true)"},
      {"with a priority", "<11>Jun 14 10:11:12 host-1 app[7]: disk full",
       "2024-06-14T10:11:12Z error app - 0 - | disk full"},
      {"RFC 5424",
       "<165>1 2024-06-14T10:11:12.003Z host-1 evntslog 77 ID47 [x@1 a=\"b]\\\"c\"] An event",
       "2024-06-14T10:11:12.003Z info evntslog - 0 - | An event"},
      {"RFC 5424 without anything", "<34>1 - - - - - - su failed", "- fatal - - 0 - | su failed"},
      {"a header behind the tag", "Jun 14 10:11:12 host-1 shop[7]: ERROR: no stock",
       "2024-06-14T10:11:12Z error shop - 0 - | no stock"},
      {"logcat", "06-14 10:11:12.123  1702  2395 D WindowManager: frozen: true",
       "2024-06-14T10:11:12.123Z debug - - 0 - | frozen: true"},
      {"logcat, time", "06-14 10:11:12.123 W/Audio( 123): underrun",
       "2024-06-14T10:11:12.123Z warn - - 0 - | underrun"},
      {"logcat, brief", "E/Camera ( 77): no frame", "- error - - 0 - | no frame"},
  });
}

TEST(LineLayoutTest, ReadsAccessLogs) {
  expect_all({
      {"common",
       "127.0.0.1 - frank [14/Jun/2024:10:11:12 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326",
       "2024-06-14T17:11:12Z - - /apache_pb.gif 200 - | \"GET /apache_pb.gif HTTP/1.0\" 200"},
      {"combined with request time",
       "10.0.0.7 - - [14/Jun/2024:10:11:12 +0000] \"POST /orders/17/items?x=1 HTTP/1.1\" 502 157 "
       "\"-\" \"curl/8.0 \\\"x\\\"\" 0.123",
       "2024-06-14T10:11:12Z - - /orders/{id}/items 502 123 | \"POST /orders/17/items?x=1 "
       "HTTP/1.1\" 502"},
      {"request time by name",
       "10.0.0.7 - - [14/Jun/2024:10:11:12 +0000] \"GET /u/3f2b8a90-1111-4222-8333-abcdefabcdef "
       "HTTP/1.1\" 200 1 \"-\" \"ua\" rt=0.250 uct=\"0.000\"",
       "2024-06-14T10:11:12Z - - /u/{id} 200 250 | \"GET /u/3f2b8a90-1111-4222-8333-abcdefabcdef "
       "HTTP/1.1\" 200"},
      {"a broken request",
       "10.0.0.7 - - [14/Jun/2024:10:11:12 +0000] \"\\x16\\x03\" 400 157 \"-\" \"-\"",
       "2024-06-14T10:11:12Z - - - 400 - | \"\\x16\\x03\" 400"},
      {"application load balancer",
       "https 2024-06-14T10:11:12.186641Z app/my-lb/50dc 10.0.0.7:2817 10.0.0.1:80 0.001 0.020 "
       "0.000 200 200 34 366 \"GET https://shop.example:443/v1/carts/42 HTTP/1.1\" \"curl/7.46.0\" "
       "ECDHE TLSv1.2 arn",
       "2024-06-14T10:11:12.186641Z - - /v1/carts/{id} 200 21 | GET "
       "https://shop.example:443/v1/carts/42 HTTP/1.1"},
      {"a target that never answered",
       "http 2024-06-14T10:11:12.186641Z app/my-lb/50dc 10.0.0.7:2817 - -1 -1 -1 503 - 34 366 "
       "\"GET http://shop.example:80/ HTTP/1.1\" \"-\" - -",
       "2024-06-14T10:11:12.186641Z - - / 503 - | GET http://shop.example:80/ HTTP/1.1"},
      {"classic load balancer",
       "2024-06-14T10:11:12.945958Z my-lb 10.0.0.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 "
       "200 0 29 \"GET http://shop.example:80/ HTTP/1.1\" \"curl\" - -",
       "2024-06-14T10:11:12.945958Z - - / 200 1.178 | GET http://shop.example:80/ HTTP/1.1"},
  });
}

TEST(LineLayoutTest, ReadsLambda) {
  expect_all({
      {"start", "START RequestId: 8b1f0a52-aaaa-bbbb-cccc-0123456789ab Version: $LATEST",
       "- info - - 0 - | START RequestId: 8b1f0a52-aaaa-bbbb-cccc-0123456789ab Version: $LATEST"},
      {"report",
       "REPORT RequestId: 8b1f\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 "
       "MB\tMax Memory Used: 64 MB\tStatus: timeout",
       "- error - - 0 12.5 | REPORT RequestId: 8b1f\tDuration: 12.50 ms\tBilled Duration: 13 "
       "ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tStatus: timeout"},
      {"timed out",
       "2024-06-14T10:11:12.123Z 8b1f0a52-aaaa-bbbb-cccc-0123456789ab Task timed out after 3.00 "
       "seconds",
       "2024-06-14T10:11:12.123Z error - - 0 - | Task timed out after 3.00 seconds"},
      {"Node", "2024-06-14T10:11:12.123Z\t8b1f0a52-aaaa-bbbb-cccc-0123456789ab\tWARN\tretrying",
       "2024-06-14T10:11:12.123Z warn - - 0 - | retrying"},
      {"Python", "[ERROR]\t2024-06-14T10:11:12.123Z\t8b1f0a52-aaaa-bbbb-cccc-0123456789ab\tboom",
       "2024-06-14T10:11:12.123Z error - - 0 - | boom"},
  });
}

TEST(LineLayoutTest, LeavesProseAlone) {
  for (const char* line :
       {"Started the server", "Error handling is hard", "information about 3 users",
        "log in to continue", "10 items were sold", "A, B and C", "key: value",
        "12:30 is lunch time", "see https://example.org/a=b", "[preauth] connection closed",
        "user=7 logged in", "1718359872", "January was cold this year"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(show(line), std::string("- - - - 0 - | ") + line);
  }
}

TEST(LineLayoutTest, TakesOutColoursControlCharactersAndWrongBytes) {
  Arena arena;
  const auto read = [&](std::string_view line) {
    const RecognisedLine recognised = recognise_line(line, {}, arena);
    return std::make_pair(std::string(recognised.fields.message), recognised.cleaned);
  };
  EXPECT_EQ(read("\x1b[32mINFO\x1b[0m ready"), std::make_pair(std::string("ready"), true));
  EXPECT_EQ(read(std::string_view("a\0b", 3)), std::make_pair(std::string("ab"), true));
  EXPECT_EQ(read("caf\xE9 open"), std::make_pair(std::string("caf\xEF\xBF\xBD open"), true));
  EXPECT_EQ(read("caf\xC3\xA9 open"), std::make_pair(std::string("caf\xC3\xA9 open"), false));
}

TEST(LineLayoutTest, TakesTheYearWithoutAnArrivalFromTheContext) {
  Arena arena;
  const RecognisedLine read = recognise_line("Feb 29 10:11:12 h app: x", {}, arena);
  EXPECT_EQ(format_timestamp(read.fields.time), "2000-02-29T10:11:12Z");
}

}  // namespace
}  // namespace inkling::ingest
