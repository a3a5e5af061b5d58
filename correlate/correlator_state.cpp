#include <limits>

#include "core/event_fields.h"
#include "core/state_fields.h"
#include "correlate/change_log.h"
#include "correlate/topology.h"

namespace inkling::correlate {
namespace {

bool is_declared(Timestamp seen) { return seen.ns == std::numeric_limits<std::int64_t>::max(); }

}  // namespace

void ChangeLog::save(StateWriter& writer) const {
  FieldSaver a(writer);
  writer.put_varint(changes_.size());
  for (const auto& [key, logged] : changes_) a(logged->change);
}

void ChangeLog::load(StateReader& reader) {
  FieldLoader a(reader);
  const std::size_t size = reader.count(1);
  for (std::size_t i = 0; i < size && !reader.failed(); ++i) {
    Change change;
    a(change);
    if (!reader.failed()) add(change);
  }
}

void Topology::save(StateWriter& writer) const {
  FieldSaver a(writer);
  std::uint64_t learned = 0;
  for (const auto& [edge, seen] : edges_) learned += is_declared(seen) ? 0 : 1;
  writer.put_varint(learned);
  for (const auto& [edge, seen] : edges_) {
    if (!is_declared(seen)) a(edge, seen);
  }
}

void Topology::load(StateReader& reader) {
  FieldLoader a(reader);
  const std::size_t size = reader.count(1);
  for (std::size_t i = 0; i < size && !reader.failed(); ++i) {
    std::pair<std::string, std::string> edge;
    Timestamp seen;
    a(edge, seen);
    a.require(!is_declared(seen), "an edge seen at the end of time");
    if (!reader.failed()) add_edge(edge.first, edge.second, seen);
  }
}

}  // namespace inkling::correlate
