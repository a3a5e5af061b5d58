#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "core/frame.h"
#include "core/result.h"
#include "core/timestamp.h"

namespace inkling {

class StateReader;
class StateWriter;

// Reads frames back from where they lie: the journal, or the replayed files. `ingest` implements
// it, `app` injects it.
class FrameStore {
 public:
  virtual ~FrameStore() = default;

  // Tells the times found in a frame once it is merged, so that ranges can be read later.
  virtual void note_times(Position frame, Timestamp min, Timestamp max) = 0;

  // Visits, in position order, each merged frame whose times touch `range`, as one whole chunk.
  // Stops early when `visit` returns false. Frames that cannot be read any more are an error.
  virtual Result<void> read_range(TimeRange range,
                                  const std::function<bool(FrameChunk&&)>& visit) = 0;

  // The same, asking beforehand what is to be done with each frame: what is skipped is not read.
  enum class Choice : std::uint8_t { kRead, kSkip, kStop };
  virtual Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                                   const std::function<bool(FrameChunk&&)>& visit) {
    return read_range(range, [&](FrameChunk&& chunk) {
      switch (choose(chunk.header.position)) {
        case Choice::kRead:
          return visit(std::move(chunk));
        case Choice::kSkip:
          return true;
        case Choice::kStop:
          break;
      }
      return false;
    });
  }

  // The latest part of `range` whose frames hold at most about `bytes` as stored. A store that does
  // not know sizes gives the whole range.
  virtual TimeRange latest_part(TimeRange range, std::uint64_t bytes) {
    static_cast<void>(bytes);
    return range;
  }

  // The times that were noted, as a part of saved state, and the same times in a store opened anew:
  // ranges then give what they gave before. load_times() comes before anything is noted. A store
  // without a second life saves nothing.
  virtual void save_times(StateWriter& writer) const { static_cast<void>(writer); }
  virtual Result<void> load_times(StateReader& reader) {
    static_cast<void>(reader);
    return {};
  }

  // The bytes of the record at a position, as received. kNotFound if it is not there.
  virtual Result<std::string> read_record(Position position) = 0;
};

}  // namespace inkling
