// How fast lines become events, beside what a bare simdjson pass over the same lines takes.
#include <simdjson.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "bench/ingest/decode_loop.h"
#include "ingest/file_replay.h"

namespace {

using namespace inkling;
using namespace inkling::ingest;

constexpr std::size_t kLines = 2000;  // about 1 MB: a large batch
constexpr std::size_t kLineBytes = 517;

std::string pad(std::mt19937_64& random, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += "abcdefghijklmnopqrstuvwxyz0123456789 "[random() % 37];
  }
  return text;
}

// Twelve fields as a structured logger writes them, in one shape; 517 bytes with the line break.
std::string make_lines() {
  std::mt19937_64 random(7);
  constexpr const char* kServices[] = {"front-end", "checkout", "payment", "catalogue", "database"};
  constexpr const char* kLevels[] = {"info", "info", "info", "info", "warn", "error"};
  std::string text;
  for (std::size_t i = 0; i < kLines; ++i) {
    char line[512];
    std::snprintf(
        line, sizeof line,
        R"({"timestamp":"2026-06-18T15:%02d:%02d.%03dZ","level":"%s","service":"%s",)"
        R"("version":"1.4.%d","host":"ip-10-0-%d-%d.ec2.internal","route":"/api/orders",)"
        R"("method":"POST","status":%d,"duration_ms":%d.%d,"trace_id":"%016llx%016llx",)"
        R"("message":"request %llu finished for customer %d","detail":")",
        static_cast<int>(i / 60 % 60), static_cast<int>(i % 60), static_cast<int>(random() % 1000),
        kLevels[random() % 6], kServices[random() % 5], static_cast<int>(random() % 9),
        static_cast<int>(random() % 256), static_cast<int>(random() % 256),
        random() % 20 ? 200 : 503, static_cast<int>(random() % 900),
        static_cast<int>(random() % 10), static_cast<unsigned long long>(random()),
        static_cast<unsigned long long>(random()),
        static_cast<unsigned long long>(random() % 1000000), static_cast<int>(random() % 10000));
    std::string whole = line;
    whole += pad(random, kLineBytes - 3 - whole.size()) + "\"}\n";
    text += whole;
  }
  return text;
}

void decode_lines(benchmark::State& state) {
  const std::string text = make_lines();
  decode_again(state, Format::kNdjson, text, kLines, [](const Batch& batch) {
    fail_unless(batch.logs.size() == kLines, "number of logs");
    for (const LogRecord& log : batch.logs) {
      fail_unless(log.time.is_set() && log.level != Level::kUnknown && !log.service.empty() &&
                      log.version.size() == 5 && log.route == "/api/orders" && log.status >= 200 &&
                      log.duration_ms >= 0 && log.message.starts_with("request "),
                  "fields");
    }
  });
}
BENCHMARK(decode_lines);

// The limit: every field's token, nothing done with it.
void bare_simdjson(benchmark::State& state) {
  const std::string text = make_lines();
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  const auto run = [&] {
    std::size_t fields = 0;
    const char* at = padded.data();
    const char* const end = at + padded.size();
    while (at < end) {
      const auto* newline =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      const auto size = static_cast<std::size_t>(newline - at);
      simdjson::ondemand::document document =
          parser.iterate(simdjson::padded_string_view(at, size, size + 64)).value();
      for (auto field : document.get_object()) {
        benchmark::DoNotOptimize(field.key().value().raw());
        benchmark::DoNotOptimize(field.value().value().raw_json_token());
        ++fields;
      }
      at = newline + 1;
    }
    return fields;
  };
  fail_unless(run() == kLines * 12, "number of fields");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  report(state, text.size(), kLines);
}
BENCHMARK(bare_simdjson);

void decode_csv(benchmark::State& state) {
  std::string text = "timestamp,service,metric,value\n";
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < kLines; ++i) {
    char line[128];
    std::snprintf(line, sizeof line, "2026-06-18T15:%02d:%02dZ,checkout,cpu_utilization,%d.%03d\n",
                  static_cast<int>(i / 60 % 60), static_cast<int>(i % 60),
                  static_cast<int>(random() % 100), static_cast<int>(random() % 1000));
    text += line;
  }
  decode_again(state, Format::kCsvMetrics, text, kLines + 1, [](const Batch& batch) {
    fail_unless(batch.points.size() == kLines && batch.header_lines == 1, "number of points");
  });
}
BENCHMARK(decode_csv);

// Reading and cutting alone, from the page cache.
void replay_file(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() / "inkling_replay_bench.ndjson";
  const std::string text = make_lines();
  constexpr std::size_t kCopies = 64;
  {
    std::ofstream file(path, std::ios::binary);
    for (std::size_t i = 0; i < kCopies; ++i) file << text;
  }
  FrameChunk chunk;
  for (auto _ : state) {
    auto replay = FileReplay::create({path.string()}, Format::kAuto, {}, {});
    fail_unless(replay.has_value(), "open");
    std::size_t bytes = 0;
    while (true) {
      auto more = replay.value()->next(chunk);
      fail_unless(more.has_value(), "read");
      if (!*more) break;
      bytes += chunk.bytes.size();
    }
    fail_unless(bytes == kCopies * text.size(), "number of bytes");
  }
  report(state, kCopies * text.size(), kCopies * kLines);
  std::filesystem::remove(path);
}
BENCHMARK(replay_file)->Unit(benchmark::kMillisecond);

}  // namespace
