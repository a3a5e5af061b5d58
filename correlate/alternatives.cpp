#include "correlate/alternatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/json_writer.h"
#include "correlate/message_causes.h"

namespace inkling::correlate {
namespace {

using std::chrono::minutes;

double seconds_between(Timestamp from, Timestamp to) {
  return static_cast<double>((to - from).count()) / 1e9;
}

template <std::size_t N>
int count_of(const std::vector<std::string>& words, const std::array<std::string_view, N>& list) {
  int count = 0;
  for (const std::string_view word : list) {
    count += std::find(words.begin(), words.end(), word) != words.end() ? 1 : 0;
  }
  return count;
}

bool reports_trouble(const Change& change) {
  static constexpr std::array<std::string_view, 15> kBad = {
      "degraded", "outage",      "impaired", "impairment", "disruption",
      "incident", "error",       "down",     "major",      "critical",
      "partial",  "unavailable", "elevated", "increased",  "latency"};
  static constexpr std::array<std::string_view, 8> kGood = {
      "operational", "normal",        "normally",  "resolved",
      "healthy",     "informational", "completed", "informational"};
  const std::vector<std::string> words = split_words(change.title + " " + change.diff);
  return count_of(words, kBad) > 0 && count_of(split_words(change.title), kGood) == 0;
}

std::optional<Alternative> external_trouble(const SymptomText& symptoms, const ChangeLog& log,
                                            Timestamp onset) {
  constexpr double kNear = 600;  // seconds between the provider's start and our onset
  std::optional<Alternative> best;
  for (const auto& entry : log.external({onset - minutes(60), onset + minutes(15)})) {
    const Change& change = entry->change;
    if (!reports_trouble(change)) continue;
    const double gap = std::abs(seconds_between(change.time, onset));
    double shared = 0;
    std::string word_shown;
    for (const std::string& word : split_words(change.service + " " + change.title)) {
      const auto found = symptoms.words.find(word);
      if (found == symptoms.words.end()) continue;
      shared += found->second;
      if (word_shown.empty()) word_shown = word;
    }
    const double strength = 4.0 * std::exp(-gap / kNear) * (0.4 + 0.6 * (1 - std::exp(-shared)));
    if (best && best->strength >= strength) continue;
    std::string reason =
        fmt::format("{}: \"{}\" since {}, {} min from the onset", change.service, change.title,
                    format_timestamp(change.time), format_number(gap / 60, 2));
    if (!word_shown.empty()) reason += fmt::format("; the symptoms name \"{}\"", word_shown);
    best = Alternative{"external", strength, std::move(reason)};
  }
  return best;
}

std::optional<Alternative> more_demand(const Findings& findings, Timestamp symptom) {
  constexpr double kSurge = 1.5;   // requests after over before
  constexpr double kWithin = 120;  // seconds it may lag behind the symptoms
  std::set<std::string> counting;  // services with a series of demand
  std::map<std::string, const Signal*> surging;
  for (const QuietSeries& quiet : findings.quiet) {
    if (series_role(*quiet.series) == SeriesRole::kDemand) counting.insert(quiet.service);
  }
  for (const Signal& signal : findings.signals) {
    if (signal.role != SeriesRole::kDemand) continue;
    counting.insert(signal.service);
    if (!(signal.before > 0) || signal.after < kSurge * signal.before) continue;
    if (seconds_between(symptom, signal.onset) > kWithin) continue;
    surging.emplace(signal.service, &signal);
  }
  if (surging.empty()) return std::nullopt;
  const double share = static_cast<double>(surging.size()) / static_cast<double>(counting.size());
  // One service alone may be called more by a change of its caller.
  const double strength = surging.size() >= 2 ? 4.0 * share * share : 0.5;
  const Signal& first = *surging.begin()->second;
  return Alternative{"demand", strength,
                     fmt::format("requests rose at {} of {} services that count them, {} from {} "
                                 "to {}, at {}",
                                 surging.size(), counting.size(), surging.begin()->first,
                                 format_number(first.before, 4), format_number(first.after, 4),
                                 format_timestamp(first.onset))};
}

std::optional<Alternative> busy_neighbour(const Findings& findings,
                                          const std::vector<NodeScore>& nodes, Timestamp symptom) {
  constexpr double kLatest = 120;    // seconds behind the first symptom
  constexpr double kEarliest = 900;  // before it
  std::optional<Alternative> best;
  for (const NodeScore& node : nodes) {
    if (!node.is_outsider) continue;
    for (const Signal& signal : findings.signals) {
      if (signal.service != node.service || signal.direction != Direction::kUp) continue;
      if (signal.role != SeriesRole::kResource && signal.role != SeriesRole::kSaturation) continue;
      const double lead = seconds_between(signal.onset, symptom);
      if (lead < -kLatest || lead > kEarliest) continue;
      const double strength = 3.5 * signal.deviation / (signal.deviation + 6);
      if (best && best->strength >= strength) continue;
      best = Alternative{
          "neighbour", strength,
          fmt::format("{} of {} went from {} to {} at {}, outside the services that "
                      "call each other",
                      signal.series->name, signal.service, format_number(signal.before, 4),
                      format_number(signal.after, 4), format_timestamp(signal.onset))};
    }
  }
  return best;
}

}  // namespace

std::vector<Alternative> find_alternatives(const Findings& findings,
                                           const std::vector<NodeScore>& nodes,
                                           const SymptomText& symptoms, const ChangeLog& log,
                                           Timestamp onset) {
  std::vector<Alternative> found;
  Timestamp symptom = Timestamp::none();  // first error, delay or message: what hurts
  for (const Signal& signal : findings.signals) {
    const bool hurts = signal.is_message() || signal.role == SeriesRole::kErrors ||
                       signal.role == SeriesRole::kLatency;
    if (hurts && (!symptom.is_set() || signal.onset < symptom)) symptom = signal.onset;
  }
  if (!symptom.is_set()) symptom = onset;
  if (auto external = external_trouble(symptoms, log, onset)) found.push_back(*external);
  if (auto demand = more_demand(findings, symptom)) found.push_back(*demand);
  if (auto neighbour = busy_neighbour(findings, nodes, symptom)) found.push_back(*neighbour);
  for (Alternative& cause : causes_in_messages(findings)) found.push_back(std::move(cause));
  std::stable_sort(found.begin(), found.end(), [](const Alternative& a, const Alternative& b) {
    return a.strength > b.strength;
  });
  return found;
}

}  // namespace inkling::correlate
