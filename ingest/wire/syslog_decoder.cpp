#include "ingest/wire/syslog_decoder.h"

#include <charconv>

#include "ingest/take_field.h"
#include "ingest/wire/syslog_framing.h"

namespace inkling::ingest {
namespace {

// Behind whatever names decide.
constexpr std::uint8_t kYields = 255;

}  // namespace

void SyslogDecoder::decode(std::string_view bytes, Batch& batch) {
  while (!bytes.empty()) {
    const SyslogPiece piece = next_syslog_message(bytes, bytes.size(), true);
    if (piece.kind == SyslogPiece::Kind::kMessage) decode_message(piece.message, batch);
    bytes.remove_prefix(std::max<std::size_t>(piece.used, 1));
  }
}

void SyslogDecoder::decode_message(std::string_view message, Batch& batch) {
  const std::uint32_t record = batch.lines++;
  if (message.empty()) {
    ++batch.empty_lines;
    return;
  }
  if (message.size() > max_line_bytes_) {
    batch.broken.push_back({record, ParseError::kOverlong, message});
    return;
  }
  read_syslog_message(message, batch.chunk.header.arrival, utc_offset_, batch.arena, message_);
  fields_.reset();
  for (const LabelView& parameter : message_.parameters) {
    const FieldTable::Match match = names_.find(FieldTable::kRoot, parameter.name);
    if (match.node == FieldTable::kUnknown || !may_count(names_.meaning(match.node))) continue;
    // The header has a time, a level and a text of its own.
    const FieldRole role = names_.meaning(match.node).role;
    if (role == FieldRole::kTime || role == FieldRole::kMessage) continue;
    const Scalar scalar{
        .text = parameter.value, .kind = ScalarKind::kString, .good = true, .has_escape = false};
    static_cast<void>(
        take_field(names_.meaning(match.node), scalar, fields_, [](FieldValue&) { return true; }));
  }
  fields_.offer(FieldRole::kMessage, {.text = message_.text, .kind = ScalarKind::kString});
  if (!message_.app.empty()) {
    fields_.offer(FieldRole::kService,
                  {.text = message_.app, .kind = ScalarKind::kString, .rank = kYields});
  }
  static constexpr std::string_view kDigits = "01234567";
  if (message_.severity >= 0) {
    fields_.offer(FieldRole::kLevel,
                  {.text = kDigits.substr(static_cast<std::size_t>(message_.severity), 1),
                   .kind = ScalarKind::kString,
                   .rank = kYields,
                   .unit = FieldUnit::kSyslog});
  }
  if (message_.time.is_set()) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, message_.time.ns).ptr;
    fields_.offer(FieldRole::kTime,
                  {.text = batch.arena.copy({digits, static_cast<std::size_t>(end - digits)}),
                   .kind = ScalarKind::kNumber,
                   .unit = FieldUnit::kNanos});
  }
  const ParseError error = builder_.add(fields_, Level::kUnknown, message, record, batch);
  if (error != ParseError::kNone) batch.broken.push_back({record, error, message});
}

}  // namespace inkling::ingest
