#include "ingest/client_keys.h"

#include <utility>

#include "core/check.h"
#include "core/hash.h"

namespace inkling::ingest {

std::size_t ClientKeys::Hash::operator()(std::string_view text) const {
  return static_cast<std::size_t>(hash_bytes(text));
}

ClientKeys::Known ClientKeys::meet(std::string_view key, Timestamp arrival) {
  let_go(arrival);
  const auto found = keys_.find(key);
  if (found != keys_.end()) return found->second.committed ? Known::kCommitted : Known::kPending;
  remember(key, arrival, {});
  return Known::kNew;
}

void ClientKeys::add_waiter(std::string_view key, Waiter waiter) {
  const auto found = keys_.find(key);
  INKLING_CHECK(found != keys_.end() && !found->second.committed);
  found->second.waiters.push_back(std::move(waiter));
}

Position ClientKeys::position(std::string_view key) const {
  const auto found = keys_.find(key);
  INKLING_CHECK(found != keys_.end() && found->second.committed);
  return found->second.position;
}

std::vector<ClientKeys::Waiter> ClientKeys::commit(std::string_view key, Position position) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return {};
  found->second.position = position;
  found->second.committed = true;
  return std::exchange(found->second.waiters, {});
}

std::vector<ClientKeys::Waiter> ClientKeys::forget(std::string_view key) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return {};
  std::vector<Waiter> waiters = std::move(found->second.waiters);
  bytes_ -= found->first.size();
  keys_.erase(found);
  return waiters;
}

void ClientKeys::restore(std::string_view key, Timestamp arrival, Position position) {
  let_go(arrival);
  if (keys_.contains(key)) return;
  remember(key, arrival, {.position = position, .committed = true, .waiters = {}});
}

void ClientKeys::remember(std::string_view key, Timestamp arrival, Entry entry) {
  keys_.emplace(std::string(key), std::move(entry));
  order_.push_back({std::string(key), arrival});
  bytes_ += key.size();
}

void ClientKeys::let_go(Timestamp now) {
  while (!order_.empty()) {
    const Arrived& oldest = order_.front();
    const bool is_old = now.is_set() && oldest.arrival.is_set() && now - oldest.arrival > keep_;
    if (!is_old && bytes_ <= most_bytes_) return;
    const auto found = keys_.find(oldest.key);
    if (found != keys_.end()) {
      if (!found->second.committed) return;  // its commit is near, and somebody may wait for it
      bytes_ -= found->first.size();
      keys_.erase(found);
    }
    order_.pop_front();
  }
}

}  // namespace inkling::ingest
