#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/epoch.h"
#include "detect/options.h"
#include "detect/rollup.h"
#include "detect/series_point.h"
#include "detect/series_table.h"

namespace inkling::detect {

// Knows which templates each service and each of its versions has shown, and says what is new: to
// correlation as a sighting, and, from warnings up and after the service's warm-up, to the
// detectors. Bounded by what the rollup remembers. Not thread-safe: one owner.
class Sightings {
 public:
  // All outlive this.
  Sightings(const NewTemplateOptions& options, ScopeTable& scopes, TemplateTable& templates,
            SeriesTable& series)
      : options_(options), scopes_(scopes), templates_(templates), series_(series) {}

  void note(const ClosedSlot& slot, std::vector<TemplateSighting>& sightings,
            std::vector<SeriesPoint>& points);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.service_since_, s.by_service_, s.by_version_);
  }

 private:
  void note_floods(const ClosedSlot& slot, std::vector<SeriesPoint>& points);

  NewTemplateOptions options_;
  ScopeTable& scopes_;
  TemplateTable& templates_;
  SeriesTable& series_;
  std::unordered_map<std::string, Timestamp> service_since_;
  std::unordered_set<std::uint64_t> by_service_;
  std::unordered_set<std::uint64_t> by_version_;
};

}  // namespace inkling::detect
