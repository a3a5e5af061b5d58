#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "core/result.h"
#include "ingest/journal_cursor.h"

namespace inkling::ingest {

// Copies of the bytes of a journal that belong to no sound frame, for people to look at: a file
// (0600) in <journal>/quarantine for each place, named by segment, offset and length. The segment
// itself is left as it is, so that positions in it stay true. Not thread-safe: one owner.
class JournalQuarantine {
 public:
  // `max_bytes`: of all copies; beyond it places are only counted.
  JournalQuarantine(const std::string& journal, std::uint64_t max_bytes);

  // Copies a place that has no copy yet, and counts it once. Failing to copy is told, and changes
  // nothing else.
  void keep(const SegmentFile& file, const BadBytes& bad);
  // Copies without counting.
  void copy(const SegmentFile& file, const BadBytes& bad);

  std::uint64_t places() const { return places_; }
  std::uint64_t bytes() const { return bytes_; }
  // Places whose bytes were not copied, for want of room or because of the disk.
  std::uint64_t not_copied() const { return not_copied_; }
  const std::string& directory() const { return directory_; }

 private:
  Result<void> write_copy(const SegmentFile& file, const BadBytes& bad, const std::string& path);

  const std::string directory_;
  const std::uint64_t max_bytes_;
  std::uint64_t used_ = 0;  // by copies, old ones too
  std::uint64_t places_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t not_copied_ = 0;
  std::set<std::pair<std::uint32_t, std::uint64_t>> seen_;
};

}  // namespace inkling::ingest
