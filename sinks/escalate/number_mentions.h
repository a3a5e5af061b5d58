#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace inkling::sinks {

// What a number in a text counts.
enum class NumberUnit : std::uint8_t {
  kPlain,
  kShare,    // percent; value 0.241 for "24.1 %"
  kSeconds,  // any duration; value in seconds
  kClock,    // a time of day; value in seconds since midnight
};

// What kind of measure a number is told of.
enum class Measure : std::uint8_t { kNone, kErrors, kLatency, kRate };

// A number in a text, with the words around it that say what it is of.
struct NumberMention {
  double value = 0;      // in the unit's base
  double shown = 0;      // as written, without its unit
  double tolerance = 0;  // half of the last digit written, in the unit's base
  NumberUnit unit = NumberUnit::kPlain;
  Measure measure = Measure::kNone;  // nearest before it, else behind it
  std::string_view version;          // nearest version before it, "" = none
  std::size_t begin = 0;             // in the text
  std::string_view text;             // as written, with its unit
};

// The numbers of a text: "812", "3,310", "24.1 %", "0.241", "2.87 s", "1m30s", "02:14:30". Digits
// inside of identifiers and versions are not numbers. Views into `text`.
std::vector<NumberMention> find_numbers(std::string_view text);

// Whether a number that is claimed is one that is known, to the precision of the claim. A percent
// and a plain share are the same; otherwise a unit must be there on both sides or on neither.
bool supports(const NumberMention& known, const NumberMention& claimed);

}  // namespace inkling::sinks
