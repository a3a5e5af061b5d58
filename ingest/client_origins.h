#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "core/frame.h"
#include "core/metrics.h"
#include "core/mutex.h"

namespace inkling::ingest {

// Gives each client of a kind of input an origin of its own, up to a number; later ones share one.
// Thread-safe.
class ClientOrigins {
 public:
  static constexpr std::size_t kMaxOrigins = 1024;

  struct Origin {
    OriginId id = 0;
    std::string name;  // "<kind> <client>"
  };

  // Ids are first .. first + kMaxOrigins. `open` is told how many there are; it outlives this.
  ClientOrigins(std::string kind, OriginId first, MetricsRegistry::Gauge& open)
      : kind_(std::move(kind)), first_(first), open_(open) {}

  Origin of(const std::string& client);

 private:
  const std::string kind_;
  const OriginId first_;
  MetricsRegistry::Gauge& open_;
  Mutex mutex_;
  std::unordered_map<std::string, OriginId> ids_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling::ingest
