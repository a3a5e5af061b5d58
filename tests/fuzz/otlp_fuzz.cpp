// The first byte chooses one of the six formats of OTLP, the rest is the request. What the check in
// front of the journal calls good must not break off in the decoder.
#include <cstdint>
#include <string_view>

#include "ingest/wire/otlp_check.h"
#include "tests/fuzz/decode_any.h"

using inkling::Format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr Format kFormats[] = {Format::kOtlpLogs,        Format::kOtlpMetrics,
                                 Format::kOtlpTraces,      Format::kOtlpLogsJson,
                                 Format::kOtlpMetricsJson, Format::kOtlpTracesJson};
  const std::size_t choice = data[0] % 6;
  inkling::decode_any(kFormats[choice], data + 1, size - 1);
  if (choice < 3) {
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const inkling::ingest::OtlpCheck check = inkling::ingest::check_otlp(kFormats[choice], bytes);
    INKLING_CHECK(check.refused <= check.records);
  }
  return 0;
}
