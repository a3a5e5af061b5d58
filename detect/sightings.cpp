#include "detect/sightings.h"

#include "core/hash.h"

namespace inkling::detect {

void Sightings::note(const ClosedSlot& slot, std::vector<TemplateSighting>& sightings,
                     std::vector<SeriesPoint>& points) {
  for (const FirstSeen& seen : slot.first_seen) {
    const ScopeTable::Scope& scope = scopes_.at(seen.scope);
    const TemplateId id = templates_.current(seen.skeleton);
    const std::uint64_t service_key = hash_combine(hash_bytes(scope.service), id.value);
    const bool new_to_service = by_service_.insert(service_key).second;
    const bool new_to_version =
        by_version_.insert(hash_combine(service_key, hash_bytes(scope.version))).second;
    if (!new_to_service && !new_to_version) continue;
    const Timestamp since = service_since_.try_emplace(scope.service, seen.time).first->second;
    TemplateSighting sighting;
    sighting.time = seen.time;
    sighting.id = id;
    sighting.service = scope.service;
    sighting.version = scope.version;
    sighting.level = seen.level;
    sighting.text = templates_.text(id);
    sighting.exemplar = seen.exemplar;
    sighting.position = seen.position;
    sighting.new_to_service = new_to_service;
    sighting.in_warm_up = seen.time - since < options_.warm_up;
    const bool tell = new_to_service && !sighting.in_warm_up &&
                      static_cast<std::uint32_t>(seen.level) >= options_.min_level;
    if (tell) {
      SeriesPoint point;
      point.series = series_.template_count(id, sighting.text, scope.service);
      if (point.series) {
        point.begin = slot_begin(slot.slot);
        point.end = point.order = slot_begin(slot.slot + 1);
        point.value = 1;
        point.events = 1;
        point.hits = is_error(seen.level) ? 1 : 0;  // decides how much a new template weighs
        point.is_new = true;
        point.position = seen.position;
        point.exemplar = seen.exemplar;
        points.push_back(std::move(point));
      }
    }
    sightings.push_back(std::move(sighting));
  }
}

}  // namespace inkling::detect
