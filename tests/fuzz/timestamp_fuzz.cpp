// Texts as time, duration, size and share: what is read and written again means the same.
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "core/timestamp.h"
#include "core/units.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = inkling::parse_timestamp(text); time && time->is_set()) {
    const auto again = inkling::parse_timestamp(inkling::format_timestamp(*time));
    INKLING_CHECK(again == time);
    INKLING_CHECK(inkling::slot_begin(inkling::slot_of(*time)).ns / 10 <= time->ns / 10);
  }
  if (const auto bytes = inkling::parse_size(text)) {
    INKLING_CHECK(inkling::parse_size(inkling::format_size(*bytes)) == bytes);
  }
  if (const auto duration = inkling::parse_duration(text)) {
    INKLING_CHECK(duration->count() >= 0);
    INKLING_CHECK(inkling::parse_duration(inkling::format_duration(*duration)).has_value());
  }
  if (const auto share = inkling::parse_share(text)) INKLING_CHECK(*share >= 0 && *share <= 1);
  return 0;
}
