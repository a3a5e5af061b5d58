#include "correlate/change_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/json_writer.h"
#include "correlate/version_split.h"

namespace inkling::correlate {
namespace {

double seconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

std::string minutes_text(double seconds) {
  return fmt::format("{} min", format_number(seconds / 60, 3));
}

// Cost of a hop from the place of origin to the changed service, in log-odds.
constexpr double kCalleeHop = 1.0;
constexpr double kCallerHop = 1.5;
constexpr double kUnrelated = 3.0;
constexpr double kUnknownService = 1.5;

double distance_cost(const std::string& origin, const std::string& changed,
                     const Topology& topology) {
  if (origin == changed) return 0;
  double cost = kUnrelated;
  const int down = topology.calls_down(origin, changed);
  if (down < Topology::kUnreachable) cost = std::min(cost, kCalleeHop * down);
  const int up = topology.calls_down(changed, origin);
  if (up < Topology::kUnreachable) cost = std::min(cost, kCallerHop * up);
  return cost;
}

std::string_view basis_text(Exposure::Basis basis) {
  switch (basis) {
    case Exposure::Basis::kNamed:
      return "named by it";
    case Exposure::Basis::kSameFolder:
      return "merged before it, in its folder";
    case Exposure::Basis::kShared:
      return "merged before it, in a shared folder";
    case Exposure::Basis::kUnreleased:
      break;
  }
  return "no deploy names it";
}

double basis_cost(Exposure::Basis basis) {
  switch (basis) {
    case Exposure::Basis::kNamed:
      return 0;
    case Exposure::Basis::kSameFolder:
      return 0.3;
    case Exposure::Basis::kShared:
      return 1.2;
    case Exposure::Basis::kUnreleased:
      break;
  }
  return 2.0;
}

}  // namespace

double lag_density(double lag_seconds, double ramp_seconds, double decay_seconds) {
  const double ramp = ramp_seconds > 0
                          ? std::clamp((lag_seconds + ramp_seconds) / (2 * ramp_seconds), 0.0, 1.0)
                          : (lag_seconds >= 0 ? 1.0 : 0.0);
  return ramp * std::exp(-std::max(0.0, lag_seconds) / decay_seconds) / decay_seconds;
}

SuspectTerm time_term(const Exposure& exposure, const ChangeContext& context) {
  const double ramp = seconds_of(context.options.ramp);
  const double decay = seconds_of(context.options.decay);
  const auto lag_to = [&](Timestamp onset) { return seconds_of(onset - exposure.time); };
  double density = 0;
  Timestamp shown = context.onset;  // the onset that speaks most for it
  double most = 0;
  for (const OnsetBelief& belief : context.onsets) {
    const double part = belief.p * lag_density(lag_to(belief.time), ramp, decay);
    density += part;
    if (part > most) {
      most = part;
      shown = belief.time;
    }
  }
  if (context.onsets.empty()) density = lag_density(lag_to(context.onset), ramp, decay);
  const double lag = lag_to(shown);
  if (density <= 0) {
    return {"time", kLeastTerm, fmt::format("the onset lies {} before it", minutes_text(-lag)), {}};
  }
  const bool named =
      exposure.basis == Exposure::Basis::kNamed || exposure.basis == Exposure::Basis::kSameFolder;
  // In scope are all services of the incident: any of their changes could have come by chance.
  std::set<std::string, std::less<>> scope;
  if (named) {
    scope.insert(exposure.service);
    for (const NodeScore& node : context.nodes) scope.insert(node.service);
  }
  const double rate = context.log.rate(scope, context.now);
  std::string when =
      lag >= 0 ? minutes_text(lag) + " before the onset" : minutes_text(-lag) + " after the onset";
  if (shown != context.onset) {
    when += fmt::format(" at {}, but signs began at {}", format_timestamp(shown),
                        format_timestamp(context.onset));
  }
  return {"time",
          std::log(density / rate),
          fmt::format("{}; {} such changes a day", when, format_number(rate * 86'400, 2)),
          {}};
}

namespace {

const ReleaseCalls* release_of(const Exposure& exposure, const Findings& findings) {
  for (const ReleaseCalls& release : findings.releases) {
    if (release.service == exposure.service && release.version == exposure.version &&
        release.time == exposure.time) {
      return &release;
    }
  }
  return nullptr;
}

// A version that answers well may still send what others fail on.
constexpr double kCleanWeight = 0.5;

// 0..1: how much the incident is one of failures. Only of these can answering well clear anybody.
double failing_share(const ChangeContext& context) {
  double failing = 0;
  double other = 0;
  for (const Signal& signal : context.findings.signals) {
    double& side = signal.role == SeriesRole::kErrors ? failing : other;
    if (signal.role != SeriesRole::kDemand) side = std::max(side, signal.weight());
  }
  for (const auto& [service, excess] : context.findings.excess) {
    failing = std::max(failing, excess.failures.z / (excess.failures.z + 6));
  }
  return failing / std::max(failing + 0.5 * other, 1e-3);
}

// How far answering no worse than the others clears a version: all the way where the others fail.
double clearing_weight(const VersionCounts& counts, const ChangeContext& context) {
  const double others =
      static_cast<double>(counts.old_failures) / static_cast<double>(counts.old_requests);
  return (others > 2 * counts.history_rate ? 1.0 : kCleanWeight) * failing_share(context);
}

}  // namespace

std::optional<SuspectTerm> calls_made_term(const Exposure& exposure, const ChangeContext& context) {
  const ReleaseCalls* release = release_of(exposure, context.findings);
  if (!release) return std::nullopt;
  const VersionCounts& counts = release->from;
  if (counts.new_requests == 0 || counts.old_requests == 0) return std::nullopt;
  // Half: calls that fail may be the fault of whom they call.
  return SuspectTerm{"calls_made",
                     0.5 * version_log_bayes_factor(counts),
                     fmt::format("calls made by {}: {} of {} failed, by other versions: {} of {}",
                                 exposure.version, counts.new_failures, counts.new_requests,
                                 counts.old_failures, counts.old_requests),
                     {}};
}

std::optional<SuspectTerm> unseen_term(const Exposure& exposure, const ChangeContext& context) {
  constexpr double kUnseenSeconds = 90;  // a start, and one window of a minute
  const ReleaseCalls* release = release_of(exposure, context.findings);
  if (!release || release->is_seen || !release->is_expected) return std::nullopt;
  const double since = seconds_of(context.now - exposure.time);
  if (since < kUnseenSeconds) return std::nullopt;
  return SuspectTerm{"unseen",
                     1.0,
                     fmt::format("{} was released {} ago and has told of no calls",
                                 exposure.version, minutes_text(since)),
                     {}};
}

std::optional<SuspectTerm> excess_term(const Exposure& exposure, const ChangeContext& context) {
  // A version that tells of no calls is not in what calls cost.
  const ReleaseCalls* release = release_of(exposure, context.findings);
  if (release && release->is_expected && !release->is_seen) return std::nullopt;
  // Relative to the service that answers for most: that something costs more speaks for nobody yet.
  constexpr double kWeight = 3.0;
  double most = 0;
  for (const NodeScore& node : context.nodes) most = std::max(most, node.blame);
  for (const NodeScore& node : context.nodes) {
    if (node.service != exposure.service || node.blame < 0) continue;
    return SuspectTerm{"own_excess", kWeight * (node.blame - most), node.blame_reason, {}};
  }
  return std::nullopt;
}

std::optional<SuspectTerm> version_term(const Exposure& exposure, const ChangeContext& context) {
  VersionCounts counts =
      split_by_version(context.findings.counts, exposure.service, exposure.version, exposure.time);
  if (counts.new_requests == 0 || counts.old_requests == 0) {
    if (const ReleaseCalls* release = release_of(exposure, context.findings)) counts = release->to;
  }
  if (counts.new_requests == 0 || counts.old_requests == 0) return std::nullopt;
  const double factor = version_log_bayes_factor(counts);
  return SuspectTerm{"version_split",
                     factor < 0 ? factor * clearing_weight(counts, context) : factor,
                     fmt::format("{}: {} of {} failed, other versions at the same time: {} of {}",
                                 exposure.version, counts.new_failures, counts.new_requests,
                                 counts.old_failures, counts.old_requests),
                     {}};
}

std::optional<SuspectTerm> before_after_term(const Exposure& exposure,
                                             const ChangeContext& context) {
  if (exposure.service.empty()) return std::nullopt;
  const Signal* strongest = nullptr;
  for (const Signal& signal : context.findings.signals) {
    if (signal.service != exposure.service) continue;
    if (signal.onset + context.options.ramp < exposure.time) continue;
    if (!strongest || signal.weight() > strongest->weight()) strongest = &signal;
  }
  if (strongest) {
    const std::string name = strongest->is_message() ? "messages" : strongest->series->name;
    return SuspectTerm{"before_after",
                       0.5 * strongest->weight(),  // time and scope have said most of it
                       fmt::format("{} of {} left its place after it (deviation {})", name,
                                   exposure.service, format_number(strongest->deviation, 3)),
                       {}};
  }
  // What other versions do clears no release.
  std::uint32_t quiet = 0;
  for (const QuietSeries& series : context.findings.quiet) {
    const std::string& version = series.series->version;
    const bool tells = version.empty() || exposure.version.empty() || version == exposure.version;
    quiet += series.service == exposure.service && tells ? 1 : 0;
  }
  if (quiet == 0) return std::nullopt;
  return SuspectTerm{
      "before_after",
      -1.0 - std::min(2.0, 0.5 * quiet),
      fmt::format("none of the {} series of {} moved after it", quiet, exposure.service),
      {}};
}

std::optional<SuspectTerm> new_template_term(const Exposure& exposure,
                                             const ChangeContext& context) {
  if (exposure.version.empty()) return std::nullopt;
  std::map<std::string, std::uint64_t> records;  // by version, since the change
  for (const ServiceCount& count : context.findings.counts) {
    if (count.service != exposure.service || count.version.empty()) continue;
    if (slot_begin(count.slot) >= exposure.time) records[count.version] += count.records;
  }
  std::uint64_t all = 0;
  for (const auto& [version, count] : records) all += count;
  const auto ours = records.find(exposure.version);
  if (ours == records.end() || all == 0) return std::nullopt;
  const double share = static_cast<double>(ours->second) / static_cast<double>(all);
  const Signal* best = nullptr;
  bool elsewhere = false;
  for (const Signal& signal : context.findings.signals) {
    if (!signal.is_message() || signal.service != exposure.service) continue;
    if (signal.version == exposure.version) {
      if (!best || signal.count > best->count) best = &signal;
    } else if (!signal.version.empty()) {
      elsewhere = true;
    }
  }
  if (!best) return std::nullopt;
  if (elsewhere) {
    return SuspectTerm{"new_template", -1.0, "the new messages come from other versions too", {}};
  }
  // With all traffic on the new version nothing can be told apart: s = 1 gives 0.
  return SuspectTerm{
      "new_template",
      -static_cast<double>(best->count) * std::log(std::clamp(share, 1e-6, 1.0)),
      fmt::format("{} records of a new message, all from {}, which has {} % of the "
                  "records: {}",
                  best->count, exposure.version, format_number(100 * share, 3), best->text),
      {}};
}

SuspectTerm scope_term(const Exposure& exposure, const ChangeContext& context) {
  const double released = basis_cost(exposure.basis);
  if (exposure.service.empty()) {
    return {"scope",
            -kUnknownService - released,
            fmt::format("its service is not known; {}", basis_text(exposure.basis)),
            {}};
  }
  double reach = std::exp(-kUnrelated) * 0.05;  // the origin may be a service without data
  std::string nearest;
  double nearest_share = 0;
  for (const NodeScore& node : context.nodes) {
    const double share =
        node.p * std::exp(-distance_cost(node.service, exposure.service, context.topology));
    reach += share;
    if (share > nearest_share) {
      nearest_share = share;
      nearest = node.service;
    }
  }
  // Relative to the leading service, so that spread-out suspicion does not punish everyone.
  const double lead = context.nodes.empty() ? 1.0 : context.nodes.front().p;
  const double value = std::clamp(std::log(reach / std::max(lead, 0.05)), -kUnrelated, 0.0);
  std::string reason;
  if (nearest == exposure.service) {
    reason = fmt::format("{} itself is a place of origin (p {})", exposure.service,
                         format_number(context.nodes.empty() ? 0 : nearest_share, 2));
  } else if (nearest.empty()) {
    reason = fmt::format("{} has no part in it", exposure.service);
  } else {
    const int hops = context.topology.hops(nearest, exposure.service);
    reason = hops >= Topology::kUnreachable
                 ? fmt::format("{} is not connected to {}", exposure.service, nearest)
                 : fmt::format("{} is {} hops from {}", exposure.service, hops, nearest);
  }
  return {"scope", value - released, fmt::format("{}; {}", reason, basis_text(exposure.basis)), {}};
}

std::optional<SuspectTerm> rollback_term(const Candidate& candidate, const Exposure& exposure,
                                         const ChangeContext& context) {
  const TimeRange after{std::max(exposure.time + Duration(1), context.onset),
                        context.now + Duration(1)};
  for (const auto& other : context.log.rollbacks(after)) {
    const Change& undone = other->change;
    if (undone.service != exposure.service || undone.id == candidate.id) continue;
    constexpr double kWindows = 120;  // seconds a recovery may take to show
    if (seconds_of(context.now - undone.time) < kWindows) return std::nullopt;
    bool recovered = true;
    for (const Signal& signal : context.findings.signals) {
      if (signal.service != exposure.service || signal.plot.empty()) continue;
      const double away = std::abs(signal.plot.back().value - signal.before);
      if (away > 0.5 * std::abs(signal.after - signal.before)) recovered = false;
    }
    return SuspectTerm{
        "rollback",
        recovered ? 3.0 : -2.0,
        fmt::format("rolled back at {}, {}", format_timestamp(undone.time),
                    recovered ? "and the service recovered" : "and nothing got better"),
        {}};
  }
  return std::nullopt;
}

std::optional<SuspectTerm> alternative_term(const CommitRisk& risk, const ChangeContext& context) {
  if (context.alternatives.empty()) return std::nullopt;
  const Alternative& best = context.alternatives.front();
  return SuspectTerm{"alternative",
                     -best.strength * (1 - 0.5 * risk.fit),
                     fmt::format("{}: {}", best.name, best.reason),
                     {}};
}

}  // namespace inkling::correlate
