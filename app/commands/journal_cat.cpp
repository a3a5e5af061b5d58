#include "app/commands/journal_cat.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "app/exit_code.h"
#include "app/state_directory.h"
#include "config/loader.h"
#include "core/json_writer.h"
#include "detect/screen.h"
#include "ingest/decoder.h"
#include "ingest/journal_reader.h"

namespace inkling::app {
namespace {

// Writes the events of a batch in the order of their records.
class RecordPrinter {
 public:
  RecordPrinter(detect::Screen& screen, bool raw) : screen_(screen), raw_(raw) {}

  void print(const Batch& batch) {
    rows_.clear();
    for (const LogRecord& log : batch.logs) add(batch, log.record, log_row(log));
    for (const MetricPoint& point : batch.points) {
      add(batch, point.record, point_row(point, batch));
    }
    for (const Change& change : batch.changes) add(batch, change.record, change_row(change));
    for (const Alarm& alarm : batch.alarms) add(batch, alarm.record, alarm_row(alarm));
    for (const BrokenLine& line : batch.broken) add(batch, line.record, broken_row(line));
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.record < b.record; });
    for (const Row& row : rows_) std::puts(row.json.c_str());
  }

 private:
  struct Row {
    std::uint32_t record;
    std::string json;
  };

  // `members`: what the event says, without braces.
  void add(const Batch& batch, std::uint32_t record, std::string_view members) {
    const FrameHeader& header = batch.chunk.header;
    JsonWriter writer;
    writer.begin_object().member("segment", header.position.segment);
    writer.member("offset", header.position.offset).member("record", record);
    writer.member("arrival", format_timestamp(header.arrival));
    if (batch.chunk.origin_name) writer.member("origin", *batch.chunk.origin_name);
    std::string text = writer.end_object().take();
    text.pop_back();
    rows_.push_back({record, fmt::format("{},{}", text, members.substr(1))});
  }

  std::string shown(std::string_view text) {
    return raw_ ? std::string(text) : screen_.redact(text);
  }
  void put(JsonWriter& writer, std::string_view name, std::string_view text) {
    if (!text.empty()) writer.member(name, shown(text));
  }
  static void put_time(JsonWriter& writer, Timestamp time) {
    writer.key("time");
    time.is_set() ? writer.value(format_timestamp(time)) : writer.null();
  }

  std::string log_row(const LogRecord& log) {
    JsonWriter writer;
    writer.begin_object().member("kind", "log");
    put_time(writer, log.time);
    writer.member("level", level_name(log.level)).member("message", shown(log.message));
    put(writer, "service", log.service);
    put(writer, "version", log.version);
    put(writer, "route", log.route);
    put(writer, "peer", log.peer);
    if (log.status != 0) writer.member("status", int{log.status});
    if (log.duration_ms == log.duration_ms) writer.member("duration_ms", log.duration_ms);
    return writer.end_object().take();
  }

  std::string point_row(const MetricPoint& point, const Batch& batch) {
    constexpr std::string_view kKinds[] = {"gauge", "counter", "delta"};
    JsonWriter writer;
    writer.begin_object().member("kind", "metric");
    put_time(writer, point.time);
    writer.member("name", shown(point.name)).member("value", point.value);
    writer.member("type", kKinds[static_cast<std::size_t>(point.kind)]);
    put(writer, "unit", point.unit);
    put(writer, "service", point.service);
    put(writer, "version", point.version);
    writer.key("labels").begin_object();
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      writer.member(shown(label.name), shown(label.value));
    }
    return writer.end_object().end_object().take();
  }

  std::string change_row(const Change& change) {
    JsonWriter writer;
    writer.begin_object().member("kind", "change");
    put_time(writer, change.time);
    writer.member("change", change_kind_name(change.kind)).member("id", shown(change.id));
    put(writer, "service", change.service);
    put(writer, "version", change.version);
    put(writer, "title", change.title);
    return writer.end_object().take();
  }

  std::string alarm_row(const Alarm& alarm) {
    JsonWriter writer;
    writer.begin_object().member("kind", "alarm");
    put_time(writer, alarm.time);
    writer.member("name", shown(alarm.name)).member("resolved", alarm.resolved);
    put(writer, "service", alarm.service);
    put(writer, "severity", alarm.severity);
    return writer.end_object().take();
  }

  std::string broken_row(const BrokenLine& line) {
    JsonWriter writer;
    writer.begin_object().member("kind", "broken");
    writer.member("reason", parse_error_name(line.reason));
    put(writer, "line", line.raw);
    return writer.end_object().take();
  }

  detect::Screen& screen_;
  const bool raw_;
  std::vector<Row> rows_;
};

Result<void> print_journal(const JournalCatArgs& args) {
  config::Config config;
  if (!args.config.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(args.config, config::system_environment()));
  }
  const std::string directory =
      args.journal.empty() ? state_paths(args.state_directory).journal : args.journal;
  INKLING_TRY_ASSIGN(const auto reader, ingest::JournalReader::create(directory));
  INKLING_TRY_ASSIGN(detect::Screen screen, detect::Screen::create(config.screen));
  ingest::Decoder decoder(config.decoder);
  RecordPrinter printer(screen, args.raw);
  Batch batch;
  while (true) {
    batch.reset();
    INKLING_TRY_ASSIGN(const bool more, reader->next(batch.chunk));
    if (!more) return {};
    decoder.decode(batch);
    printer.print(batch);
  }
}

}  // namespace

int run_journal_cat(const JournalCatArgs& args) {
  if (const auto done = print_journal(args); !done) {
    std::fputs(fmt::format("inkling journal cat: {}\n", done.error().message).c_str(), stderr);
    return exit_code(done.error());
  }
  return kExitOk;
}

}  // namespace inkling::app
