// How fast messages of the socket protocols become events, beside a walk over the same bytes that
// does nothing with them.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "ingest/decoder.h"
#include "ingest/wire/msgpack.h"
#include "ingest/wire/syslog_framing.h"

namespace {

using namespace inkling;
using namespace inkling::ingest;

constexpr std::size_t kRecords = 2000;

void fail_unless(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "wrong result: %s\n", what);
  std::abort();
}

void put_text(std::string& out, std::string_view text) {  // str 16
  out += "\xDA";
  out.push_back(static_cast<char>(text.size() >> 8));
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

std::string message_of(std::size_t i) {
  return "request " + std::to_string(i) + " finished for customer " +
         std::to_string(i * 7919 % 10007) +
         " after the usual checks, nothing else to tell about it";
}

// Entries of a FireLens task, in PackedForward mode.
std::string make_forward() {
  std::string blob;
  for (std::size_t i = 0; i < kRecords; ++i) {
    blob += std::string("\x92\xD7\x00\x65\x53\xF1", 6);
    blob += std::string(4, '\0');
    blob.push_back(static_cast<char>(i));
    blob += "\x87";
    const std::pair<const char*, std::string> fields[] = {
        {"log", message_of(i)},
        {"source", "stdout"},
        {"container_id", std::string(64, 'c')},
        {"container_name", "/ecs-shop-12-app-d6b0c2"},
        {"ecs_cluster", "prod"},
        {"ecs_task_arn", "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef"},
        {"ecs_task_definition", "shop:12"}};
    for (const auto& [key, value] : fields) {
      put_text(blob, key);
      put_text(blob, value);
    }
  }
  std::string message = "\x92";
  put_text(message, "app-firelens-77");
  message += "\xC6";
  for (int shift = 24; shift >= 0; shift -= 8)
    message.push_back(static_cast<char>(blob.size() >> shift));
  return message + blob;
}

std::string make_syslog() {
  std::string text;
  for (std::size_t i = 0; i < kRecords; ++i) {
    char head[128];
    std::snprintf(head, sizeof head, "<14>1 2026-06-18T15:%02zu:%02zu.123456Z host%zu shop 77 - - ",
                  i / 60 % 60, i % 60, i % 10);
    append_syslog_message(text, head + message_of(i));
  }
  return text;
}

void decode(benchmark::State& state, Format format, const std::string& bytes) {
  Batch batch;
  Decoder decoder{DecoderOptions{}};
  const auto run = [&] {
    PaddedBuffer kept = std::move(batch.chunk.bytes);
    batch.reset();
    batch.chunk.bytes = std::move(kept);
    batch.chunk.header.format = format;
    decoder.decode(batch);
  };
  batch.chunk.bytes = PaddedBuffer::copy_of(bytes);
  run();
  fail_unless(batch.logs.size() == kRecords && batch.broken.empty(), "number of records");
  for (const LogRecord& log : batch.logs) {
    fail_unless(log.time.is_set() && log.service == "shop" && log.message.starts_with("request "),
                "fields");
  }
  for (auto _ : state) {
    run();
    benchmark::DoNotOptimize(batch.logs.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRecords));
}

void decode_forward(benchmark::State& state) { decode(state, Format::kForward, make_forward()); }
BENCHMARK(decode_forward);

void decode_syslog(benchmark::State& state) { decode(state, Format::kSyslog, make_syslog()); }
BENCHMARK(decode_syslog);

// The limit of forward: finding the end of each value.
void bare_msgpack(benchmark::State& state) {
  const std::string bytes = make_forward();
  // Behind the heads of message and blob.
  constexpr std::size_t blob = 1 + 3 + 15 + 5;
  for (auto _ : state) {
    MsgpackReader reader(std::string_view(bytes).substr(blob));
    std::size_t entries = 0;
    while (!reader.at_end() && reader.skip()) ++entries;
    fail_unless(entries == kRecords, "number of entries");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(bare_msgpack);

// The limit of syslog: finding the messages.
void bare_syslog(benchmark::State& state) {
  const std::string bytes = make_syslog();
  for (auto _ : state) {
    std::string_view rest = bytes;
    std::size_t messages = 0;
    while (!rest.empty()) {
      const SyslogPiece piece = next_syslog_message(rest, rest.size(), true);
      messages += piece.kind == SyslogPiece::Kind::kMessage ? 1 : 0;
      rest.remove_prefix(piece.used);
    }
    fail_unless(messages == kRecords, "number of messages");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(bare_syslog);

}  // namespace
