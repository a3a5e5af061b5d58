// How fast the protobuf formats (and OTLP's JSON) become events, beside what a bare walk over every
// field of the same bytes takes.
#include <random>
#include <span>
#include <string>

#include "bench/ingest/bare_json.h"
#include "bench/ingest/decode_loop.h"
#include "core/json_writer.h"
#include "ingest/wire/otlp_check.h"
#include "ingest/wire/protobuf_reader.h"
#include "ingest/wire/remote_write_reader.h"
#include "tests/ingest/wire/otlp_support.h"
#include "tests/ingest/wire/remote_write_support.h"

namespace {

using namespace inkling;
using namespace inkling::ingest;

constexpr std::size_t kRecords = 2000;
constexpr std::uint64_t kTime = 1'718'000'000'000'000'000;

// A log record as an SDK writes it: body, five attributes, trace context; about 300 bytes.
std::string make_logs() {
  std::mt19937_64 random(7);
  std::vector<Proto> records;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const std::string order = std::to_string(random() % 1000000);
    records.push_back(
        Proto()
            .fixed64(1, kTime + i)
            .varint(2, random() % 20 ? 9 : 17)
            .text(3, "INFO")
            .message(5, any_text("request " + order + " finished for customer in the usual time"))
            .message(6, key_text("http.route", "/api/orders"))
            .message(6, key_text("http.request.method", "POST"))
            .message(6, key_value("http.response.status_code", any_integer(200)))
            .message(6, key_value("duration_ms", Proto().real(4, 12.25)))
            .message(6, key_text("code.function", "handle_order"))
            .text(9, std::string(16, 'T'))
            .text(10, std::string(8, 'S'))
            .fixed64(11, kTime + i + 5));
  }
  return request(resource({key_text("service.name", "checkout"),
                           key_text("service.version", "1.4.2"), key_text("host.name", "ip-1")}),
                 records)
      .bytes();
}

// The same in JSON.
std::string make_json_logs() {
  std::mt19937_64 random(7);
  JsonWriter w;
  const auto attribute = [&](const char* key, const char* kind, const std::string& value) {
    w.begin_object().member("key", key).key("value").begin_object().member(kind, value);
    w.end_object().end_object();
  };
  w.begin_object().key("resourceLogs").begin_array().begin_object().key("resource").begin_object();
  w.key("attributes").begin_array();
  attribute("service.name", "stringValue", "checkout");
  w.end_array().end_object().key("scopeLogs").begin_array().begin_object();
  w.key("logRecords").begin_array();
  for (std::size_t i = 0; i < kRecords; ++i) {
    const std::string order = std::to_string(random() % 1000000);
    w.begin_object().member("timeUnixNano", std::to_string(kTime + i));
    w.member("severityNumber", 9).member("severityText", "INFO").key("body").begin_object();
    w.member("stringValue", "request " + order + " finished for customer in the usual time");
    w.end_object().key("attributes").begin_array();
    attribute("http.route", "stringValue", "/api/orders");
    attribute("http.request.method", "stringValue", "POST");
    attribute("http.response.status_code", "intValue", "200");
    attribute("code.function", "stringValue", "handle_order");
    w.end_array().member("traceId", "5b8efff798038103d269b633813fc60c");
    w.member("spanId", "eee19b7ec3c1b174").end_object();
  }
  w.end_array().end_object().end_array().end_object().end_array().end_object();
  return w.take();
}

std::string make_metrics() {
  Proto gauge;
  Proto histogram;
  histogram.varint(2, 1);
  for (std::size_t i = 0; i < kRecords / 2; ++i) {
    const Proto route = key_text("http.route", "/api/orders/" + std::to_string(i));
    gauge.message(1, Proto().fixed64(3, kTime).real(4, 0.5).message(7, route));
    histogram.message(1, Proto()
                             .fixed64(3, kTime)
                             .fixed64(4, 100)
                             .real(5, 12)
                             .packed_fixed64(6, {1, 20, 40, 20, 10, 5, 2, 1, 1, 0, 0})
                             .packed_reals(7, {5, 10, 25, 50, 75, 100, 250, 500, 750, 1000})
                             .message(9, route));
  }
  return request(resource({key_text("service.name", "checkout")}),
                 {Proto().text(1, "queue").message(5, gauge),
                  Proto().text(1, "latency").text(3, "ms").message(9, histogram)})
      .bytes();
}

// Series as a Prometheus server sends them: eight labels, one sample.
std::string make_remote_write(bool v2) {
  RequestV2 request;
  std::vector<Proto> series;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const Labels labels = {{"__name__", "http_requests_total"},
                           {"code", "200"},
                           {"handler", "/api/orders/" + std::to_string(i % 50)},
                           {"instance", "10.0.0." + std::to_string(i % 40) + ":9090"},
                           {"job", "checkout"},
                           {"method", "post"},
                           {"namespace", "shop"},
                           {"pod", "checkout-7f9c-" + std::to_string(i / 50)}};
    const std::vector<Proto> samples = {remote_sample(static_cast<double>(i), 1'718'000'000'000)};
    series.push_back(v2 ? request.series(labels, samples, 1) : series_v1(labels, samples));
  }
  return v2 ? request.bytes(series) : request_v1(series);
}

void decode(benchmark::State& state, Format format, const std::string& bytes,
            std::size_t expected_events) {
  decode_again(state, format, bytes, kRecords, [&](const Batch& batch) {
    fail_unless(batch.logs.size() + batch.points.size() == expected_events, "events");
  });
}

// Which fields of a message are messages.
struct Node {
  std::uint32_t key;
  std::span<const Node> inside;
};
constexpr Node kPair[] = {{bytes_key(2), {}}};
constexpr Node kLogRecord[] = {{bytes_key(5), {}}, {bytes_key(6), kPair}};
constexpr Node kScopeLogs[] = {{bytes_key(2), kLogRecord}};
constexpr Node kResource[] = {{bytes_key(1), kPair}};
constexpr Node kResourceLogs[] = {{bytes_key(1), kResource}, {bytes_key(2), kScopeLogs}};
constexpr Node kLogs[] = {{bytes_key(1), kResourceLogs}};
constexpr Node kPoint[] = {{bytes_key(7), kPair}, {bytes_key(9), kPair}};
constexpr Node kData[] = {{bytes_key(1), kPoint}};
constexpr Node kMetric[] = {{bytes_key(5), kData}, {bytes_key(9), kData}};
constexpr Node kScopeMetrics[] = {{bytes_key(2), kMetric}};
constexpr Node kResourceMetrics[] = {{bytes_key(1), kResource}, {bytes_key(2), kScopeMetrics}};
constexpr Node kMetrics[] = {{bytes_key(1), kResourceMetrics}};
constexpr Node kSeriesV1[] = {{bytes_key(1), kPair}, {bytes_key(2), {}}};
constexpr Node kRemoteV1[] = {{bytes_key(1), kSeriesV1}};
constexpr Node kSeriesV2[] = {{bytes_key(2), {}}, {bytes_key(5), {}}};
constexpr Node kRemoteV2[] = {{bytes_key(5), kSeriesV2}};

std::size_t walk(std::string_view bytes, std::span<const Node> nodes) {
  std::size_t fields = 0;
  ProtobufReader reader(bytes);
  while (reader.next()) {
    ++fields;
    benchmark::DoNotOptimize(reader.number());
    for (const Node& node : nodes) {
      if (node.key == reader.key()) fields += walk(reader.bytes(), node.inside);
    }
  }
  return fields;
}

void bare_walk(benchmark::State& state, const std::string& bytes, std::span<const Node> nodes) {
  fail_unless(walk(bytes, nodes) > kRecords * 3, "number of fields");
  for (auto _ : state) benchmark::DoNotOptimize(walk(bytes, nodes));
  report(state, bytes.size(), kRecords);
}

// What an endpoint does before the journal.
void check_logs(benchmark::State& state) {
  const std::string bytes = make_logs();
  fail_unless(check_otlp(Format::kOtlpLogs, bytes).records == kRecords, "records");
  for (auto _ : state) benchmark::DoNotOptimize(check_otlp(Format::kOtlpLogs, bytes));
  report(state, bytes.size(), kRecords);
}
void check_remote_v1(benchmark::State& state) {
  const std::string bytes = make_remote_write(false);
  fail_unless(check_remote_write(Format::kRemoteWriteV1, bytes).samples == kRecords, "samples");
  for (auto _ : state) {
    benchmark::DoNotOptimize(check_remote_write(Format::kRemoteWriteV1, bytes));
  }
  report(state, bytes.size(), kRecords);
}

BENCHMARK_CAPTURE(decode, otlp_logs, Format::kOtlpLogs, make_logs(), kRecords);
BENCHMARK_CAPTURE(bare_walk, otlp_logs, make_logs(), kLogs);
BENCHMARK(check_logs);
BENCHMARK_CAPTURE(decode, otlp_logs_json, Format::kOtlpLogsJson, make_json_logs(), kRecords);
BENCHMARK_CAPTURE(bare_json, otlp_logs_json, make_json_logs(), kRecords);
BENCHMARK_CAPTURE(decode, otlp_metrics, Format::kOtlpMetrics, make_metrics(), kRecords * 3);
BENCHMARK_CAPTURE(bare_walk, otlp_metrics, make_metrics(), kMetrics);
BENCHMARK_CAPTURE(decode, remote_write_v1, Format::kRemoteWriteV1, make_remote_write(false),
                  kRecords);
BENCHMARK_CAPTURE(bare_walk, remote_write_v1, make_remote_write(false), kRemoteV1);
BENCHMARK(check_remote_v1);
BENCHMARK_CAPTURE(decode, remote_write_v2, Format::kRemoteWriteV2, make_remote_write(true),
                  kRecords);
BENCHMARK_CAPTURE(bare_walk, remote_write_v2, make_remote_write(true), kRemoteV2);

}  // namespace
