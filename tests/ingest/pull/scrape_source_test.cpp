#include "ingest/pull/scrape_source.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>

#include "core/http_server.h"
#include "ingest/pull/ecs_source.h"
#include "tests/ingest/fake_journal.h"
#include "tests/support/compress.h"
#include "tests/support/manual_clock.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

// A server that gives one page, and remembers what it was asked.
class PageServer {
 public:
  PageServer() {
    auto made = HttpServer::create({.port = 0});
    EXPECT_TRUE(made.has_value());
    server_ = std::move(*made);
    for (const char* path : {"/metrics", "/v4/x/task", "/v4/x/task/stats"}) {
      server_->add_route({.method = "GET",
                          .path = path,
                          .handler = [this](HttpRequest&& request, const auto& reply) {
                            std::lock_guard lock(mutex_);
                            accept_ = request.header("accept");
                            const bool task = request.path.ends_with("/task");
                            HttpResponse page{.status = status_,
                                              .body = task ? "{\"Family\":\"f\"}" : page_};
                            if (zipped_ && request.header("accept-encoding") == "gzip") {
                              page.body = gzip(page.body);
                              page.headers.emplace_back("Content-Encoding", "gzip");
                            }
                            reply(std::move(page));
                          }});
    }
    EXPECT_TRUE(server_->start().has_value());
  }
  ~PageServer() { server_->stop(); }
  std::string url(const char* path = "/metrics") const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
  }
  void set(std::string page, int status = 200) {
    std::lock_guard lock(mutex_);
    page_ = std::move(page);
    status_ = status;
  }
  void zip() {
    std::lock_guard lock(mutex_);
    zipped_ = true;
  }
  std::string accept() {
    std::lock_guard lock(mutex_);
    return accept_;
  }

 private:
  std::unique_ptr<HttpServer> server_;
  std::mutex mutex_;
  std::string page_;
  std::string accept_;
  int status_ = 200;
  bool zipped_ = false;
};

class ScrapeSourceTest : public testing::Test {
 protected:
  ScrapeSource make(ScrapeOptions options = {}) {
    auto target = parse_scrape_target("cart=" + server_.url());
    EXPECT_TRUE(target.has_value());
    return ScrapeSource(*target, options, journal_, 7, clock_, metrics_);
  }
  PageServer server_;
  FakeJournal journal_;
  ManualClock clock_{Timestamp::from_seconds(1'700'000'000)};
  MetricsRegistry metrics_;
};

TEST_F(ScrapeSourceTest, JournalsThePageWithUp) {
  server_.set("a 1\nb{x=\"1\"} 2");
  ScrapeSource source = make();
  const auto outcome = source.scrape_once();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->up);
  EXPECT_TRUE(outcome->taken);
  EXPECT_THAT(journal_.bodies(), ElementsAre("a 1\nb{x=\"1\"} 2\nup 1\n"));
  EXPECT_EQ(journal_.frames()[0].format, Format::kExposition);
  EXPECT_EQ(journal_.frames()[0].origin, 7u);
  EXPECT_EQ(server_.accept(),
            "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,"
            "*/*;q=0.1");
}

TEST_F(ScrapeSourceTest, AsksForCompressedPagesAndLimitsWhatTheyBecome) {
  server_.zip();
  server_.set("a 1\n");
  ScrapeSource source = make({.max_page_bytes = 10'000});
  EXPECT_TRUE(source.scrape_once()->up);
  EXPECT_THAT(journal_.bodies(), ElementsAre("a 1\nup 1\n"));
  server_.set("a{x=\"" + std::string(20'000, 'x') + "\"} 1\n");  // 60 bytes as gzip
  EXPECT_FALSE(source.scrape_once()->up);
}

TEST_F(ScrapeSourceTest, SaysWhichSeriesAreStale) {
  ScrapeSource source = make();
  server_.set("a 1\nb{x=\"1 2\"} 2\nc 3\n# EOF\n");
  ASSERT_TRUE(source.scrape_once().has_value());
  server_.set("a 1\n# EOF\n");
  EXPECT_EQ(source.scrape_once()->stale, 2u);
  server_.set("a 1\n# EOF\n");
  EXPECT_EQ(source.scrape_once()->stale, 0u);
  EXPECT_THAT(
      journal_.bodies(),
      ElementsAre("a 1\nb{x=\"1 2\"} 2\nc 3\nup 1\n# EOF\n",
                  "a 1\nb{x=\"1 2\"} StaleNaN\nc StaleNaN\nup 1\n# EOF\n", "a 1\nup 1\n# EOF\n"));
}

TEST_F(ScrapeSourceTest, SaysThatATargetIsDownAndAllItsSeriesStaleOnce) {
  ScrapeSource source = make();
  server_.set("a 1\n");
  ASSERT_TRUE(source.scrape_once().has_value());
  server_.set("oops", 500);
  EXPECT_FALSE(source.scrape_once()->up);
  EXPECT_FALSE(source.scrape_once()->up);
  server_.set("a 2\n");
  EXPECT_TRUE(source.scrape_once()->up);
  EXPECT_THAT(journal_.bodies(),
              ElementsAre("a 1\nup 1\n", "a StaleNaN\nup 0\n", "up 0\n", "a 2\nup 1\n"));
}

TEST_F(ScrapeSourceTest, CountsATooLargePageAsDown) {
  ScrapeSource source = make({.max_page_bytes = 100});
  server_.set(std::string(200, 'x') + " 1\n");
  EXPECT_FALSE(source.scrape_once()->up);
}

TEST_F(ScrapeSourceTest, SaysStalenessAgainWhenTheJournalRefusedIt) {
  ScrapeSource source = make();
  server_.set("a 1\nb 1\n");
  ASSERT_TRUE(source.scrape_once().has_value());
  server_.set("a 1\n");
  journal_.refuse(1);
  EXPECT_FALSE(source.scrape_once()->taken);
  EXPECT_TRUE(source.scrape_once()->taken);
  EXPECT_THAT(journal_.bodies(), ElementsAre("a 1\nb 1\nup 1\n", "a 1\nb StaleNaN\nup 1\n"));
}

TEST_F(ScrapeSourceTest, EndsWhenTheJournalFailed) {
  ScrapeSource source = make();
  server_.set("a 1\n");
  journal_.refuse(1, ErrorCode::kIo);
  EXPECT_FALSE(source.scrape_once().has_value());
}

TEST_F(ScrapeSourceTest, ReadsTheStatsOfAnEcsTask) {
  server_.set("{\"aa\":null}");
  EcsSource source(server_.url("/v4/x"), {}, journal_, 9, clock_, metrics_);
  const auto taken = source.poll_once();
  ASSERT_TRUE(taken.has_value());
  EXPECT_TRUE(*taken);
  EXPECT_THAT(journal_.bodies(),
              ElementsAre("{\"task\":{\"Family\":\"f\"},\"stats\":{\"aa\":null}}"));
  server_.set("", 429);
  EXPECT_FALSE(*source.poll_once());
}

TEST(ScrapeTargetTest, ReadsServiceAndInstance) {
  const auto target = parse_scrape_target("cart=http://user@10.0.0.7:9100/metrics?a=b");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->service, "cart");
  EXPECT_EQ(target->url, "http://user@10.0.0.7:9100/metrics?a=b");
  EXPECT_EQ(target->instance, "10.0.0.7:9100");
  EXPECT_EQ(parse_scrape_target("http://h/m?x=1")->service, "");
  EXPECT_FALSE(parse_scrape_target("file:///etc/passwd").has_value());
  EXPECT_FALSE(parse_scrape_target("http:///m").has_value());
}

}  // namespace
}  // namespace inkling::ingest
