#include "detect/peer_calls.h"

#include <algorithm>

#include "core/hash.h"

namespace inkling::detect {
namespace {

constexpr std::size_t kMostPairs = 50'000;  // per epoch; further ones are told in the next

}  // namespace

std::string_view peer_name(std::string_view peer) {
  if (const auto scheme = peer.find("://"); scheme != std::string_view::npos) {
    peer.remove_prefix(scheme + 3);
  }
  peer = peer.substr(0, peer.find('/'));
  const auto colon = peer.rfind(':');
  if (colon != std::string_view::npos && peer.find(':') == colon) peer = peer.substr(0, colon);
  return peer;
}

void PeerCalls::add(const Batch& batch, const Digest& digest, Timestamp missing,
                    const std::function<std::string(std::string_view)>& redact,
                    std::vector<Call>& calls) {
  for (const PeerCell& cell : digest.peers) {
    const std::string_view caller = digest.scopes[cell.scope].service;
    const std::string_view callee = peer_name(cell.peer);
    if (caller.empty() || callee.empty() || caller == callee || told_.size() >= kMostPairs)
      continue;
    if (!told_.insert(hash_combine(hash_bytes(caller), hash_bytes(callee))).second) continue;
    const LogRecord& first = batch.logs[cell.first_log];
    Call call;
    call.time = first.time.is_set() ? first.time : missing;
    call.caller = redact(caller);
    call.callee = redact(callee);
    calls.push_back(std::move(call));
  }
}

}  // namespace inkling::detect
