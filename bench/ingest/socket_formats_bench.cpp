// How fast messages of the socket protocols become events, beside a walk over the same bytes that
// does nothing with them.
#include <cstdio>
#include <string>

#include "bench/ingest/decode_loop.h"
#include "ingest/wire/msgpack.h"
#include "ingest/wire/syslog_framing.h"

namespace {

using namespace inkling;
using namespace inkling::ingest;

constexpr std::size_t kRecords = 2000;

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
  decode_again(state, format, bytes, kRecords, [](const Batch& batch) {
    fail_unless(batch.logs.size() == kRecords, "number of logs");
    for (const LogRecord& log : batch.logs) {
      fail_unless(log.time.is_set() && log.service == "shop" && log.message.starts_with("request "),
                  "fields");
    }
  });
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
  report(state, bytes.size(), kRecords);
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
  report(state, bytes.size(), kRecords);
}
BENCHMARK(bare_syslog);

}  // namespace
