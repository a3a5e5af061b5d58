#include "ingest/wire/otlp_json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "core/ascii.h"
#include "core/padded_buffer.h"
#include "ingest/base64.h"
#include "ingest/record_builder.h"
#include "ingest/wire/otlp_schema.h"
#include "ingest/wire/otlp_value.h"

namespace inkling::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

// Messages nest this deep at most: those of the protocol, and two for each array or map of values.
constexpr int kMaxDepth = 16 + 2 * kMaxOtlpDepth;
constexpr std::size_t kMaxKeptScratch = 8u << 20;

// Writes one message after the other into `out`. Every function is false where the JSON is broken
// or not of the type; what it began is closed or taken back by then.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  bool write_message(ondemand::object object, const OtlpMessageType& type, int depth) {
    std::size_t guess = 0;  // members mostly come in the order of the table
    for (auto next : object) {
      ondemand::field member;
      if (std::move(next).get(member) != simdjson::SUCCESS) return false;
      const OtlpField* const field = find(member.key(), type, guess);
      ondemand::value& value = member.value();
      ondemand::json_type kind;
      if (value.type().get(kind) != simdjson::SUCCESS) return false;
      if (!field) continue;
      if (kind == ondemand::json_type::null) {
        bool is_null = false;  // "nul" is of that type as well
        if (simdjson::simdjson_result<bool>(value.is_null()).get(is_null) != simdjson::SUCCESS ||
            !is_null) {
          return false;
        }
        continue;
      }
      const bool good = field->repeated ? write_each(value, kind, *field, depth)
                                        : write_value(value, kind, *field, depth);
      if (!good) return false;
    }
    return true;
  }

 private:
  static const OtlpField* find(const ondemand::raw_json_string& key, const OtlpMessageType& type,
                               std::size_t& guess) {
    const std::size_t count = type.fields.size();
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = guess + i < count ? guess + i : guess + i - count;
      if (key != type.fields[place].name) continue;
      guess = place + 1 < count ? place + 1 : 0;
      return &type.fields[place];
    }
    return nullptr;
  }

  bool write_each(ondemand::value& value, ondemand::json_type kind, const OtlpField& field,
                  int depth) {
    if (kind != ondemand::json_type::array) return false;
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto next : array) {
      ondemand::value element;
      ondemand::json_type element_kind;
      if (std::move(next).get(element) != simdjson::SUCCESS ||
          element.type().get(element_kind) != simdjson::SUCCESS ||
          !write_value(element, element_kind, field, depth)) {
        return false;
      }
    }
    return true;
  }

  bool write_value(ondemand::value& value, ondemand::json_type kind, const OtlpField& field,
                   int depth) {
    switch (field.type) {
      case OtlpFieldType::kMessage:
        return kind == ondemand::json_type::object && write_inner(value, field, depth);
      case OtlpFieldType::kString:
      case OtlpFieldType::kHex:
      case OtlpFieldType::kBase64:
        return kind == ondemand::json_type::string && write_bytes(value, field);
      case OtlpFieldType::kDouble:
        return write_double(value, kind, field);
      default:
        return write_integer(value, kind, field);
    }
  }

  bool write_inner(ondemand::value& value, const OtlpField& field, int depth) {
    if (depth >= kMaxDepth) return true;  // skipped
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    const std::size_t before = out_.size();
    put_varint(bytes_key(field.number));
    const std::size_t length_at = out_.size();
    out_.append(kLengthBytes, '\0');
    const bool good = write_message(object, *field.message, depth + 1);
    if (!good && field.message->is_record) {
      out_.resize(before);
      return false;
    }
    // A varint of five bytes, whatever its value, since it is known only now.
    std::uint64_t length = out_.size() - length_at - kLengthBytes;
    for (std::size_t i = 0; i < kLengthBytes; ++i, length >>= 7) {
      const unsigned more = i + 1 < kLengthBytes ? 0x80 : 0;
      out_[length_at + i] = static_cast<char>((length & 0x7F) | more);
    }
    return good;
  }

  bool write_bytes(ondemand::value& value, const OtlpField& field) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return false;
    if (field.type == OtlpFieldType::kString) {
      put_bytes(field, text);
      return true;
    }
    if (field.type == OtlpFieldType::kBase64) {
      const auto bytes = decode_base64(text);
      if (bytes) put_bytes(field, *bytes);
      return bytes.has_value();
    }
    if (text.size() % 2 != 0) return false;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const int high = hex_digit(text[i]);
      const int low = hex_digit(text[i + 1]);
      if (high < 0 || low < 0) return false;
      bytes += static_cast<char>(high * 16 + low);
    }
    put_bytes(field, bytes);
    return true;
  }

  bool write_double(ondemand::value& value, ondemand::json_type kind, const OtlpField& field) {
    double number = 0;
    if (kind == ondemand::json_type::number) {
      if (value.get_double().get(number) != simdjson::SUCCESS) return false;
    } else if (kind == ondemand::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) return false;
      const auto read = read_number(text);  // also "NaN" and "Infinity"
      if (!read) return false;
      number = *read;
    } else {
      return false;
    }
    put_varint(fixed64_key(field.number));
    put_fixed(std::bit_cast<std::uint64_t>(number), 8);
    return true;
  }

  // The bits of a whole number of 64 bits, of either sign. Nothing if it is none.
  static bool read_integer(std::string_view text, std::uint64_t& bits) {
    const char* const end = text.data() + text.size();
    if (!text.empty() && text[0] == '-') {
      std::int64_t number = 0;
      const auto [rest, error] = std::from_chars(text.data(), end, number);
      bits = static_cast<std::uint64_t>(number);
      return error == std::errc() && rest == end;
    }
    const auto [rest, error] = std::from_chars(text.data(), end, bits);
    return error == std::errc() && rest == end;
  }

  bool write_integer(ondemand::value& value, ondemand::json_type kind, const OtlpField& field) {
    std::uint64_t bits = 0;
    if (kind == ondemand::json_type::boolean) {
      bool flag = false;
      if (value.get_bool().get(flag) != simdjson::SUCCESS) return false;
      bits = flag ? 1 : 0;
    } else if (kind == ondemand::json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS || !read_integer(text, bits)) {
        return false;
      }
    } else if (kind == ondemand::json_type::number) {
      std::int64_t number = 0;
      double real = 0;
      if (value.get_int64().get(number) == simdjson::SUCCESS) {
        bits = static_cast<std::uint64_t>(number);
      } else if (value.get_uint64().get(bits) != simdjson::SUCCESS) {
        // "1e3" and "5.0" are whole as well.
        if (value.get_double().get(real) != simdjson::SUCCESS || real != std::floor(real) ||
            !(std::abs(real) < 9.0e18)) {
          return false;
        }
        bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(real));
      }
    } else {
      return false;
    }
    put_integer(field, bits);
    return true;
  }

  void put_integer(const OtlpField& field, std::uint64_t bits) {
    switch (field.type) {
      case OtlpFieldType::kFixed64:
        put_varint(fixed64_key(field.number));
        put_fixed(bits, 8);
        break;
      case OtlpFieldType::kFixed32:
        put_varint(fixed32_key(field.number));
        put_fixed(bits, 4);
        break;
      default: {
        put_varint(varint_key(field.number));
        const auto sign = static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> 63);
        put_varint(field.type == OtlpFieldType::kZigzag ? (bits << 1) ^ sign : bits);
        break;
      }
    }
  }

  void put_bytes(const OtlpField& field, std::string_view bytes) {
    put_varint(bytes_key(field.number));
    put_varint(bytes.size());
    out_.append(bytes);
  }
  void put_fixed(std::uint64_t bits, std::size_t size) {
    out_.append(reinterpret_cast<const char*>(&bits), size);  // little-endian, as the format
  }
  void put_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }

  static constexpr std::size_t kLengthBytes = 5;  // up to 32 GiB
  std::string& out_;
};

class OtlpJsonDecoder final : public WireDecoder {
 public:
  OtlpJsonDecoder(Format format, std::unique_ptr<WireDecoder> protobuf)
      : format_(format), protobuf_(std::move(protobuf)) {}

  void decode(std::string_view bytes, Batch& batch) override {
    const OtlpJson::Message message = json_.to_protobuf(format_, bytes);
    protobuf_->decode(batch.arena.copy(message.bytes), batch);
    if (!message.whole) batch.broken.push_back({batch.lines++, ParseError::kBadJson, bytes});
  }

 private:
  const Format format_;
  const std::unique_ptr<WireDecoder> protobuf_;
  OtlpJson json_;
};

}  // namespace

struct OtlpJson::State {
  ondemand::parser parser;
  std::string out;
};

OtlpJson::OtlpJson() : state_(std::make_unique<State>()) {}
OtlpJson::~OtlpJson() = default;

OtlpJson::Message OtlpJson::to_protobuf(Format format, std::string_view json) {
  const OtlpMessageType* const type = otlp_request_type(format);
  // simdjson's scratch is several times the document: not kept for large ones.
  if (state_->parser.capacity() > kMaxKeptScratch) state_->parser = ondemand::parser();
  if (state_->out.capacity() > kMaxKeptScratch) state_->out = std::string();
  state_->out.clear();
  const simdjson::padded_string_view padded(json.data(), json.size(),
                                            json.size() + PaddedBuffer::kPadding);
  ondemand::document document;
  ondemand::object object;
  if (!type || state_->parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    return {};
  }
  bool whole = Writer(state_->out).write_message(object, *type, 0);
  const char* behind = nullptr;  // something after the object
  if (whole && document.current_location().get(behind) == simdjson::SUCCESS) whole = false;
  return {state_->out, whole};
}

std::optional<Format> otlp_protobuf_format(Format format) {
  switch (format) {
    case Format::kOtlpLogsJson:
      return Format::kOtlpLogs;
    case Format::kOtlpMetricsJson:
      return Format::kOtlpMetrics;
    case Format::kOtlpTracesJson:
      return Format::kOtlpTraces;
    default:
      return std::nullopt;
  }
}

std::unique_ptr<WireDecoder> make_otlp_json_decoder(Format format,
                                                    std::unique_ptr<WireDecoder> protobuf) {
  return std::make_unique<OtlpJsonDecoder>(format, std::move(protobuf));
}

}  // namespace inkling::ingest
