#include "tests/fuzz/decode_any.h"

// Both forms of a push request, and what the JSON formats share.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkling::decode_any(inkling::Format::kLokiJson, data, size);
  inkling::decode_any(inkling::Format::kLokiProto, data, size);
  inkling::decode_any(inkling::Format::kJsonStream, data, size);
  return 0;
}
