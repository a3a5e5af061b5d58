#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "core/timestamp.h"

namespace inkling::gen {

struct CorpusSummary {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  TimeRange range;
  Timestamp incident_begin;  // checkout fails from here to the end of the incident
  Timestamp incident_end;
};

// Writes one NDJSON log file of at least `bytes` bytes (the last line is whole) for measuring
// speed: the shop's traffic at about 2 000 lines a second of event time, ~500 bytes a line, with a
// bad deploy of checkout from 60 % to 80 % of the file. A pool of lines is made by the shop's
// simulation once; each line written is one of them with its own time, trace id and numbers of four
// digits or more. Same seed, same bytes. kInvalidArgument: below 1 MiB, or a
// rate outside 1..1e6; kIo.
// Cost: see docs/components/gen.md; about 30 MB of memory.
Result<CorpusSummary> generate_corpus(std::uint64_t bytes, std::uint64_t seed,
                                      const std::string& path, double lines_per_second = 2000);

}  // namespace inkling::gen
