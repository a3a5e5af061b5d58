#include "app/commands/replay_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "app/commands/replay.h"
#include "app/exit_code.h"
#include "core/json_writer.h"

namespace inkling::app {
namespace {

constexpr Duration kSameOnset = std::chrono::minutes(10);

std::string service_of(const Incident& incident) {
  return incident.services.empty() ? "" : incident.services.front().service;
}

bool share_a_service(const Incident& a, const Incident& b) {
  std::set<std::string> names;
  for (const AffectedService& each : a.services) names.insert(each.service);
  return std::ranges::any_of(
      b.services, [&](const AffectedService& each) { return names.contains(each.service); });
}

Duration distance(Timestamp a, Timestamp b) { return a < b ? b - a : a - b; }

// The suspect a person reads first.
std::string suspect_of(const Incident& incident) {
  if (!incident.changes.empty() && incident.changes.front().p > incident.p_no_change) {
    return incident.changes.front().id;
  }
  return "none";
}

std::vector<std::string> changes_between(const Incident& a, const Incident& b) {
  std::vector<std::string> changes;
  const auto note = [&](const char* what, std::string_view from, std::string_view to) {
    if (from != to) changes.push_back(fmt::format("{} {} -> {}", what, from, to));
  };
  note("onset", format_timestamp(a.onset), format_timestamp(b.onset));
  note("severity", severity_name(a.severity), severity_name(b.severity));
  note("state", incident_state_name(a.state), incident_state_name(b.state));
  note("service", service_of(a), service_of(b));
  note("suspect", suspect_of(a), suspect_of(b));
  return changes;
}

constexpr const char* kKinds[] = {"appears", "vanishes", "moves"};

void print(const IncidentDifference& difference, bool json) {
  const Incident& shown = difference.after != nullptr ? *difference.after : *difference.before;
  const char* kind = kKinds[static_cast<std::size_t>(difference.kind)];
  if (!json) {
    std::puts(fmt::format("{:<8}  {:.8}  {}  {}  {}", kind, shown.id, severity_name(shown.severity),
                          format_timestamp(shown.onset), shown.title)
                  .c_str());
    for (const std::string& change : difference.changes) {
      std::puts(fmt::format("          {}", change).c_str());
    }
    return;
  }
  JsonWriter writer;
  writer.begin_object().member("difference", kind);
  if (difference.before != nullptr) writer.member("before", difference.before->id);
  if (difference.after != nullptr) writer.member("after", difference.after->id);
  writer.member("severity", severity_name(shown.severity));
  writer.member("onset", format_timestamp(shown.onset)).member("title", shown.title);
  writer.key("changes").begin_array();
  for (const std::string& change : difference.changes) writer.value(change);
  std::puts(writer.end_array().end_object().take().c_str());
}

}  // namespace

std::vector<IncidentDifference> compare_incidents(const std::vector<Incident>& before,
                                                  const std::vector<Incident>& after) {
  using Kind = IncidentDifference::Kind;
  std::map<const Incident*, const Incident*> pairs;  // after -> before
  std::set<const Incident*> taken;
  const auto join = [&](const Incident& a, const Incident& b) {
    pairs[&b] = &a;
    taken.insert(&a);
  };
  for (const Incident& b : after) {
    const auto same = std::ranges::find(before, b.id, &Incident::id);
    if (same != before.end()) join(*same, b);
  }
  for (const Incident& b : after) {
    if (pairs.contains(&b)) continue;
    const Incident* nearest = nullptr;
    for (const Incident& a : before) {
      if (taken.contains(&a) || distance(a.onset, b.onset) > kSameOnset || !share_a_service(a, b)) {
        continue;
      }
      if (nearest == nullptr || distance(a.onset, b.onset) < distance(nearest->onset, b.onset)) {
        nearest = &a;
      }
    }
    if (nearest != nullptr) join(*nearest, b);
  }
  std::vector<IncidentDifference> differences;
  for (const Incident& a : before) {
    if (!taken.contains(&a)) differences.push_back({Kind::kVanishes, &a, nullptr, {}});
  }
  for (const Incident& b : after) {
    const auto pair = pairs.find(&b);
    if (pair == pairs.end()) {
      differences.push_back({Kind::kAppears, nullptr, &b, {}});
      continue;
    }
    auto changes = changes_between(*pair->second, b);
    if (!changes.empty()) {
      differences.push_back({Kind::kMoves, pair->second, &b, std::move(changes)});
    }
  }
  const auto onset = [](const IncidentDifference& each) {
    return (each.after != nullptr ? each.after : each.before)->onset;
  };
  std::ranges::stable_sort(differences, {}, onset);
  return differences;
}

int run_replay_compare(const ReplayArgs& args) {
  const auto report = [](const Error& error) {
    std::fputs(fmt::format("inkling replay: {}\n", error.message).c_str(), stderr);
    return exit_code(error);
  };
  ReplayArgs first = args;
  first.config = args.baseline;
  const auto before = find_incidents(first);
  if (!before) return report(before.error());
  const auto after = find_incidents(args);
  if (!after) return report(after.error());
  const auto differences = compare_incidents(*before, *after);
  for (const IncidentDifference& difference : differences) print(difference, args.json);
  if (!args.json) {
    std::puts(fmt::format("{} incidents before, {} after, {} differ", before->size(), after->size(),
                          differences.size())
                  .c_str());
  }
  return differences.empty() ? kExitOk : kExitGate;
}

}  // namespace inkling::app
