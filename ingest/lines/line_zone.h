#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inkling::ingest {

struct FoundZone {
  std::int64_t offset_seconds = 0;  // east of UTC
  std::size_t size = 0;             // bytes of it, a space in front included
};

// Reads the zone that may follow a clock: "Z", "+01:00", " +0100", " UTC", or one of the few
// abbreviations that mean one thing in logs (docs/components/line_layouts.md). Thread-safe.
std::optional<FoundZone> find_zone(std::string_view text);

}  // namespace inkling::ingest
