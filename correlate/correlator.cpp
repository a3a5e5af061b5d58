#include "correlate/correlator.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/hash.h"
#include "core/incident_fields.h"
#include "core/state_fields.h"
#include "correlate/change_log.h"
#include "correlate/fingerprint.h"
#include "correlate/grouping.h"
#include "correlate/investigation.h"
#include "correlate/release_watch.h"
#include "correlate/topology.h"

namespace inkling::correlate {
namespace {

using std::chrono::minutes;

constexpr StateId kSection = state_id("CORR");
constexpr std::uint32_t kVersion = 2;

// When an alarm's surroundings are read again, counted from the alarm: what followed it tells more.
constexpr std::array<Duration, 4> kLookBackAfter = {Duration(0), minutes(1), minutes(3),
                                                    minutes(10)};

// Incidents of our own are read once, when a little of what followed is known.
constexpr Duration kSilentReadAfter = minutes(3);

std::uint64_t key_of(const Anomaly& anomaly) {
  return hash_combine(anomaly.series->id.value, static_cast<std::uint64_t>(anomaly.onset.ns));
}

// An alarm names a series of somebody else: its service and metric (or monitor) stand for the
// series id, its time for the onset, which later reading may still move.
std::uint64_t key_of(const Alarm& alarm) {
  const std::string& metric = alarm.metric.empty() ? alarm.name : alarm.metric;
  const std::uint64_t series = hash_combine(hash_bytes(alarm.service), hash_bytes(metric));
  return hash_combine(series, static_cast<std::uint64_t>(alarm.time.ns));
}

bool is_same_alarm(const Alarm& a, const Alarm& b) {
  return a.id == b.id || (a.name == b.name && a.service == b.service && a.metric == b.metric);
}

// One incident, or a candidate for one, with its life so far.
struct Case {
  Group group;
  bool published = false;
  bool dirty = false;            // something new was learned since it was last told
  std::size_t look_backs = 0;    // of kLookBackAfter done
  std::optional<Findings> read;  // what the latest look-back found
  std::vector<Impact> impacts;
  Incident incident;  // as last told

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.group, s.published, s.dirty, s.look_backs, s.read, s.impacts, s.incident);
  }
};

}  // namespace

struct Correlator::State {
  State(const CorrelateOptions& opts, HistoryReader& reader)
      : options(opts), history(reader), changes(options), topology(options), releases(options) {}

  const CorrelateOptions options;
  HistoryReader& history;  // outlives us
  ChangeLog changes;
  Topology topology;
  ReleaseWatch releases;
  std::deque<ServiceCount> counts;
  std::deque<TemplateSighting> sightings;
  std::map<std::uint64_t, Case> open;  // by key: iteration is deterministic
  std::deque<Case> resolved;           // latest last
  std::uint64_t refused = 0;           // anomalies that found no room
  std::vector<std::string> services;   // seen, sorted: what messages may name
  std::deque<Timestamp> silent_reads;  // of incidents without an alarm, within the last hour

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.releases, s.counts, s.sightings, s.open, s.resolved, s.refused, s.services, s.silent_reads);
    a.require(std::is_sorted(s.services.begin(), s.services.end()), "services out of order");
    for (const auto& [key, item] : s.open) {
      a.require(item.group.key == key && is_whole(item), "an incident without a cause");
    }
    for (const Case& item : s.resolved) a.require(is_whole(item), "an incident without a cause");
  }
  static bool is_whole(const Case& item) {
    return !item.group.anomalies.empty() || !item.group.alarms.empty();
  }

  void remember(const EpochResult& epoch);
  void note_service(const std::string& service);
  void take(const AnomalyUpdate& update);
  void take(const Alarm& alarm);
  Case* best_group(const std::string& service, const LabelList& labels, Timestamp time);
  Case* open_case(std::uint64_t key, const std::string& service, Timestamp time);
  std::vector<std::uint64_t> by_start() const;
  bool is_read_due(Case& item, Timestamp now, bool final);
  void read_back(Case& item, Timestamp now);
  Incident rebuild(Case& item, Timestamp now, bool resolved_now);
  void tell(Case& item, Timestamp now, bool resolved_now, std::vector<Incident>& told);
};

void Correlator::State::note_service(const std::string& service) {
  if (service.empty()) return;
  const auto at = std::lower_bound(services.begin(), services.end(), service);
  if (at != services.end() && *at == service) return;
  if (services.size() < options.max_edges) services.insert(at, service);
}

void Correlator::State::remember(const EpochResult& epoch) {
  for (const Change& change : epoch.changes) {
    changes.add(change);
    releases.add(change);
  }
  for (const Call& call : epoch.calls) topology.add_call(call);
  for (const ServiceCount& count : epoch.counts) {
    note_service(count.service);
    counts.push_back(count);
  }
  for (const TemplateSighting& sighting : epoch.sightings) {
    if (!sighting.in_warm_up) sightings.push_back(sighting);
  }
  while (counts.size() > options.max_counts) counts.pop_front();
  while (sightings.size() > options.max_sightings) sightings.pop_front();
}

Case* Correlator::State::best_group(const std::string& service, const LabelList& labels,
                                    Timestamp time) {
  Case* best = nullptr;
  double best_weight = options.join_threshold;
  for (auto& [key, item] : open) {
    const double weight = join_weight(item.group, service, labels, time, topology, options);
    if (weight > best_weight) {
      best_weight = weight;
      best = &item;
    }
  }
  return best;
}

Case* Correlator::State::open_case(std::uint64_t key, const std::string& service, Timestamp time) {
  if (open.size() >= options.max_open_incidents) {
    ++refused;
    return nullptr;
  }
  Case& item = open[key];
  item.group.key = key;
  item.group.core.insert(service);
  item.group.last_activity = time;
  return &item;
}

void Correlator::State::take(const AnomalyUpdate& update) {
  const Anomaly& anomaly = update.anomaly;
  note_service(anomaly.series->service);
  // A message that names another service tells who is called.
  if (update.step == AnomalyUpdate::Step::kOpened && !anomaly.exemplar.empty()) {
    for (const std::string& named :
         services_named(anomaly.exemplar, services, anomaly.series->service)) {
      topology.add_edge(anomaly.series->service, named, anomaly.onset);
    }
  }
  for (auto& [key, item] : open) {
    const auto member = item.group.anomalies.find(anomaly.id);
    if (member == item.group.anomalies.end()) continue;
    item.dirty = item.dirty || member->second.open != anomaly.open;
    member->second = anomaly;
    item.group.last_activity = std::max(item.group.last_activity, update.time);
    return;
  }
  if (update.step == AnomalyUpdate::Step::kClosed) return;  // its incident is over
  Case* item = best_group(anomaly.series->service, anomaly.series->labels, anomaly.onset);
  if (!item) item = open_case(key_of(anomaly), anomaly.series->service, anomaly.onset);
  if (!item) return;
  item->group.last_activity = std::max(item->group.last_activity, update.time);
  item->dirty = true;
  if (item->group.anomalies.size() >= options.max_members) {
    ++item->group.dropped_members;
    return;
  }
  item->group.anomalies.emplace(anomaly.id, anomaly);
}

void Correlator::State::take(const Alarm& alarm) {
  note_service(alarm.service);
  for (auto& [key, item] : open) {
    for (Alarm& held : item.group.alarms) {
      if (!is_same_alarm(held, alarm)) continue;
      held.resolved = alarm.resolved;
      item.group.last_activity = std::max(item.group.last_activity, alarm.time);
      item.dirty = true;
      return;
    }
  }
  if (alarm.resolved) return;  // of an incident that is over
  Case* item = best_group(alarm.service, {}, alarm.time);
  if (!item) item = open_case(key_of(alarm), alarm.service, alarm.time);
  if (!item) return;
  item->group.alarms.push_back(alarm);
  item->group.last_activity = std::max(item->group.last_activity, alarm.time);
  item->dirty = true;
}

// The open ones, earliest first: whoever comes first gets the reads there are.
std::vector<std::uint64_t> Correlator::State::by_start() const {
  std::vector<std::pair<Timestamp, std::uint64_t>> order;
  for (const auto& [key, item] : open) order.emplace_back(started(item.group), key);
  std::sort(order.begin(), order.end());
  std::vector<std::uint64_t> keys;
  for (const auto& [time, key] : order) keys.push_back(key);
  return keys;
}

bool Correlator::State::is_read_due(Case& item, Timestamp now, bool final) {
  const Group& group = item.group;
  if (!group.alarms.empty()) {
    bool due = final;
    while (item.look_backs < kLookBackAfter.size() &&
           group.alarms.front().time + kLookBackAfter[item.look_backs] <= now) {
      ++item.look_backs;
      due = true;
    }
    return due;
  }
  if (item.look_backs > 0 || !is_publishable(group, options)) return false;
  if (!final && now - started(group) < kSilentReadAfter) return false;
  while (!silent_reads.empty() && now - silent_reads.front() >= std::chrono::hours(1)) {
    silent_reads.pop_front();
  }
  if (silent_reads.size() >= options.silent_look_backs_per_hour) return false;
  silent_reads.push_back(now);
  ++item.look_backs;
  return true;
}

void Correlator::State::read_back(Case& item, Timestamp now) {
  LookBack found = look_back(item.group, now, options, changes, history, topology);
  item.read = std::move(found.findings);
  item.impacts = std::move(found.impacts);
  item.dirty = true;
}

// Whether the findings speak of the same series, or the same message of the same service.
static bool has_signal_of(const Findings& findings, const Signal& signal) {
  return std::any_of(findings.signals.begin(), findings.signals.end(), [&](const Signal& other) {
    if (signal.series && other.series) return signal.series->id == other.series->id;
    return !signal.series && !other.series && signal.service == other.service &&
           signal.template_id == other.template_id;
  });
}

Incident Correlator::State::rebuild(Case& item, Timestamp now, bool resolved_now) {
  Findings findings = findings_of(item.group);
  if (item.read) {
    // Look-back saw every series; the detectors' anomalies only add what lies outside its range,
    // and, where no alarm vouches for the incident, what opened it and the re-read did not find
    // worth a signal.
    Findings read = *item.read;
    const bool has_alarm = !item.group.alarms.empty();
    std::erase_if(findings.signals, [&](const Signal& signal) {
      const bool in_range = signal.onset < read.range.end && !(signal.onset < read.range.begin);
      return in_range && (has_alarm || has_signal_of(read, signal));
    });
    read.signals.insert(read.signals.end(), findings.signals.begin(), findings.signals.end());
    sort_signals(read.signals);
    findings = std::move(read);
  }
  const Conclusion conclusion = conclude(item.group, std::move(findings), now,
                                         {options, changes, topology, counts, sightings});
  // The core follows the suspicion; the place it started from stays.
  if (!conclusion.nodes.empty()) item.group.core.insert(conclusion.nodes.front().service);
  Incident incident = build_incident(item.group, conclusion);
  incident.opened = item.published ? item.incident.opened : now;
  incident.updated = now;
  incident.state = resolved_now ? IncidentState::kResolved : IncidentState::kOpen;
  if (resolved_now) incident.resolved = now;
  return incident;
}

void Correlator::State::tell(Case& item, Timestamp now, bool resolved_now,
                             std::vector<Incident>& told) {
  item.dirty = false;
  Incident incident = rebuild(item, now, resolved_now);
  const bool news = !item.published || fingerprint(incident) != fingerprint(item.incident);
  incident.revision = item.published ? item.incident.revision + (news ? 1 : 0) : 1;
  if (item.published && !news) incident.updated = item.incident.updated;
  item.incident = std::move(incident);
  item.published = true;
  if (news) told.push_back(item.incident);
}

Correlator::Correlator(const CorrelateOptions& options, HistoryReader& history)
    : state_(std::make_unique<State>(options, history)) {}
Correlator::~Correlator() = default;

std::vector<Incident> Correlator::on_epoch(const EpochResult& epoch) {
  State& state = *state_;
  state.remember(epoch);

  // Anomalies and alarms by event time; anomalies first, so that an alarm joins what it is about.
  std::size_t next = 0;
  for (const Alarm& alarm : epoch.alarms) {
    while (next < epoch.anomalies.size() && epoch.anomalies[next].time <= alarm.time) {
      state.take(epoch.anomalies[next++]);
    }
    state.take(alarm);
  }
  while (next < epoch.anomalies.size()) state.take(epoch.anomalies[next++]);

  if (epoch.watermark.is_set() || epoch.final) {
    state.releases.look(epoch.watermark, epoch.final, state.history);
  }
  std::vector<Incident> told;
  std::vector<std::uint64_t> over;
  for (const std::uint64_t key : state.by_start()) {
    Case& item = state.open.at(key);
    const Group& group = item.group;
    Timestamp now = epoch.watermark;
    if (!now.is_set() || now < group.last_activity) now = group.last_activity;
    if (state.is_read_due(item, now, epoch.final)) state.read_back(item, now);
    const bool active = is_active(group, now, state.options);
    const bool known = item.published || is_publishable(group, state.options);
    if (!active && !epoch.final) {
      if (known) state.tell(item, now, true, told);
      over.push_back(key);
    } else if (known && (item.dirty || epoch.final)) {
      state.tell(item, now, false, told);
    }
  }
  for (const std::uint64_t key : over) {
    const auto item = state.open.find(key);
    if (item->second.published) state.resolved.push_back(std::move(item->second));
    state.open.erase(item);
  }
  while (state.resolved.size() > state.options.max_resolved_incidents) state.resolved.pop_front();
  std::stable_sort(told.begin(), told.end(), [](const Incident& a, const Incident& b) {
    return a.updated != b.updated ? a.updated < b.updated : a.id < b.id;
  });
  return told;
}

std::vector<Incident> Correlator::incidents() const {
  std::vector<Incident> result;
  for (const Case& item : state_->resolved) result.push_back(item.incident);
  for (const auto& [key, item] : state_->open) {
    if (item.published) result.push_back(item.incident);
  }
  std::stable_sort(result.begin(), result.end(), [](const Incident& a, const Incident& b) {
    return a.onset != b.onset ? a.onset < b.onset : a.id < b.id;
  });
  return result;
}

std::vector<Impact> Correlator::impacts() const {
  // What was looked at for the change's own sake knows earlier days, so it goes before what an
  // incident's re-read told.
  std::vector<Impact> result(state_->releases.impacts().begin(), state_->releases.impacts().end());
  std::set<std::pair<std::string, SeriesId>> known;
  for (const Impact& impact : result) known.emplace(impact.change, impact.series->id);
  const auto add = [&](const Case& item) {
    for (const Impact& impact : item.impacts) {
      if (known.emplace(impact.change, impact.series->id).second) result.push_back(impact);
    }
  };
  for (const Case& item : state_->resolved) add(item);
  for (const auto& [key, item] : state_->open) add(item);
  return result;
}

void Correlator::save(StateWriter& writer) const {
  writer.begin_section(kSection, kVersion);
  state_->changes.save(writer);
  state_->topology.save(writer);
  FieldSaver a(writer);
  a(*state_);
  writer.end_section();
}

Result<void> Correlator::load(StateReader& reader) {
  StateReader::Section section = reader.section(kSection, kVersion);
  state_->changes.load(section.content);
  state_->topology.load(section.content);
  FieldLoader a(section.content);
  a(*state_);
  return section.content.finish();
}

}  // namespace inkling::correlate
