#pragma once

#include <cstdint>
#include <string_view>

#include "core/event.h"
#include "core/level.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// What the layout of a line says. All views point into the line.
struct LineFields {
  Timestamp time = Timestamp::none();
  Level level = Level::kUnknown;
  // It names its zone, or is an epoch: it means the same everywhere.
  bool time_is_exact = false;
  std::string_view service = {};  // the program that wrote it, where the layout has a place for it
  std::string_view route = {};
  std::string_view message = {};  // the rest, or what stands for it
  double duration_ms = kAbsent;
  std::uint16_t status = 0;
};

// What a line does not say itself and times need: properties of the frame and the options, so that
// reading a line stays a pure function of these.
struct LineContext {
  // When the frame arrived: gives the year of times without one. none(): `year` does.
  Timestamp arrival = Timestamp::none();
  // Year of times that do not name theirs where no arrival is known. A leap year, so that every
  // date exists.
  int year = 2000;
  // Zone of times that name none, east of UTC.
  Duration utc_offset = {};
};

}  // namespace inkling::ingest
