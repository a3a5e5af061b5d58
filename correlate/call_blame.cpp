#include "correlate/call_blame.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_writer.h"

namespace inkling::correlate {
namespace {

using Blames = std::map<std::string, CallBlame, std::less<>>;

constexpr double kHalf = 6;  // z at which half is believed, as for signals
constexpr double kLeastShare =
    0.1;  // also without own excess: what is passed on is only an estimate
constexpr double kLeastEvidence = 0.1;  // of the strongest: weaker is noise

constexpr double kStandsOut = 20;  // z at which half is believed without an alarm of a service
constexpr double kTimeBesideFailures = 0.7;

double belief(double z) { return z / (z + kHalf); }

std::string describe(const ExcessPart& part, bool is_time) {
  if (is_time) {
    return fmt::format("its calls took {} s instead of {} s; {} s more in all, {} s its own",
                       format_number(part.after, 3), format_number(part.before, 3),
                       format_number(part.total, 3), format_number(part.own, 3));
  }
  return fmt::format("{} % of its calls failed instead of {} %; {} more in all, {} its own",
                     format_number(100 * part.after, 3), format_number(100 * part.before, 3),
                     format_number(part.total, 3), format_number(part.own, 3));
}

// Returns how much the strongest is believed.
double add_sort(const ExcessByService& excess, const Topology& topology,
                const std::set<std::string>& alarmed, bool is_time, double weight, Blames& blames) {
  const auto part_of = [is_time](const Excess& one) -> const ExcessPart& {
    return is_time ? one.time : one.failures;
  };
  double largest = 0;
  double strongest = 0;
  double most_own = 0;
  double alarmed_total = 0;
  for (const auto& [service, one] : excess) {
    const ExcessPart& part = part_of(one);
    if (one.is_new || !part.measured) continue;
    largest = std::max(largest, part.total);
    strongest = std::max(strongest, belief(part.z));
    most_own = std::max(most_own, part.own);
    if (alarmed.contains(service)) alarmed_total = std::max(alarmed_total, part.total);
  }
  if (strongest < kLeastEvidence || !(largest > 0)) return 0;
  const double whole = alarmed_total > 0 ? alarmed_total : largest;
  const double most = std::max(whole, most_own);
  for (const auto& [service, one] : excess) {
    const ExcessPart& part = part_of(one);
    if (one.is_new || !part.measured) continue;
    double passed = 0;  // to the callee that explains most
    for (const std::string& callee : topology.callees(service)) {
      const auto found = excess.find(callee);
      if (callee == service || found == excess.end() || found->second.is_new) continue;
      const ExcessPart& other = part_of(found->second);
      passed = std::max(passed, belief(other.z) * std::min(1.0, other.total / whole));
    }
    const double cause = weight * belief(part.z) * (1 - passed) * (kLeastShare + part.own / most) /
                         (kLeastShare + 1);
    CallBlame& blame = blames[service];
    if (cause < blame.cause) continue;
    blame = {belief(part.z), part.own / most, cause, 1, describe(part, is_time)};
  }
  return strongest;
}

}  // namespace

Blames blame_calls(const ExcessByService& excess, const Topology& topology,
                   const std::set<std::string>& alarmed, const std::set<SeriesRole>& symptoms) {
  const bool of_errors = symptoms.contains(SeriesRole::kErrors);
  const bool of_time = symptoms.contains(SeriesRole::kLatency);
  Blames blames;
  double failing = 0;
  if (of_errors || !of_time) failing = add_sort(excess, topology, alarmed, false, 1, blames);
  if (of_time || !of_errors) {
    // Calls that fail are faster, or are made again: where they are many, durations say less.
    const double weight = of_time ? 1 : 1 - kTimeBesideFailures * failing;
    add_sort(excess, topology, alarmed, true, weight, blames);
  }
  const CallBlame* leading = nullptr;
  for (const auto& [service, blame] : blames) {
    if (!leading || blame.cause > leading->cause) leading = &blame;
  }
  if (!leading || !(leading->cause > 0)) return {};
  const double best = leading->cause;
  // Where no alarm names a service with calls, calls wander too: the leader must stand out.
  const bool is_told = std::any_of(alarmed.begin(), alarmed.end(), [&](const std::string& service) {
    return excess.contains(service);
  });
  const double z = kHalf * leading->evidence / std::max(1 - leading->evidence, 1e-6);
  const double sureness = is_told ? 1 : z / (z + kStandsOut);
  for (auto& [service, blame] : blames) {
    blame.cause /= best;
    blame.sureness = sureness;
  }
  return blames;
}

}  // namespace inkling::correlate
