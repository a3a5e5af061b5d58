#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/timestamp.h"

namespace inkling {

// "10s", "500ms", "5m", "2h", "7d", "1h30m"; a bare "0" is zero. Nothing if it is no duration or
// negative.
std::optional<Duration> parse_duration(std::string_view text);
// The shortest such text, e.g. "1h30m".
std::string format_duration(Duration duration);

// "64MiB", "10kB", "4GiB", "512" (bytes). Nothing if it is no size.
std::optional<std::uint64_t> parse_size(std::string_view text);
// The shortest exact such text, in binary units.
std::string format_size(std::uint64_t bytes);

// "5%" or "0.05" as 0.05. Nothing outside [0, 1].
std::optional<double> parse_share(std::string_view text);

}  // namespace inkling
