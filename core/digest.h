#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/level.h"
#include "core/timestamp.h"

namespace inkling {

// Slot number for records that carry no time; the merge gives them their origin's time.
inline constexpr std::int64_t kNoSlot = INT64_MIN;

// Whose records they are. Views into the batch.
struct DigestScope {
  std::uint64_t hash = 0;
  std::string_view service;
  std::string_view version;
  std::string_view route;
  std::uint32_t base = 0;  // the scope of the same service and version without a route
};

// What the records of one scope add to one slot. Integers only: exact in any order.
struct RollupCell {
  std::uint32_t scope = 0;  // into Digest::scopes
  std::int64_t slot = 0;
  std::uint32_t records = 0;
  std::uint32_t error_records = 0;
  std::uint32_t requests = 0;
  std::uint32_t failures = 0;
  std::uint32_t first_bin = 0;  // into Digest::bins
  std::uint32_t bin_count = 0;
};

// Count of one bin of a latency sketch (core/sketch.h).
struct BinCount {
  std::uint16_t bin = 0;
  std::uint32_t count = 0;
};

// What the records of one skeleton add to one slot.
struct TemplateCell {
  std::uint64_t skeleton = 0;
  std::uint32_t scope = 0;  // into Digest::scopes, one without a route
  Level level = Level::kUnknown;
  std::int64_t slot = 0;
  std::uint32_t count = 0;
  std::uint32_t first_log = 0;  // into Batch::logs: where the text can be read
  std::uint32_t last_log = 0;
};

// A service named another as the one it called.
struct PeerCell {
  std::uint32_t scope = 0;      // into Digest::scopes, one without a route
  std::string_view peer;        // as the records name it
  std::uint32_t first_log = 0;  // into Batch::logs
};

// What one batch contributes to all open windows. Small; the batch travels with it to the merge.
struct Digest {
  std::vector<DigestScope> scopes;
  std::vector<RollupCell> cells;
  std::vector<BinCount> bins;
  std::vector<TemplateCell> templates;
  std::vector<PeerCell> peers;  // each pair once
  std::vector<std::uint64_t>
      log_skeletons;  // of each of Batch::logs, 0 = screened; only when asked for
  std::vector<std::uint64_t> point_series;  // SeriesId of each of Batch::points
  std::vector<std::uint32_t> rule_matches;  // of each rule of the screen
  std::uint32_t records = 0;                // log records in
  std::uint32_t screened = 0;               // dropped by the screen
  std::uint32_t redacted = 0;               // messages in which something was masked
  std::uint32_t time_clamped = 0;           // events too far ahead of their arrival

  // Forgets the content, keeps the memory.
  void reset() {
    scopes.clear();
    cells.clear();
    bins.clear();
    templates.clear();
    peers.clear();
    log_skeletons.clear();
    point_series.clear();
    rule_matches.clear();
    records = screened = redacted = time_clamped = 0;
  }
};

}  // namespace inkling
