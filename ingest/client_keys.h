#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/position.h"
#include "core/result.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// The keys that senders gave their frames (Firehose's request id, Fluent's chunk), so that a frame
// sent again is told from a new one. A key is remembered for `keep` after its arrival, and the
// oldest goes first when there are too many. Not thread-safe: one owner.
class ClientKeys {
 public:
  using Waiter = std::function<void(const Result<Position>&)>;

  // `most_bytes`: of the keys themselves, without the tables around them.
  ClientKeys(Duration keep, std::size_t most_bytes) : keep_(keep), most_bytes_(most_bytes) {}

  enum class Known : std::uint8_t {
    kNew,        // remembered now, as pending
    kPending,    // the same frame waits for its commit
    kCommitted,  // the same frame is durable
  };
  Known meet(std::string_view key, Timestamp arrival);

  // Who else waits for the commit of a pending key.
  void add_waiter(std::string_view key, Waiter waiter);
  // Where the frame of a committed key lies.
  Position position(std::string_view key) const;

  // The frame of a pending key is durable now, or was not kept (then the key is forgotten). Gives
  // who else waited for it.
  std::vector<Waiter> commit(std::string_view key, Position position);
  std::vector<Waiter> forget(std::string_view key);

  // A frame found in the journal at the start; in the order of arrival.
  void restore(std::string_view key, Timestamp arrival, Position position);

  std::size_t size() const { return keys_.size(); }

 private:
  struct Entry {
    Position position;
    bool committed = false;
    std::vector<Waiter> waiters;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };
  void remember(std::string_view key, Timestamp arrival, Entry entry);
  void let_go(Timestamp now);

  const Duration keep_;
  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> keys_;
  // By arrival. A key that was forgotten and came again stands here twice; the later one counts.
  struct Arrived {
    std::string key;
    Timestamp arrival;
  };
  std::deque<Arrived> order_;
};

}  // namespace inkling::ingest
