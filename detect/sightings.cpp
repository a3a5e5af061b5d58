#include "detect/sightings.h"

#include "core/hash.h"

namespace inkling::detect {

namespace {

constexpr std::string_view kFloodText = "(other: every line is another text)";

}  // namespace

// A point of the series of what is no template, which has the id 0.
void Sightings::note_floods(const ClosedSlot& slot, std::vector<SeriesPoint>& points) {
  for (const TextFlood& flood : slot.floods) {
    SeriesPoint point;
    point.series =
        series_.template_count(TemplateId{}, kFloodText, scopes_.at(flood.scope).service);
    if (!point.series) continue;
    point.begin = slot_begin(slot.slot);
    point.end = point.order = slot_begin(slot.slot + 1);
    point.value = 1;
    point.events = 1;
    point.is_new = true;
    point.position = flood.position;
    point.exemplar = flood.exemplar;
    points.push_back(std::move(point));
  }
}

void Sightings::note(const ClosedSlot& slot, std::vector<TemplateSighting>& sightings,
                     std::vector<SeriesPoint>& points) {
  note_floods(slot, points);
  if (slot.first_seen.empty()) return;
  std::unordered_map<std::uint64_t, std::uint64_t> counts;  // by (service, template)
  for (const TemplateTotals& totals : slot.templates) {
    const std::uint64_t service = hash_bytes(scopes_.at(totals.scope).service);
    counts[hash_combine(service, templates_.current(totals.skeleton).value)] += totals.count;
  }
  for (const FirstSeen& seen : slot.first_seen) {
    const ScopeTable::Scope& scope = scopes_.at(seen.scope);
    const TemplateId id = templates_.current(seen.skeleton);
    const std::uint64_t service_key = hash_combine(hash_bytes(scope.service), id.value);
    const bool new_to_service = by_service_.insert(service_key).second;
    const bool new_to_version =
        by_version_.insert(hash_combine(service_key, hash_bytes(scope.version))).second;
    if (!new_to_service && !new_to_version) continue;
    const bool timed = seen.time != kUnknownTime;
    if (timed) service_since_.try_emplace(scope.service, seen.time);
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
    sighting.in_warm_up = !timed || seen.time < service_since_.at(scope.service) + options_.warm_up;
    const std::uint64_t count = counts[service_key];
    const bool tell = new_to_service && !sighting.in_warm_up && count >= options_.min_count &&
                      static_cast<std::uint32_t>(seen.level) >= options_.min_level;
    if (tell) {
      SeriesPoint point;
      point.series = series_.template_count(id, sighting.text, scope.service);
      if (point.series) {
        point.begin = slot_begin(slot.slot);
        point.end = point.order = slot_begin(slot.slot + 1);
        point.value = static_cast<double>(count);
        point.events = count;
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
