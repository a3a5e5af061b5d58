#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/mutex.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// The acknowledgements of Splunk's event collector: each channel counts its requests from 0, and
// an id becomes true once its body is durable. An answer of true is given once, as Splunk does.
//
// Bounded: kMaxChannels channels of kMaxIds ids; a channel nobody used for kIdle is forgotten, and
// the one that was used longest ago when another comes beyond the bound. Of a channel that is full
// the oldest durable id goes; it has none: no id. Thread-safe.
class SplunkAcks {
 public:
  static constexpr std::size_t kMaxChannels = 1024;
  static constexpr std::size_t kMaxIds = 8192;
  static constexpr Duration kIdle = std::chrono::minutes(10);

  // A new id of the channel, not durable yet. Nothing if it has too many open.
  std::optional<std::uint64_t> open(const std::string& channel, Timestamp now);
  // Its body is durable.
  void commit(const std::string& channel, std::uint64_t id);
  // Its body was not kept: the sender sends it again.
  void forget(const std::string& channel, std::uint64_t id);
  // Whether each id is durable; false for ids that are not known (any more).
  std::vector<bool> take(const std::string& channel, const std::vector<std::uint64_t>& ids,
                         Timestamp now);
  std::size_t channels() const;

 private:
  struct Id {
    std::uint64_t number = 0;
    bool durable = false;
  };
  struct Channel {
    std::deque<Id> ids;  // by number
    std::uint64_t next = 0;
    Timestamp used;
  };
  static std::deque<Id>::iterator find(Channel& channel, std::uint64_t number);
  void make_room(Timestamp now) INKLING_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::unordered_map<std::string, Channel> channels_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling::ingest
