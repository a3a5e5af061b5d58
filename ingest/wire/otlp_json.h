#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/frame.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Turns OTLP/JSON into the protobuf message it stands for, so that both encodings have one decoder.
// The mapping is that of OTLP: names in lowerCamelCase only, unknown ones are ignored; enums are
// numbers; 64-bit numbers may be texts; traceId and spanId are hex, bytesValue is base64. Members
// may come in any order. Not thread-safe: it owns simdjson's scratch.
class OtlpJson {
 public:
  OtlpJson();
  ~OtlpJson();

  struct Message {
    std::string_view bytes;  // valid until the next call
    // False: something in it is not what its name says, and only the records before that are there;
    // or it is no JSON object at all (a text left open, something behind it), and nothing is.
    bool whole = false;
  };
  // `format` is one of the JSON formats of OTLP. PaddedBuffer::kPadding readable bytes follow
  // `json`.
  Message to_protobuf(Format format, std::string_view json);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The protobuf format that says the same as a JSON format of OTLP; nothing if `format` is none.
std::optional<Format> otlp_protobuf_format(Format format);

// Decodes a JSON format of OTLP by the decoder of the protobuf one.
std::unique_ptr<WireDecoder> make_otlp_json_decoder(Format format,
                                                    std::unique_ptr<WireDecoder> protobuf);

}  // namespace inkling::ingest
