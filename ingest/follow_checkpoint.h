#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace inkling::ingest {

// What tells one file from another, also after its inode was given to a new file: where it lies on
// the disk and what it begins with.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint32_t head_size = 0;  // bytes of the begin that are known, at most kHeadBytes
  std::uint32_t head_crc = 0;   // CRC32C of them

  static constexpr std::uint32_t kHeadBytes = 256;
  // Of an open file. kIo if it cannot be read.
  static Result<FileIdentity> of(int fd);
  // Whether an open file is this one, grown or not: same place, and it begins with the same bytes.
  bool is(int fd) const;

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.device, s.inode, s.head_size, s.head_crc);
  }
};

// How far a followed file was taken into the journal.
struct FollowPosition {
  std::string path;
  FileIdentity identity;
  std::uint64_t offset = 0;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.path, s.identity, s.offset);
  }
};

// Opens the file in the folder of position.path that is the one of the position, whatever its name
// now is. -1 if there is none. The caller closes it.
int open_renamed_file(const FollowPosition& position);

// Reads the positions a run before this one kept. A file that is not there, or lines that make no
// sense, give none: their files are read as if never seen.
std::vector<FollowPosition> load_follow_positions(const std::string& path);

// Writes them in one step: whoever reads finds the old ones or the new ones. kIo names the file.
Result<void> save_follow_positions(const std::string& path,
                                   const std::vector<FollowPosition>& positions);

}  // namespace inkling::ingest
