#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/event.h"

namespace inkling::detect {

// Remembers where the records of a service, version, route and slot are counted in the digest under
// way, so that most need no hash: of the records in a batch few differ in these. Views into the
// batch. Not thread-safe: one owner.
class CellMemo {
 public:
  struct Entry {
    std::string_view service;
    std::string_view version;
    std::string_view route;
    std::string_view peer;  // known to be called by the service; "" = none yet
    std::int64_t slot = 0;
    std::uint32_t cell = 0;   // into Digest::cells
    std::uint32_t scope = 0;  // into Digest::scopes
    std::uint32_t base = 0;   // the scope without a route
    std::uint32_t epoch = 0;
  };

  // Forgets what was before: another batch.
  void begin() {
    if (++epoch_ != 0) return;
    entries_.fill(Entry{});
    epoch_ = 1;
  }

  // The entry in which such a record is or would be remembered.
  Entry& entry_of(const LogRecord& record, std::int64_t slot) {
    const std::size_t mixed = tail(record.service) + 3 * tail(record.route) +
                              5 * tail(record.version) + static_cast<std::size_t>(slot);
    return entries_[(mixed * 0x9E3779B97F4A7C15ULL) >> 58];
  }
  bool holds(const Entry& entry, const LogRecord& record, std::int64_t slot) const {
    return entry.epoch == epoch_ && entry.slot == slot && same(entry.route, record.route) &&
           same(entry.service, record.service) && same(entry.version, record.version);
  }
  void remember(Entry& entry, const LogRecord& record, std::int64_t slot) const {
    entry = {.service = record.service,
             .version = record.version,
             .route = record.route,
             .peer = {},
             .slot = slot,
             .epoch = epoch_};
  }

  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
  }

 private:
  static constexpr std::size_t kEntries = 64;

  // Its size and last bytes.
  static std::size_t tail(std::string_view text) {
    std::size_t word = 0;
    if (text.size() >= sizeof word) {
      std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
    } else {
      for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
    }
    return word + text.size();
  }

  std::array<Entry, kEntries> entries_;
  std::uint32_t epoch_ = 0;
};

}  // namespace inkling::detect
