#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/epoch.h"
#include "detect/rollup.h"
#include "detect/series_point.h"
#include "detect/series_table.h"

namespace inkling::detect {

// Makes series out of closed slots: for each service its log rate, error ratio and latency
// quantiles; the same per route and per version where there is more than one; and the count of each
// template. Not thread-safe: one owner.
class DerivedSeries {
 public:
  // All outlive this. `warm_up`: of a service; what is new after it is news.
  DerivedSeries(ScopeTable& scopes, TemplateTable& templates, SeriesTable& series, Duration warm_up)
      : scopes_(scopes), templates_(templates), series_(series), warm_up_(warm_up) {}

  // Appends what the slot says, in a fixed order.
  void derive(const ClosedSlot& slot, std::vector<SeriesPoint>& points,
              std::vector<ServiceCount>& counts);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.services_);
  }

 private:
  struct ServiceNames {
    bool has_requests = false;
    std::int64_t first_slot = INT64_MAX;
    std::unordered_set<std::string> versions;
    std::unordered_set<std::string> routes;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.has_requests, s.first_slot, s.versions, s.routes);
      if (s.first_slot != INT64_MAX) a.require_slot(s.first_slot);
    }
  };
  struct Group {
    std::string service;
    std::string version;
    std::string route;
    ScopeTotals totals;
  };
  void derive_group(const Group& group, std::int64_t slot, bool whole_service,
                    std::vector<SeriesPoint>& points);
  void derive_templates(const ClosedSlot& slot,
                        const std::unordered_map<std::string, std::uint64_t>& service_totals,
                        std::vector<SeriesPoint>& points);
  void add_point(const SeriesRef& series, std::int64_t slot, double value, std::uint64_t events,
                 std::uint64_t hits, std::vector<SeriesPoint>& points);

  ScopeTable& scopes_;
  TemplateTable& templates_;
  SeriesTable& series_;
  Duration warm_up_;
  std::unordered_map<std::string, ServiceNames> services_;
};

}  // namespace inkling::detect
