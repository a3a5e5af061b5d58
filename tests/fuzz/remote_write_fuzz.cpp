// The first byte chooses the version, the rest is the (decompressed) request. The check in front of
// the journal counts no more than there is.
#include <cstdint>
#include <string_view>

#include "ingest/wire/remote_write_reader.h"
#include "tests/fuzz/decode_any.h"

using inkling::Format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Format format = (data[0] & 1) != 0 ? Format::kRemoteWriteV2 : Format::kRemoteWriteV1;
  inkling::decode_any(format, data + 1, size - 1);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto check = inkling::ingest::check_remote_write(format, bytes);
  INKLING_CHECK(check.samples + check.histograms + check.refused <= size / 2);
  INKLING_CHECK((check.refused == 0) || !check.fault.empty());
  return 0;
}
