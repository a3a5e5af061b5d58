#pragma once

#include <cstdint>
#include <string_view>

#include "core/frame.h"

namespace inkling::ingest {

// What a request of OTLP holds, as far as a sender must know before it is taken.
struct OtlpCheck {
  bool decodable = false;     // false: the structure down to the records is broken
  std::uint64_t records = 0;  // log records, data points or spans
  std::uint64_t refused = 0;  // of these: broken inside, or with a time out of range
};

// Walks a protobuf request (`format`: kOtlpLogs, kOtlpMetrics or kOtlpTraces) without building
// anything. Each record it refuses is one that the decoder calls broken. Cost: about 2 GB/s.
OtlpCheck check_otlp(Format format, std::string_view request);

}  // namespace inkling::ingest
