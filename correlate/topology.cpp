#include "correlate/topology.h"

#include <algorithm>
#include <limits>

namespace inkling::correlate {
namespace {

constexpr Timestamp kAlways = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());

}  // namespace

Topology::Topology(const CorrelateOptions& options) : max_edges_(options.max_edges) {
  for (const TopologyEdge& edge : options.topology) add_edge(edge.caller, edge.callee, kAlways);
}

void Topology::add_call(const Call& call) { add_edge(call.caller, call.callee, call.time); }

void Topology::add_edge(std::string_view caller, std::string_view callee, Timestamp seen) {
  if (caller.empty() || callee.empty() || caller == callee) return;
  const auto [edge, added] = edges_.try_emplace({std::string(caller), std::string(callee)}, seen);
  if (!added) {
    edge->second = std::max(edge->second, seen);
    return;
  }
  callees_[std::string(caller)].insert(std::string(callee));
  callers_[std::string(callee)].insert(std::string(caller));
  if (edges_.size() > max_edges_) forget_oldest();
}

void Topology::forget_oldest() {
  const auto oldest =
      std::min_element(edges_.begin(), edges_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (oldest->second == kAlways) return;
  const auto& [caller, callee] = oldest->first;
  callees_[caller].erase(callee);
  callers_[callee].erase(caller);
  if (callees_[caller].empty()) callees_.erase(caller);
  if (callers_[callee].empty()) callers_.erase(callee);
  edges_.erase(oldest);
}

int Topology::distance(std::string_view from, std::string_view to, int limit,
                       bool both_ways) const {
  if (from == to) return 0;
  Names seen;
  seen.insert(std::string(from));
  std::vector<std::string> front = {std::string(from)};
  for (int depth = 1; depth <= limit && !front.empty(); ++depth) {
    std::vector<std::string> next;
    const auto visit = [&](const Neighbours& neighbours, const std::string& service) {
      const auto found = neighbours.find(service);
      if (found == neighbours.end()) return;
      for (const std::string& name : found->second) {
        if (seen.insert(name).second) next.push_back(name);
      }
    };
    for (const std::string& service : front) {
      visit(callees_, service);
      if (both_ways) visit(callers_, service);
    }
    if (seen.contains(to)) return depth;
    front = std::move(next);
  }
  return kUnreachable;
}

int Topology::hops(std::string_view from, std::string_view to, int limit) const {
  return distance(from, to, limit, true);
}

int Topology::calls_down(std::string_view caller, std::string_view callee, int limit) const {
  return distance(caller, callee, limit, false);
}

std::vector<std::string> Topology::callees(std::string_view service) const {
  const auto found = callees_.find(service);
  if (found == callees_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::vector<std::string> Topology::callers(std::string_view service) const {
  const auto found = callers_.find(service);
  if (found == callers_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

bool Topology::knows(std::string_view service) const {
  return callees_.contains(service) || callers_.contains(service);
}

}  // namespace inkling::correlate
