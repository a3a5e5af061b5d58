#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "core/timestamp.h"
#include "correlate/options.h"

namespace inkling::correlate {

// Who calls whom: from configuration, from calls (spans, fields of logs) and from error messages
// that name another service. Bounded: the edge not seen for longest goes first; edges from the
// configuration stay. Not thread-safe: one owner.
class Topology {
 public:
  explicit Topology(const CorrelateOptions& options);

  void add_call(const Call& call);
  void add_edge(std::string_view caller, std::string_view callee, Timestamp seen);

  static constexpr int kUnreachable = 100;
  // Edges between two services, their direction ignored: 0 for itself, at most `limit`, else
  // kUnreachable.
  int hops(std::string_view from, std::string_view to, int limit = 4) const;
  // The same along calls only: how deep `callee` lies below `caller`.
  int calls_down(std::string_view caller, std::string_view callee, int limit = 4) const;

  std::vector<std::string> callees(std::string_view service) const;
  std::vector<std::string> callers(std::string_view service) const;
  bool knows(std::string_view service) const;
  bool empty() const { return edges_.empty(); }
  std::size_t size() const { return edges_.size(); }

  // Edges learned, not those of the configuration. load() adds to what is there.
  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  using Names = std::set<std::string, std::less<>>;
  using Neighbours = std::map<std::string, Names, std::less<>>;

  int distance(std::string_view from, std::string_view to, int limit, bool both_ways) const;
  void forget_oldest();

  std::size_t max_edges_;
  std::map<std::pair<std::string, std::string>, Timestamp> edges_;  // last seen; max() = declared
  Neighbours callees_;
  Neighbours callers_;
};

}  // namespace inkling::correlate
