#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch.h"
#include "core/json_writer.h"

namespace inkling {

// What became of every line: the books of the program. In the journal the units are frames and
// bytes, from decoding on records. The books balance when
//   lines + extra = empty + header + broken + counted + other + joined + screened + late +
//   duplicate + points + events
// Not thread-safe: kept by the in-order merge; others read a copy.
struct Ledger {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;  // decompressed
  std::uint64_t lines = 0;
  std::uint64_t extra = 0;  // events beyond the first of their line
  std::uint64_t empty = 0;
  std::uint64_t header = 0;                              // header lines of CSV
  std::array<std::uint64_t, kParseErrorCount> broken{};  // by ParseError
  std::uint64_t counted = 0;  // log records counted by (service, template, level)
  std::uint64_t other = 0;    // log records counted in "other" because a table was full
  std::uint64_t joined = 0;   // lines that became part of the record before
  std::uint64_t screened = 0;
  std::uint64_t late = 0;  // records whose window had closed
  std::uint64_t duplicate = 0;
  std::uint64_t points = 0;        // metric points
  std::uint64_t events = 0;        // changes, alarms, spans
  std::uint64_t time_missing = 0;  // of the above: records that carried no time
  std::uint64_t time_clamped = 0;  // of the above: time too far ahead of arrival

  std::uint64_t broken_total() const;
  // Sum of everything lines can become.
  std::uint64_t accounted() const;
  bool balances() const { return lines + extra == accounted(); }
  void write_json(JsonWriter& writer) const;
};

}  // namespace inkling
