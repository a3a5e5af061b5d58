#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/position.h"
#include "core/result.h"
#include "ingest/follow_checkpoint.h"

namespace inkling::ingest {

// How far followed files are in the journal, by what their frames say (an attribute of each). Kept
// with the checkpoint, and brought up to date from the frames behind it, it is exact after any
// crash, which the file of positions, written now and then, is not. Bounded: beyond kMostFiles the
// file heard of longest ago goes. Not thread-safe: one owner.
class FollowBook {
 public:
  static constexpr std::size_t kMostFiles = 4'096;

  // The attribute of a frame that ends at this position of a file.
  static std::string attribute(const FollowPosition& position);

  // What a frame says of itself; nothing if it is of no followed file.
  void note(std::string_view attributes, std::string_view origin_name);
  // The same of all frames of a journal directory behind one. kIo names the file.
  Result<void> read_behind(const std::string& directory, Position last);

  std::vector<FollowPosition> positions() const;
  // What was written down, with what is in the journal in its place: that is never behind it.
  static std::vector<FollowPosition> advance(std::vector<FollowPosition> written,
                                             const std::vector<FollowPosition>& in_journal);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.files_, s.turn_);
  }

 private:
  struct File {
    FollowPosition position;
    std::uint64_t turn = 0;  // when it was heard of last
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.position, s.turn);
    }
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, File> files_;  // by device and inode
  std::uint64_t turn_ = 0;
};

}  // namespace inkling::ingest
