#include "tests/fuzz/decode_any.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkling::decode_any(inkling::Format::kExposition, data, size);
  return 0;
}
