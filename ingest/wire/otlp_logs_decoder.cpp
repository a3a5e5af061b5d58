#include "ingest/wire/otlp_logs_decoder.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/padded_buffer.h"
#include "ingest/lines.h"
#include "ingest/record_builder.h"
#include "ingest/wire/otlp_walk.h"

namespace inkling::ingest {
namespace {

// What a LogRecord says, as far as it is read. Views into the batch.
struct LogMessage {
  std::uint64_t time = 0;
  std::uint64_t observed = 0;
  std::uint64_t severity = 0;
  std::string_view severity_text;
  std::string_view event_name;
  OtlpValue body;
  std::string_view exception_type;
  std::string_view exception_message;
  std::uint32_t attributes = 0;  // how many
};

// Severity numbers run in fours from TRACE to FATAL; 0 is "not said".
Level level_of(const LogMessage& log) {
  constexpr Level kLevels[] = {Level::kTrace, Level::kDebug, Level::kInfo,
                               Level::kWarn,  Level::kError, Level::kFatal};
  if (log.severity >= 1 && log.severity <= 24) return kLevels[(log.severity - 1) / 4];
  return parse_level(log.severity_text);
}

// "type: message", or the one that is there.
std::string_view exception_text(const LogMessage& log, Arena& arena) {
  if (log.exception_type.empty()) return log.exception_message;
  if (log.exception_message.empty()) return log.exception_type;
  return join_texts(log.exception_type, ": ", log.exception_message, arena);
}

class OtlpLogsDecoder final : public WireDecoder {
 public:
  explicit OtlpLogsDecoder(const WireContext& context)
      : options_(context.options), lines_(context.lines), names_(context.fields) {}

  void decode(std::string_view bytes, Batch& batch) override {
    walk_.visit(bytes, batch, [&](std::string_view message, std::uint32_t record) {
      return decode_record(message, record, batch);
    });
  }

 private:
  // Reads a LogRecord; its attributes go into fields_.
  bool read(std::string_view message, LogMessage& log, Batch& batch) {
    ProtobufReader reader(message);
    bool good = true;
    while (reader.next()) {
      switch (reader.key()) {
        case fixed64_key(1):
          log.time = reader.number();
          break;
        case varint_key(2):
          log.severity = reader.number();
          break;
        case bytes_key(3):
          log.severity_text = reader.bytes();
          break;
        case bytes_key(5):
          log.body = read_otlp_value(reader.bytes());
          good = good && log.body.good;
          break;
        case bytes_key(6):
          ++log.attributes;
          good = read_attribute(reader.bytes(), log, batch) && good;
          break;
        case fixed64_key(11):
          log.observed = reader.number();
          break;
        case bytes_key(12):
          log.event_name = reader.bytes();
          break;
        default:
          break;
      }
    }
    return good && !reader.failed();
  }

  bool read_attribute(std::string_view message, LogMessage& log, Batch& batch) {
    const OtlpAttribute attribute = read_otlp_attribute(message);
    if (!attribute.value.good) return false;
    if (attribute.value.kind == OtlpValue::Kind::kString) {
      if (attribute.key == "exception.type") {
        log.exception_type = attribute.value.text;
        return true;
      }
      if (attribute.key == "exception.message") {
        log.exception_message = attribute.value.text;
        return true;
      }
    }
    if (!attribute.value.is_scalar()) return true;
    const FieldMeaning& meaning = names_.find(attribute.key);
    if (meaning.role == FieldRole::kIgnore) return true;
    offer_attribute(meaning, otlp_text(attribute.value, batch.arena),
                    otlp_scalar_kind(attribute.value), fields_);
    return true;
  }

  ParseError decode_record(std::string_view message, std::uint32_t record, Batch& batch) {
    if (message.size() > options_.max_line_bytes) return ParseError::kOverlong;
    fields_.reset();
    for (const FieldRole role : {FieldRole::kService, FieldRole::kVersion}) {
      if (const FieldValue* const value = walk_.resource().fields.find(role))
        fields_.offer(role, *value);
    }
    LogMessage log;
    if (!read(message, log, batch)) return ParseError::kBadMessage;
    if (log.attributes > options_.max_keys) return ParseError::kOverlong;
    const auto time = otlp_time(log.time != 0 ? log.time : log.observed);
    if (!time) return ParseError::kBadTime;
    Envelope envelope;
    envelope.time = *time;
    envelope.level = level_of(log);
    const std::size_t first = batch.logs.size();
    const ParseError error = add_body(log, envelope, record, batch);
    if (error != ParseError::kNone) return error;
    for (std::size_t i = first; i < batch.logs.size(); ++i) {
      fill_log(fields_, batch.logs[i], batch);
    }
    return ParseError::kNone;
  }

  ParseError add_body(const LogMessage& log, const Envelope& envelope, std::uint32_t record,
                      Batch& batch) {
    const std::string_view exception = exception_text(log, batch.arena);
    if (log.body.kind == OtlpValue::Kind::kMap &&
        add_map(log.body, envelope, record, batch) == ParseError::kNone) {
      return ParseError::kNone;
    }
    std::string_view text = otlp_text(log.body, batch.arena);
    if (is_blank(text)) {
      const FieldValue* const message = fields_.find(FieldRole::kMessage);
      text = message ? message->text : std::string_view();
      if (text.empty()) text = !exception.empty() ? exception : log.event_name;
    }
    if (!exception.empty() && text != exception &&
        (log.exception_message.empty() || text.find(log.exception_message) == text.npos)) {
      text = join_texts(text, ": ", exception, batch.arena);
    }
    return lines_.add(text, envelope, record, batch);
  }

  // A body that is a map: its members are fields, as of a line that is a JSON object.
  ParseError add_map(const OtlpValue& map, const Envelope& envelope, std::uint32_t record,
                     Batch& batch) {
    JsonWriter json;
    write_otlp_json(map, json);
    const std::string& text = json.text();
    char* const target = batch.arena.allocate(text.size() + PaddedBuffer::kPadding);
    std::memcpy(target, text.data(), text.size());
    std::memset(target + text.size(), 0, PaddedBuffer::kPadding);
    return lines_.add_object({target, text.size()}, envelope, record, batch);
  }

  const DecoderOptions& options_;
  LineReader& lines_;
  AttributeNames names_;
  OtlpWalk walk_{names_, kMaxFrameRecords};
  RecordFields fields_;  // of the record being read, and of its resource
};

}  // namespace

std::unique_ptr<WireDecoder> make_otlp_logs_decoder(const WireContext& context) {
  return std::make_unique<OtlpLogsDecoder>(context);
}

}  // namespace inkling::ingest
