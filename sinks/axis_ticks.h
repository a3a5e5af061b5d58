#pragma once

#include <string>
#include <vector>

#include "core/timestamp.h"

namespace inkling::sinks {

// Round places on an axis with the text beside them.
struct Tick {
  double place = 0;  // the value; nanoseconds since 1970 for times
  std::string label;
};

// At most `most` + 1 values 1, 2 or 5 times a power of ten apart, inside [low, high].
// Needs low < high, both finite.
std::vector<Tick> value_ticks(double low, double high, int most);

// At most `most` + 1 round UTC times inside the range: "02:14", with seconds where the steps are
// shorter than a minute, as "03-14" where they are days.
std::vector<Tick> time_ticks(TimeRange range, int most);

}  // namespace inkling::sinks
