#include "core/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace inkling {
namespace {

struct DurationUnit {
  std::string_view name;
  std::int64_t ns;
};
// Longest names first, so that "ms" is not read as "m".
constexpr std::array kDurationUnits = {
    DurationUnit{"ns", 1},
    DurationUnit{"us", 1'000},
    DurationUnit{"ms", 1'000'000},
    DurationUnit{"s", 1'000'000'000},
    DurationUnit{"m", 60'000'000'000},
    DurationUnit{"h", 3'600'000'000'000},
    DurationUnit{"d", 86'400'000'000'000},
};

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array kSizeUnits = {
    SizeUnit{"KiB", 1ULL << 10},
    SizeUnit{"MiB", 1ULL << 20},
    SizeUnit{"GiB", 1ULL << 30},
    SizeUnit{"TiB", 1ULL << 40},
    SizeUnit{"kB", 1'000},
    SizeUnit{"KB", 1'000},
    SizeUnit{"MB", 1'000'000},
    SizeUnit{"GB", 1'000'000'000},
    SizeUnit{"TB", 1'000'000'000'000},
    SizeUnit{"B", 1},
};

// A number at the front of `text`, which is moved behind it.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) {
    return std::nullopt;
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (read.ec != std::errc()) return std::nullopt;
  text = std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr));
  return number;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration(0);
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const DurationUnit* found = nullptr;
    for (const DurationUnit& unit : kDurationUnits) {
      if (text.starts_with(unit.name)) {
        found = &unit;
        break;
      }
    }
    if (!found) return std::nullopt;
    text.remove_prefix(found->name.size());
    total += *number * static_cast<double>(found->ns);
  }
  if (!(total < 9.2e18)) return std::nullopt;
  return Duration(static_cast<std::int64_t>(std::llround(total)));
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string text = left < 0 ? "-" : "";
  left = std::abs(left);
  for (auto unit = kDurationUnits.rbegin(); unit != kDurationUnits.rend(); ++unit) {
    if (const std::int64_t count = left / unit->ns; count > 0) {
      text += fmt::format("{}{}", count, unit->name);
      left %= unit->ns;
    }
  }
  return text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  // Whole numbers stay whole: a double is exact to 8 PiB only.
  std::uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto as_whole = std::from_chars(text.data(), end, whole);
  const bool is_whole = as_whole.ec == std::errc() && (as_whole.ptr == end || *as_whole.ptr != '.');
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  std::uint64_t factor = 1;
  if (!text.empty()) {
    const SizeUnit* found = nullptr;
    for (const SizeUnit& unit : kSizeUnits) {
      if (text == unit.name) found = &unit;
    }
    if (!found) return std::nullopt;
    factor = found->bytes;
  }
  if (is_whole) {
    if (whole > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    return whole * factor;
  }
  const double bytes = *number * static_cast<double>(factor);
  if (!(bytes < 1.8e19) || std::floor(bytes) != bytes) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::string format_size(std::uint64_t bytes) {
  for (int i = 3; i >= 0; --i) {
    const SizeUnit& unit = kSizeUnits[static_cast<std::size_t>(i)];
    if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return fmt::format("{}{}", bytes / unit.bytes, unit.name);
    }
  }
  return fmt::format("{}B", bytes);
}

std::optional<double> parse_share(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  double share = *number;
  if (text == "%") {
    share /= 100;
  } else if (!text.empty()) {
    return std::nullopt;
  }
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

}  // namespace inkling
