#include "detect/derived_series.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace inkling::detect {
namespace {

// Fewer durations than these do not make a quantile: the p99 of 49 values is near their maximum.
constexpr std::uint64_t kMinForMedian = 10;
constexpr std::uint64_t kMinForP90 = 20;
constexpr std::uint64_t kMinForP99 = 50;

void add_totals(ScopeTotals& to, const ScopeTotals& from) {
  to.records += from.records;
  to.error_records += from.error_records;
  to.requests += from.requests;
  to.failures += from.failures;
  to.latency.merge(from.latency);
}

}  // namespace

void DerivedSeries::add_point(const SeriesRef& series, std::int64_t slot, double value,
                              std::uint64_t events, std::uint64_t hits,
                              std::vector<SeriesPoint>& points) {
  if (!series) return;
  SeriesPoint point;
  point.series = series;
  point.begin = slot_begin(slot);
  point.end = point.order = slot_begin(slot + 1);
  point.value = value;
  point.period = Duration(kSlotNs);
  point.events = events;
  point.hits = hits;
  points.push_back(std::move(point));
}

void DerivedSeries::derive_group(const Group& group, std::int64_t slot, bool whole_service,
                                 std::vector<SeriesPoint>& points) {
  const ScopeTotals& t = group.totals;
  const auto series = [&](SeriesKind kind, std::string_view name, std::string_view unit) {
    return series_.derived(kind, name, unit, group.service, group.version, group.route);
  };
  const auto ratio = [](std::uint64_t hits, std::uint64_t of) {
    return static_cast<double>(hits) / static_cast<double>(of);
  };
  if (whole_service) {
    const double rate = static_cast<double>(t.records) * 1e9 / static_cast<double>(kSlotNs);
    add_point(series(SeriesKind::kLogRate, "log.rate", "1/s"), slot, rate, t.records, 0, points);
  }
  if (t.requests > 0) {
    add_point(series(SeriesKind::kErrorRatio, "request.error_ratio", ""), slot,
              ratio(t.failures, t.requests), t.requests, t.failures, points);
  } else if (!services_[group.service].has_requests && t.records > 0) {
    add_point(series(SeriesKind::kErrorRatio, "log.error_ratio", ""), slot,
              ratio(t.error_records, t.records), t.records, t.error_records, points);
  }
  const std::uint64_t durations = t.latency.count();
  const auto quantile = [&](std::string_view name, double q, std::uint64_t enough) {
    if (durations < enough) return;
    add_point(series(SeriesKind::kLatency, name, "ms"), slot, t.latency.quantile(q), durations, 0,
              points);
  };
  quantile("latency.p50", 0.5, kMinForMedian);
  if (whole_service) quantile("latency.p90", 0.9, kMinForP90);
  quantile("latency.p99", 0.99, kMinForP99);
}

void DerivedSeries::derive_templates(
    const ClosedSlot& slot, const std::unordered_map<std::string, std::uint64_t>& service_totals,
    std::vector<SeriesPoint>& points) {
  struct Count {
    std::uint64_t count = 0;
    Position first;
  };
  // By (service, template): versions and levels together. Ordered: the points come out by name.
  std::map<std::pair<std::string_view, std::uint64_t>, Count> counts;
  for (const TemplateTotals& totals : slot.templates) {
    const TemplateId id = templates_.current(totals.skeleton);
    Count& count = counts[{scopes_.at(totals.scope).service, id.value}];
    if (count.count == 0 || totals.first < count.first) count.first = totals.first;
    count.count += totals.count;
  }
  for (const auto& [key, count] : counts) {
    const TemplateId id{key.second};
    const SeriesRef series = series_.template_count(id, templates_.text(id), key.first);
    add_point(series, slot.slot, static_cast<double>(count.count), count.count, 0, points);
    if (!series) continue;
    points.back().position = count.first;
    const std::int64_t first_slot = services_[std::string(key.first)].first_slot;
    const std::int64_t warm_up_slots = (warm_up_.count() + kSlotNs - 1) / kSlotNs;
    points.back().mature = first_slot <= slot.slot - warm_up_slots;
    const auto total = service_totals.find(std::string(key.first));
    points.back().expected_share =
        total == service_totals.end() ? 0.0 : static_cast<double>(total->second);
  }
}

void DerivedSeries::derive(const ClosedSlot& slot, std::vector<SeriesPoint>& points,
                           std::vector<ServiceCount>& counts) {
  std::map<std::string, Group> by_service;
  std::map<std::pair<std::string, std::string>, Group> by_version;
  std::map<std::pair<std::string, std::string>, Group> by_route;
  std::unordered_map<std::string, std::uint64_t> service_totals;
  for (const ScopeTotals& totals : slot.scopes) {
    const ScopeTable::Scope& scope = scopes_.at(totals.scope);
    ServiceNames& names = services_[scope.service];
    names.has_requests |= totals.requests > 0;
    if (slot.slot != slot_of(kUnknownTime)) {
      names.first_slot = std::min(names.first_slot, slot.slot);
    }
    if (!scope.version.empty()) names.versions.insert(scope.version);
    if (!scope.route.empty()) names.routes.insert(scope.route);
    const auto add = [&](Group& group, std::string_view version, std::string_view route) {
      group.service = scope.service;
      group.version = version;
      group.route = route;
      add_totals(group.totals, totals);
    };
    add(by_service[scope.service], {}, {});
    add(by_version[{scope.service, scope.version}], scope.version, {});
    if (!scope.route.empty()) add(by_route[{scope.service, scope.route}], {}, scope.route);
    service_totals[scope.service] += totals.records;
  }
  for (const auto& [name, group] : by_service) derive_group(group, slot.slot, true, points);
  for (const auto& [name, group] : by_version) {
    if (!group.version.empty() && services_[group.service].versions.size() > 1) {
      derive_group(group, slot.slot, false, points);
    }
    const ScopeTotals& t = group.totals;
    counts.push_back({slot.slot, group.service, group.version, t.records, t.error_records,
                      t.requests, t.failures});
  }
  for (const auto& [name, group] : by_route) {
    if (services_[group.service].routes.size() > 1) derive_group(group, slot.slot, false, points);
  }
  derive_templates(slot, service_totals, points);
}

}  // namespace inkling::detect
