#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/batch.h"
#include "core/digest.h"
#include "core/event.h"

namespace inkling::detect {

// The name of the service behind what a record calls its peer: without a scheme, path and port.
// "http://payment:8080/pay" -> "payment"; "payment.shop.internal" stays as it is.
std::string_view peer_name(std::string_view peer);

// Makes calls out of the peers that records name: each pair of caller and callee once per epoch,
// with the time of its first record, so that batch sizes change nothing. Not thread-safe: one
// owner.
class PeerCalls {
 public:
  // `redact`: applied to names, which are copied out of the batch. `missing`: time of records
  // without one.
  void add(const Batch& batch, const Digest& digest, Timestamp missing,
           const std::function<std::string(std::string_view)>& redact, std::vector<Call>& calls);
  void end_epoch() { told_.clear(); }

 private:
  std::unordered_set<std::uint64_t> told_;  // pairs of this epoch
};

}  // namespace inkling::detect
