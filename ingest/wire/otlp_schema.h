#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/frame.h"

namespace inkling::ingest {

// How a member of an OTLP message is written, in JSON and in protobuf.
enum class OtlpFieldType : std::uint8_t {
  kString,
  kHex,      // bytes; in JSON hex digits
  kBase64,   // bytes; in JSON base64
  kVarint,   // bool, enum, int32, int64, uint32, uint64
  kZigzag,   // sint32
  kFixed64,  // fixed64, sfixed64
  kFixed32,
  kDouble,
  kMessage,
};

struct OtlpMessageType;

struct OtlpField {
  std::string_view name;  // in JSON
  std::uint32_t number = 0;
  OtlpFieldType type = OtlpFieldType::kString;
  bool repeated = false;
  const OtlpMessageType* message = nullptr;  // of kMessage
};

struct OtlpMessageType {
  std::span<const OtlpField> fields;
  bool is_record = false;  // a log record, data point or span: dropped whole where it breaks
};

// The request of a JSON format of OTLP; null if `format` is none. Only what is read here is in it.
const OtlpMessageType* otlp_request_type(Format format);

}  // namespace inkling::ingest
