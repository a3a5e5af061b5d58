// How fast bodies of the JSON shippers (and Loki's protobuf) become events, beside a bare walk over
// every value of the same bytes. The log lines inside are the same in all of them: plain text of
// about 90 bytes, as most applications behind such a shipper write it.
#include <zlib.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/ingest/bare_json.h"
#include "bench/ingest/decode_loop.h"
#include "core/json_writer.h"
#include "ingest/base64.h"
#include "ingest/wire/protobuf_reader.h"
#include "tests/ingest/wire/base64_writer.h"
#include "tests/support/protobuf_writer.h"

namespace {

using namespace inkling;
using namespace inkling::ingest;

constexpr std::size_t kRecords = 2000;
constexpr std::int64_t kMillis = 1'718'000'000'000;

std::string message_of(std::size_t i) {
  return "request " + std::to_string(i) + " finished for customer " +
         std::to_string(i * 7919 % 10007) + " after the usual checks, nothing else to tell";
}
std::string nanos(std::size_t i) { return std::to_string(kMillis * 1'000'000 + i * 1000); }

// Filebeat's: an action line and a document in ECS.
std::string make_bulk() {
  std::string text;
  for (std::size_t i = 0; i < kRecords; ++i) {
    text += R"({"create":{"_index":"filebeat-8.15.0"}})"
            "\n";
    char time[64];
    std::snprintf(time, sizeof time, "2024-06-10T06:%02zu:%02zu.%03zuZ", i / 60 % 60, i % 60,
                  i % 1000);
    JsonWriter w;
    w.begin_object().member("@timestamp", time).member("message", message_of(i));
    w.key("log").begin_object().member("level", "info").member("offset", i * 120);
    w.key("file").begin_object().member("path", "/var/log/shop/app.log").end_object().end_object();
    w.key("service").begin_object().member("name", "shop").end_object();
    w.key("host").begin_object().member("name", "ip-10-0-0-7").end_object();
    w.key("agent").begin_object().member("type", "filebeat").member("version", "8.15.0");
    w.end_object().end_object();
    text += w.text() + "\n";
  }
  return text;
}

std::string make_loki_json() {
  JsonWriter w;
  w.begin_object().key("streams").begin_array();
  for (std::size_t stream = 0; stream < 20; ++stream) {
    w.begin_object().key("stream").begin_object().member("service", "shop");
    w.member("pod", "shop-" + std::to_string(stream)).member("level", "info").end_object();
    w.key("values").begin_array();
    for (std::size_t i = stream; i < kRecords; i += 20) {
      w.begin_array().value(nanos(i)).value(message_of(i)).end_array();
    }
    w.end_array().end_object();
  }
  w.end_array().end_object();
  return w.take();
}

std::string make_loki_proto() {
  ProtobufWriter push;
  for (std::size_t stream = 0; stream < 20; ++stream) {
    ProtobufWriter out;
    out.text(1, R"({service="shop", level="info", pod="shop-)" + std::to_string(stream) + "\"}");
    for (std::size_t i = stream; i < kRecords; i += 20) {
      out.message(2, ProtobufWriter()
                         .message(1, ProtobufWriter().varint(1, kMillis / 1000).varint(2, i * 1000))
                         .text(2, message_of(i)));
    }
    push.message(1, out);
  }
  return push.bytes();
}

std::string make_hec() {
  std::string text;
  for (std::size_t i = 0; i < kRecords; ++i) {
    JsonWriter w;
    w.begin_object().member("time", "1718000000." + std::to_string(100 + i % 900));
    w.member("host", "ip-10-0-0-7").member("source", "/var/log/shop/app.log");
    w.member("sourcetype", "shop").member("event", message_of(i));
    w.key("fields").begin_object().member("service", "shop").member("level", "info").end_object();
    w.end_object();
    text += w.text() + "\n";
  }
  return text;
}

std::string make_datadog() {
  JsonWriter w;
  w.begin_array();
  for (std::size_t i = 0; i < kRecords; ++i) {
    w.begin_object().member("message", message_of(i)).member("status", "info");
    w.member("timestamp", kMillis + static_cast<std::int64_t>(i)).member("hostname", "ip-10-0-0-7");
    w.member("service", "shop").member("ddsource", "java");
    w.member("ddtags", "env:prod,version:1.4.2,team:orders").end_object();
  }
  w.end_array();
  return w.take();
}

// A subscription document of CloudWatch Logs holds what came within some milliseconds.
std::vector<std::string> make_cloudwatch() {
  std::vector<std::string> documents;
  for (std::size_t begin = 0; begin < kRecords; begin += 100) {
    JsonWriter w;
    w.begin_object().member("messageType", "DATA_MESSAGE").member("owner", "111122223333");
    w.member("logGroup", "/ecs/shop").member("logStream", "app/shop/0af1");
    w.key("subscriptionFilters").begin_array().value("all").end_array();
    w.key("logEvents").begin_array();
    for (std::size_t i = begin; i < begin + 100; ++i) {
      w.begin_object().member("id", "38311006606" + std::to_string(1'000'000 + i));
      w.member("timestamp", kMillis + static_cast<std::int64_t>(i))
          .member("message", message_of(i));
      w.end_object();
    }
    w.end_array().end_object();
    documents.push_back(w.take());
  }
  return documents;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  fail_unless(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
              "gzip");
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  fail_unless(deflate(&stream, Z_FINISH) == Z_STREAM_END, "gzip");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string make_firehose(bool compressed) {
  JsonWriter w;
  w.begin_object().member("requestId", "7f0c").member("timestamp", kMillis);
  w.key("records").begin_array();
  for (const std::string& document : make_cloudwatch()) {
    const std::string data = encode_base64(compressed ? gzip(document) : document);
    w.begin_object().member("data", data).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

void decode(benchmark::State& state, Format format, const std::string& bytes,
            std::size_t lines = kRecords) {
  decode_again(state, format, bytes, lines, [](const Batch& batch) {
    fail_unless(batch.logs.size() == kRecords, "number of logs");
    for (const LogRecord& log : batch.logs) {
      fail_unless(log.time.is_set() && log.service == "shop" && log.message.starts_with("request "),
                  "fields");
    }
  });
}

// Every field of a push request, down to the texts of its entries.
void bare_walk(benchmark::State& state, const std::string& bytes) {
  const auto run = [&] {
    std::size_t fields = 0;
    ProtobufReader push(bytes);
    while (push.next()) {
      ProtobufReader stream(push.bytes());
      while (stream.next()) {
        ++fields;
        if (stream.key() != bytes_key(2)) continue;
        ProtobufReader entry(stream.bytes());
        while (entry.next()) {
          ++fields;
          benchmark::DoNotOptimize(entry.number());
        }
      }
    }
    return fields;
  };
  fail_unless(run() > kRecords * 2, "number of fields");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  report(state, bytes.size(), kRecords);
}

// The documents of a delivery, without looking for them.
void bare_base64(benchmark::State& state, const std::string& bytes) {
  std::vector<std::string> texts;
  for (const std::string& document : make_cloudwatch()) texts.push_back(encode_base64(document));
  for (auto _ : state) {
    for (const std::string& text : texts) benchmark::DoNotOptimize(decode_base64(text));
  }
  report(state, bytes.size(), kRecords);
}

BENCHMARK_CAPTURE(decode, elastic_bulk, Format::kElasticBulk, make_bulk());
BENCHMARK_CAPTURE(bare_json, elastic_bulk, make_bulk(), kRecords);
BENCHMARK_CAPTURE(decode, loki_json, Format::kLokiJson, make_loki_json());
BENCHMARK_CAPTURE(bare_json, loki_json, make_loki_json(), kRecords);
BENCHMARK_CAPTURE(decode, loki_protobuf, Format::kLokiProto, make_loki_proto());
BENCHMARK_CAPTURE(bare_walk, loki_protobuf, make_loki_proto());
BENCHMARK_CAPTURE(decode, splunk_hec, Format::kHecEvents, make_hec());
BENCHMARK_CAPTURE(bare_json, splunk_hec, make_hec(), kRecords);
BENCHMARK_CAPTURE(decode, datadog_logs, Format::kDatadogLogs, make_datadog());
BENCHMARK_CAPTURE(bare_json, datadog_logs, make_datadog(), kRecords);
BENCHMARK_CAPTURE(decode, firehose_cloudwatch, Format::kFirehose, make_firehose(false));
BENCHMARK_CAPTURE(bare_base64, firehose_cloudwatch, make_firehose(false));
BENCHMARK_CAPTURE(decode, firehose_cloudwatch_gzip, Format::kFirehose, make_firehose(true));

}  // namespace
