#include "correlate/investigation.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "correlate/call_book.h"
#include "correlate/look_back.h"
#include "correlate/message_mix.h"
#include "correlate/node_score.h"
#include "correlate/own_excess.h"
#include "correlate/release_calls.h"

namespace inkling::correlate {
namespace {

// Words of the symptoms, names of services taken out: those are the scope term's business.
SymptomText symptom_text(const Group& group, const Findings& findings) {
  SymptomText text;
  const auto add = [&](std::string_view words, double weight) {
    text.words = with_words(std::move(text.words), words, weight);
    for (std::string& word : split_words(words)) text.all.insert(std::move(word));
  };
  for (const Alarm& alarm : group.alarms) {
    add(alarm.summary, 1.0);
    add(alarm.metric, 1.0);
    add(alarm.name, 0.7);
  }
  for (const Signal& signal : findings.signals) {
    const double weight = signal.deviation / (signal.deviation + 6.0);
    if (signal.is_message()) {
      add(signal.text, weight);
      add(signal.exemplar, weight);
    } else {
      add(signal.series->name, 0.8 * weight);
      if (!signal.exemplar.empty()) add(signal.exemplar, weight);
    }
  }
  std::set<std::string> services(findings.services.begin(), findings.services.end());
  for (const Alarm& alarm : group.alarms) services.insert(alarm.service);
  for (const std::string& service : services) {
    for (std::string word : split_words(service)) {
      text.words.erase(word);
      constexpr std::string_view kSuffix = "service";
      if (word.size() > kSuffix.size() && word.ends_with(kSuffix)) {
        word.resize(word.size() - kSuffix.size());
        text.words.erase(word);
      }
    }
  }
  return text;
}

// Only what can have to do with it: services connected to the alarm's or to the core, and services
// of which no connection is known at all.
void keep_related(Findings& findings, const Group& group, const Topology& topology) {
  std::set<std::string> centres = group.core;
  for (const Alarm& alarm : group.alarms) centres.insert(alarm.service);
  centres.erase("");
  if (centres.empty()) return;
  const auto unrelated = [&](const std::string& service) {
    if (!topology.knows(service)) return false;
    return std::none_of(centres.begin(), centres.end(), [&](const std::string& centre) {
      return !topology.knows(centre) || topology.hops(centre, service) < Topology::kUnreachable;
    });
  };
  const std::size_t before = findings.signals.size();
  std::erase_if(findings.signals, [&](const Signal& signal) { return unrelated(signal.service); });
  if (const std::size_t left_out = before - findings.signals.size(); left_out > 0) {
    findings.notes.push_back(std::to_string(left_out) +
                             " deviations of services without connection are left out.");
  }
}

// Without a re-read, what the merge told of new messages of the services concerned.
void add_sightings(Findings& findings, const std::deque<TemplateSighting>& sightings) {
  constexpr auto kAround = std::chrono::minutes(5);
  constexpr double kOnce = 3.0;  // seen at least once: weak alone
  const Timestamp first = earliest_onset(findings.signals, 0);
  if (!first.is_set()) return;
  for (const TemplateSighting& sighting : sightings) {
    if (sighting.level < Level::kWarn || sighting.time < first - kAround) continue;
    if (!std::binary_search(findings.services.begin(), findings.services.end(), sighting.service)) {
      continue;
    }
    const bool known =
        std::any_of(findings.signals.begin(), findings.signals.end(), [&](const Signal& signal) {
          return signal.is_message() && signal.template_id == sighting.id &&
                 signal.service == sighting.service;
        });
    if (known) continue;
    Signal signal;
    signal.service = sighting.service;
    signal.role = is_error(sighting.level) ? SeriesRole::kErrors : SeriesRole::kOther;
    signal.deviation = kOnce;
    signal.onset = signal.begin = signal.end = sighting.time;
    signal.template_id = sighting.id;
    signal.level = sighting.level;
    signal.text = sighting.text;
    signal.exemplar = sighting.exemplar;
    signal.version = sighting.version;
    signal.count = 1;
    signal.position = sighting.position;
    findings.signals.push_back(std::move(signal));
  }
  sort_signals(findings.signals);
}

// When what calls cost is compared with before: at the first sign shortly before the group began,
// else when it began.
Timestamp excess_onset(const Group& group, const Findings& findings) {
  constexpr auto kShortly = std::chrono::minutes(30);
  const Timestamp start = started(group);
  std::vector<Signal> recent;
  for (const Signal& signal : findings.signals) {
    if (signal.onset >= start - kShortly && signal.onset <= start) recent.push_back(signal);
  }
  const Timestamp first = earliest_onset(recent);
  return first.is_set() ? first : start;
}

}  // namespace

LookBack look_back(const Group& group, Timestamp now, const CorrelateOptions& options,
                   const ChangeLog& changes, HistoryReader& history, Topology& topology) {
  const Timestamp start = started(group);
  const History read =
      history.read({start - options.look_back, std::max(now, start + std::chrono::seconds(1))});
  for (const Call& call : read.calls) topology.add_call(call);
  LookBack result;
  result.findings = judge_history(read);
  add_mix_signals(result.findings, read.templates, start);
  for (const Signal& signal : result.findings.signals) {
    if (!signal.is_message()) continue;
    const std::string& text = signal.exemplar.empty() ? signal.text : signal.exemplar;
    for (const std::string& named :
         services_named(text, result.findings.services, signal.service)) {
      topology.add_edge(signal.service, named, signal.onset);
    }
  }
  const std::vector<CallSample> calls = read_calls(read);
  result.findings.excess = measure_excess(calls, topology, excess_onset(group, result.findings));
  std::vector<ChangeMoment> moments;
  for (const Candidate& candidate : changes.candidates(read.range)) {
    for (const Exposure& exposure : candidate.exposures) {
      if (exposure.version.empty() || exposure.service.empty()) continue;
      result.findings.releases.push_back(
          measure_release(calls, exposure.service, exposure.version, exposure.time));
    }
    if (candidate.exposures.front().basis == Exposure::Basis::kNamed) {
      moments.push_back({candidate.id, candidate.exposures.front().time});
    }
  }
  result.impacts = measure_impacts(read, {}, moments);
  return result;
}

Conclusion conclude(const Group& group, Findings findings, Timestamp now,
                    const Knowledge& knowledge) {
  Conclusion conclusion;
  if (!findings.looked_back) add_sightings(findings, knowledge.sightings);
  keep_related(findings, group, knowledge.topology);
  if (findings.counts.empty()) {
    findings.counts.assign(knowledge.counts.begin(), knowledge.counts.end());
  }
  NodeContext node_context{knowledge.topology, {}, &findings.excess};
  if (!group.alarms.empty()) node_context.noticed = group.alarms.front().time;
  for (const Alarm& alarm : group.alarms) {
    if (!alarm.service.empty()) node_context.alarmed.insert(alarm.service);
    SeriesInfo alarmed;
    alarmed.name = alarm.metric.empty() ? alarm.name : alarm.metric;
    node_context.symptoms.insert(series_role(alarmed));
  }
  conclusion.nodes = rate_nodes(findings.signals, node_context);
  conclusion.onset = earliest_onset(findings.signals);
  if (!conclusion.onset.is_set()) conclusion.onset = earliest_onset(findings.signals, 0);
  if (!conclusion.onset.is_set() && !findings.signals.empty()) {  // nothing but demand
    conclusion.onset = findings.signals.front().onset;
  }
  if (!conclusion.onset.is_set() && !group.alarms.empty()) {
    conclusion.onset = group.alarms.front().time;
  }
  const SymptomText symptoms = symptom_text(group, findings);
  conclusion.alternatives =
      find_alternatives(findings, conclusion.nodes, symptoms, knowledge.changes, conclusion.onset);
  const Timestamp noticed = group.alarms.empty() ? Timestamp::none() : group.alarms.front().time;
  conclusion.changes =
      score_changes({knowledge.options, knowledge.changes, knowledge.topology, findings,
                     conclusion.nodes, symptoms, conclusion.alternatives,
                     onset_beliefs(findings.signals, noticed), conclusion.onset, now});
  conclusion.severity = rate_severity(findings.signals, findings.counts, group.alarms,
                                      conclusion.onset, knowledge.topology, knowledge.options);
  conclusion.findings = std::move(findings);
  return conclusion;
}

}  // namespace inkling::correlate
