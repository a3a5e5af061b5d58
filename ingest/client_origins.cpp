#include "ingest/client_origins.h"

namespace inkling::ingest {

ClientOrigins::Origin ClientOrigins::of(const std::string& client) {
  MutexLock lock(mutex_);
  auto found = ids_.find(client);
  if (found == ids_.end()) {
    if (ids_.size() >= kMaxOrigins) {
      return {first_ + static_cast<OriginId>(kMaxOrigins), kind_ + " others"};
    }
    found = ids_.emplace(client, first_ + static_cast<OriginId>(ids_.size())).first;
    open_.set(static_cast<double>(ids_.size()));
  }
  return {found->second, kind_ + " " + client};
}

}  // namespace inkling::ingest
