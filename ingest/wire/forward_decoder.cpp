#include "ingest/wire/forward_decoder.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/json.h"
#include "ingest/rare_events.h"
#include "ingest/utc_offset.h"
#include "ingest/wire/json_scanner.h"
#include "ingest/wire/msgpack_json.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMaxOpenParts = 64;  // lines in several records, at the same time
constexpr std::uint8_t kWins = 0;          // ranks: before and behind all that names decide
constexpr std::uint8_t kYields = 255;

void add_broken(ParseError reason, std::string_view raw, Batch& batch) {
  batch.broken.push_back({batch.lines++, reason, raw});
}

Timestamp timestamp_of(const MsgpackTime& time) {
  constexpr std::int64_t kMost = 9'000'000'000;  // year 2255
  if (std::abs(time.seconds) > kMost || time.nanos > 1'000'000'000) return Timestamp::none();
  return Timestamp::from_ns(time.seconds * 1'000'000'000 + time.nanos);
}

std::string_view read_text(const RecordFields& fields, FieldRole role) {
  const FieldValue* const value = fields.find(role);
  return value != nullptr ? value->text : std::string_view();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether there is anything in a record but its time.
bool says_something(const RecordFields& fields) {
  for (const FieldRole role : {FieldRole::kMessage, FieldRole::kLevel, FieldRole::kMetricValue,
                               FieldRole::kStatus, FieldRole::kDurationMs, FieldRole::kRoute,
                               FieldRole::kService, FieldRole::kPeer, FieldRole::kTraceId}) {
    if (fields.has(role)) return true;
  }
  return false;
}

// "checkout:12" is service checkout in version 12.
struct TaskDefinition {
  std::string_view family;
  std::string_view revision;
};
TaskDefinition read_task_definition(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_number(text.substr(colon + 1))) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// What a container is called without what changes with each task: on EC2 ECS names it
// "/ecs-<family>-<revision>-<container>-<hash>".
std::string_view stable_container_name(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  if (!name.starts_with("ecs-")) return name;
  for (std::size_t dash = name.find('-', 4); dash != std::string_view::npos;
       dash = name.find('-', dash + 1)) {
    const std::size_t next = name.find('-', dash + 1);
    if (next == std::string_view::npos) break;
    if (is_number(name.substr(dash + 1, next - dash - 1))) return name.substr(4, dash - 4);
  }
  return name;
}

}  // namespace

ForwardDecoder::ForwardDecoder(Format format, const WireContext& context)
    : format_(format),
      options_(context.options),
      reader_(context.options, context.fields),
      builder_(context.lines),
      utc_offset_(utc_offset_of(options_)),
      times_(utc_offset_) {}

void ForwardDecoder::decode(std::string_view bytes, Batch& batch) {
  tag_ = {};
  group_service_ = group_version_ = {};
  parts_.clear();
  if (format_ == Format::kMsgpackEvents) {
    decode_entries(bytes, batch);
  } else {
    while (!bytes.empty()) {
      if (bytes[0] == '{' || bytes[0] == '[') {  // small numbers to MessagePack, no message
        decode_json(bytes, batch);
        continue;
      }
      if (bytes[0] == ' ' || bytes[0] == '\n' || bytes[0] == '\r' || bytes[0] == '\t') {
        bytes.remove_prefix(1);  // between JSON messages
        continue;
      }
      const std::string_view message = MsgpackReader(bytes).raw();
      if (message.empty()) {
        add_broken(ParseError::kBadMessage, bytes, batch);
        break;
      }
      decode_message(message, batch);
      bytes.remove_prefix(message.size());
    }
  }
  for (Parts& parts : parts_) finish_parts(parts, batch);
  parts_.clear();
}

// One message in JSON, as MessagePack: rare, so the detour costs nobody.
void ForwardDecoder::decode_json(std::string_view& bytes, Batch& batch) {
  JsonScanner scanner(bytes.size());
  if (scanner.scan(bytes) != JsonScanner::Status::kDone) {
    add_broken(ParseError::kBadJson, std::exchange(bytes, {}), batch);
    return;
  }
  const std::string_view text = bytes.substr(0, scanner.size());
  bytes.remove_prefix(text.size());
  const auto tree = parse_json(text);
  const std::string message = tree ? json_to_msgpack(*tree) : std::string();
  // Too deep for MessagePack as we read it, or no JSON.
  if (message.empty() || MsgpackReader(message).raw().empty()) {
    add_broken(ParseError::kBadJson, text, batch);
    return;
  }
  decode_message(batch.arena.copy(message), batch);
}

void ForwardDecoder::decode_message(std::string_view message, Batch& batch) {
  MsgpackReader reader(message);
  const MsgpackValue head = reader.read();
  if (head.type == MsgpackType::kNil) return;  // a heartbeat
  const bool has_shape = head.type == MsgpackType::kArray && head.count >= 2;
  const MsgpackValue tag = has_shape ? reader.read() : MsgpackValue();
  if (tag.type != MsgpackType::kString) {
    add_broken(ParseError::kUnknownShape, message, batch);
    return;
  }
  tag_ = tag.bytes;
  MsgpackReader behind = reader;
  const MsgpackValue body = reader.read();
  const bool is_entry = body.type == MsgpackType::kInteger || body.type == MsgpackType::kFloat ||
                        body.type == MsgpackType::kExtension;
  std::string_view content = behind.raw();
  if (is_entry) {
    // Message mode: the time and the record are elements of the message itself.
    if (head.count < 3) return add_broken(ParseError::kUnknownShape, message, batch);
    content = behind.raw();
    return add_record(read_event_time(body), {}, content, batch);
  }
  const Option option = read_option(behind, head.count - 2);
  if (option.signal != 0 || !option.good) {  // metrics and traces of Fluent Bit: not read
    return add_broken(ParseError::kUnknownShape, message, batch);
  }
  if (body.type == MsgpackType::kString) return decode_blob(body.bytes, option, batch);
  if (body.type != MsgpackType::kArray) {
    return add_broken(ParseError::kUnknownShape, message, batch);
  }
  for (std::uint32_t i = 0; i < body.count; ++i) decode_entry(reader.raw(), batch);
}

ForwardDecoder::Option ForwardDecoder::read_option(MsgpackReader& message, std::uint32_t left) {
  Option option;
  if (left == 0) return option;
  const MsgpackValue map = message.read();
  if (map.type != MsgpackType::kMap) {
    option.good = map.type == MsgpackType::kNil;
    return option;
  }
  for (std::uint32_t i = 0; i < map.count; ++i) {
    const MsgpackValue key = message.read();
    MsgpackReader value_reader(message.raw());
    const MsgpackValue value = value_reader.read();
    if (key.bytes == "compressed") option.compressed = value.bytes;
    if (key.bytes == "fluent_signal") option.signal = value.integer;
  }
  return option;
}

void ForwardDecoder::decode_blob(std::string_view blob, const Option& option, Batch& batch) {
  if (option.compressed.empty() || option.compressed == "text") return decode_entries(blob, batch);
  std::unique_ptr<Inflater>* inflater = nullptr;
  if (option.compressed == "gzip") {
    inflater = &gzip_;
    if (!gzip_) gzip_ = make_inflater(Encoding::kGzip);
  } else if (option.compressed == "zstd") {
    inflater = &zstd_;
    if (!zstd_) zstd_ = make_inflater(Encoding::kZstd);
  }
  if (inflater == nullptr || !inflate_all(**inflater, blob, inflated_, options_.inflate)) {
    return add_broken(ParseError::kBadEncoding, blob, batch);
  }
  // Several messages may stand in one frame: what their events point to stays in the batch.
  decode_entries(batch.arena.copy(inflated_.view()), batch);
}

void ForwardDecoder::decode_entries(std::string_view entries, Batch& batch) {
  while (!entries.empty()) {
    const std::string_view entry = MsgpackReader(entries).raw();
    if (entry.empty()) return add_broken(ParseError::kBadMessage, entries, batch);
    decode_entry(entry, batch);
    entries.remove_prefix(entry.size());
  }
}

void ForwardDecoder::decode_entry(std::string_view entry, Batch& batch) {
  MsgpackReader reader(entry);
  const MsgpackValue head = reader.read();
  if (head.type != MsgpackType::kArray || head.count < 2) {
    return add_broken(ParseError::kUnknownShape, entry, batch);
  }
  MsgpackValue time = reader.read();
  std::string_view metadata;
  if (time.type == MsgpackType::kArray) {
    if (time.count != 2) return add_broken(ParseError::kUnknownShape, entry, batch);
    time = reader.read();
    metadata = reader.raw();
  }
  const MsgpackTime when = read_event_time(time);
  const bool is_group_mark = when.good && (when.seconds == -1 || when.seconds == -2);
  if (!is_group_mark) return add_record(when, metadata, reader.raw(), batch);
  group_service_ = group_version_ = {};
  if (when.seconds == -1) begin_group(reader.raw(), batch);
  ++batch.lines;
  ++batch.empty_lines;
}

// The resource that the records up to the next mark belong to.
void ForwardDecoder::begin_group(std::string_view record, Batch& batch) {
  MsgpackReader reader(record);
  const MsgpackValue map = reader.read();
  if (map.type != MsgpackType::kMap) return;
  fields_.reset();
  if (!reader_.read(reader, map.count, fields_, batch.arena).good) return;
  group_service_ = read_text(fields_, FieldRole::kService);
  group_version_ = read_text(fields_, FieldRole::kVersion);
}

void ForwardDecoder::add_record(const MsgpackTime& time, std::string_view metadata,
                                std::string_view record, Batch& batch) {
  MsgpackReader reader(record);
  const MsgpackValue map = reader.read();
  if (map.type != MsgpackType::kMap || !time.good) {
    const bool bad_time = map.type == MsgpackType::kMap;
    return add_broken(bad_time ? ParseError::kBadTime : ParseError::kUnknownShape, record, batch);
  }
  fields_.reset();
  const auto read = reader_.read(reader, map.count, fields_, batch.arena);
  if (!read.good) {
    const auto reason = read.too_many_keys ? ParseError::kOverlong : ParseError::kBadMessage;
    return add_broken(reason, record, batch);
  }
  shipper_ = read.shipper;
  // What the sender's own protocol said of the record, where it was OpenTelemetry's.
  MsgpackReader said(metadata);
  const MsgpackValue said_map = said.read();
  for (std::uint32_t i = 0; said_map.type == MsgpackType::kMap && i < said_map.count; ++i) {
    const MsgpackValue key = said.read();
    MsgpackReader inner(said.raw());
    const MsgpackValue value = inner.read();
    if (key.bytes != "otlp" || value.type != MsgpackType::kMap) continue;
    static_cast<void>(reader_.read(inner, value.count, fields_, batch.arena));
  }
  const std::uint32_t number = batch.lines++;
  const Timestamp when = timestamp_of(time);
  if (shipper_.is_partial && join_part(when, number, batch)) return;
  add_event(when, record, number, batch);
}

// True if the record is part of a line that is not whole yet, or made one whole.
bool ForwardDecoder::join_part(Timestamp time, std::uint32_t record, Batch& batch) {
  const std::string_view text = read_text(fields_, FieldRole::kMessage);
  if (shipper_.partial_id.empty() || !fields_.has(FieldRole::kMessage)) return false;
  auto found = std::ranges::find(parts_, shipper_.partial_id, &Parts::id);
  if (found == parts_.end()) {
    if (parts_.size() >= kMaxOpenParts) return false;
    Parts& parts = parts_.emplace_back();
    parts.id = shipper_.partial_id;
    parts.record = record;
    parts.fields = fields_;
    parts.shipper = shipper_;
    parts.time = time;
    found = parts_.end() - 1;
  } else {
    ++batch.joined_lines;
  }
  found->texts.emplace_back(shipper_.partial_ordinal, text);
  found->bytes += text.size();
  if (!shipper_.is_last_part) return true;
  finish_parts(*found, batch);
  parts_.erase(found);
  return true;
}

void ForwardDecoder::finish_parts(Parts& parts, Batch& batch) {
  std::ranges::stable_sort(parts.texts, {}, &std::pair<std::int64_t, std::string_view>::first);
  char* const whole = batch.arena.allocate(parts.bytes);
  std::size_t at = 0;
  for (const auto& [ordinal, text] : parts.texts) {
    if (!text.empty()) std::memcpy(whole + at, text.data(), text.size());
    at += text.size();
  }
  fields_ = parts.fields;
  shipper_ = parts.shipper;
  offer(FieldRole::kMessage, {whole, at}, kWins);
  add_event(parts.time, {whole, at}, parts.record, batch);
}

void ForwardDecoder::offer(FieldRole role, std::string_view text, std::uint8_t rank) {
  if (!text.empty()) fields_.offer(role, {.text = text, .kind = ScalarKind::kString, .rank = rank});
}

std::string_view ForwardDecoder::fallback_service() const {
  if (!group_service_.empty()) return group_service_;
  const TaskDefinition task = read_task_definition(shipper_.task_definition);
  if (!task.family.empty()) return task.family;
  if (!shipper_.container_name.empty()) return stable_container_name(shipper_.container_name);
  // FireLens tags are "<container>-firelens-<task id>".
  return tag_.substr(0, tag_.find("-firelens-"));
}

void ForwardDecoder::add_event(Timestamp time, std::string_view raw, std::uint32_t record,
                               Batch& batch) {
  const auto broken = [&](ParseError reason) { batch.broken.push_back({record, reason, raw}); };
  if (may_be_rare(fields_)) {
    if (const auto tree = msgpack_to_json(raw)) {
      const RareOutcome outcome = decode_rare(*tree, record, utc_offset_, batch, nullptr);
      if (outcome.is_rare && outcome.error != ParseError::kNone) return broken(outcome.error);
      if (outcome.is_rare) return;
    }
  }
  if (!says_something(fields_)) return broken(ParseError::kUnknownShape);
  // The record's own time, if it has one that can be read, is nearer to the event than the
  // shipper's.
  if (const FieldValue* own = fields_.find(FieldRole::kTime)) {
    if (const auto read = times_.read(*own)) time = *read;
  }
  if (time.is_set()) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, time.ns).ptr;
    fields_.offer(FieldRole::kTime,
                  {.text = batch.arena.copy({digits, static_cast<std::size_t>(end - digits)}),
                   .kind = ScalarKind::kNumber,
                   .rank = kWins,
                   .unit = FieldUnit::kNanos});
  }
  offer(FieldRole::kService, fallback_service(), kYields);
  offer(FieldRole::kVersion,
        group_version_.empty() ? read_task_definition(shipper_.task_definition).revision
                               : group_version_,
        kYields);

  // That it came by standard error says something, but not that it is an error.
  const Level level = shipper_.from_stderr ? Level::kWarn : Level::kUnknown;
  const ParseError error = builder_.add(fields_, level, raw, record, batch);
  if (error != ParseError::kNone) broken(error);
}

}  // namespace inkling::ingest
