#pragma once

#include <string>
#include <vector>

#include "correlate/diff_reader.h"

namespace inkling::correlate {

// A number in a line of code or configuration, its unit folded in.
struct Quantity {
  std::string key;  // the identifier before it, "" = none
  double value = 0;
  bool is_duration = false;  // then in seconds
  std::string text;          // as written, e.g. "300*time.Millisecond"
};
std::vector<Quantity> quantities_of(std::string_view line);

// Words in quotes that look like a name: no blanks, at least two letters.
std::vector<std::string> literals_of(std::string_view line);

// Names that are called: the last part before each "(".
std::vector<std::string> calls_of(std::string_view line);

// A removed line and the added line that took its place.
struct LinePair {
  const DiffLine* before = nullptr;
  const DiffLine* after = nullptr;
};
// Pairs lines of code and configuration that share most of their words (Jaccard >= 0.5, numbers and
// quoted text left out), each line once, the most alike first. At most 200 lines a side.
std::vector<LinePair> pair_lines(const std::vector<DiffLine>& lines);

}  // namespace inkling::correlate
