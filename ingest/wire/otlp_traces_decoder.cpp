#include "ingest/wire/otlp_traces_decoder.h"

#include <string>
#include <vector>

#include "ingest/span_calls.h"
#include "ingest/wire/otlp_walk.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kStatusError = 2;

// An id of zeros is none.
std::string read_id(std::string_view bytes) {
  const bool is_none = bytes.find_first_not_of('\0') == std::string_view::npos;
  return is_none ? std::string() : std::string(bytes);
}

// False if the bytes are no Status.
bool read_status(std::string_view message, Span& span) {
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == varint_key(3)) span.failed = reader.number() == kStatusError;
  }
  return !reader.failed();
}

class OtlpTracesDecoder final : public WireDecoder {
 public:
  explicit OtlpTracesDecoder(const WireContext& context)
      : options_(context.options), names_(context.fields) {}

  void decode(std::string_view bytes, Batch& batch) override {
    spans_.clear();
    walk_.visit(bytes, batch, [&](std::string_view message, std::uint32_t) {
      return decode_span(message, batch);
    });
    add_calls(spans_, batch);
  }

 private:
  ParseError decode_span(std::string_view message, Batch& batch) {
    if (message.size() > options_.max_line_bytes) return ParseError::kOverlong;
    Span span;
    fields_.reset();
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    bool good = true;
    ProtobufReader reader(message);
    while (reader.next()) {
      switch (reader.key()) {
        case bytes_key(1):
          span.trace_id = read_id(reader.bytes());
          break;
        case bytes_key(2):
          span.span_id = read_id(reader.bytes());
          break;
        case bytes_key(4):
          span.parent_id = read_id(reader.bytes());
          break;
        case fixed64_key(7):
          start = reader.number();
          break;
        case fixed64_key(8):
          end = reader.number();
          break;
        case bytes_key(9):
          good = read_attribute(reader.bytes(), batch) && good;
          break;
        case bytes_key(15):
          good = read_status(reader.bytes(), span) && good;
          break;
        default:
          break;
      }
    }
    if (!good || reader.failed()) return ParseError::kBadMessage;
    const auto time = otlp_time(start);
    if (!time) return ParseError::kBadTime;
    span.start = *time;
    if (start != 0 && end >= start) span.duration_ms = static_cast<double>(end - start) / 1e6;
    span.service = walk_.resource().service();
    if (const FieldValue* const peer = fields_.find(FieldRole::kPeer)) span.peer = peer->text;
    batch.note_time(span.start);
    ++batch.span_lines;
    spans_.push_back(std::move(span));
    return ParseError::kNone;
  }

  bool read_attribute(std::string_view message, Batch& batch) {
    const OtlpAttribute attribute = read_otlp_attribute(message);
    if (!attribute.value.good) return false;
    const FieldMeaning& meaning = names_.find(attribute.key);
    if (meaning.role == FieldRole::kPeer && attribute.value.is_scalar()) {
      offer_attribute(meaning, otlp_text(attribute.value, batch.arena),
                      otlp_scalar_kind(attribute.value), fields_);
    }
    return true;
  }

  const DecoderOptions& options_;
  AttributeNames names_;
  OtlpWalk walk_{names_, kMaxFrameSpans};
  RecordFields fields_;  // of the span being read
  std::vector<Span> spans_;
};

}  // namespace

std::unique_ptr<WireDecoder> make_otlp_traces_decoder(const WireContext& context) {
  return std::make_unique<OtlpTracesDecoder>(context);
}

}  // namespace inkling::ingest
