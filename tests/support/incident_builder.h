#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/incident.h"

namespace inkling::test {

// 2026-03-14 02:00:00 UTC plus `seconds`.
inline Timestamp night(std::int64_t seconds) {
  return Timestamp::from_seconds(1'773'453'600 + seconds);
}

inline SeriesRef make_series(SeriesKind kind, std::string name, std::string service,
                             std::string unit = "", std::string route = "") {
  auto info = std::make_shared<SeriesInfo>();
  info->kind = kind;
  info->id = make_series_id(kind, name, service, "", route, {});
  info->name = std::move(name);
  info->service = std::move(service);
  info->route = std::move(route);
  info->unit = std::move(unit);
  return info;
}

// Values at 10 s: `before` with a small ripple until `onset_s`, then a ramp to `after` within five
// windows.
inline std::vector<BandPoint> make_step(double before, double after, std::int64_t from_s,
                                        std::int64_t onset_s, std::int64_t to_s, double low,
                                        double high) {
  std::vector<BandPoint> points;
  for (std::int64_t s = from_s; s < to_s; s += 10) {
    const double ripple = 1 + 0.12 * std::sin(static_cast<double>(s) * 0.7) +
                          0.06 * std::cos(static_cast<double>(s) * 1.9);
    double level = before;
    if (s >= onset_s) {
      const double share = std::min(1.0, static_cast<double>(s - onset_s + 10) / 50.0);
      level = before + (after - before) * share;
    }
    points.push_back({night(s), level * ripple, low, high});
  }
  return points;
}

// A whole incident as correlation would make it: checkout 2.4.1 is deployed at 02:14:02, fails from
// 02:14:30 on, drags the front end along; an innocent deploy, a flag and a commit are beside it.
class IncidentBuilder {
 public:
  IncidentBuilder() {
    fill_head();
    fill_services();
    fill_anomalies();
    fill_changes();
    fill_nodes();
    fill_timeline();
    fill_evidence();
  }

  // Puts `text` into every place that carries text from outside.
  IncidentBuilder& with_text_everywhere(const std::string& text) {
    incident_.title = text;
    incident_.severity_reason = text;
    for (AffectedService& s : incident_.services) s.service = s.summary = text;
    for (Suspect& s : incident_.changes) taint(s, text);
    for (Suspect& s : incident_.nodes) taint(s, text);
    for (TimelineEntry& t : incident_.timeline) t.text = text;
    for (Evidence& e : incident_.evidence) e.text = text;
    for (std::string& note : incident_.notes) note = text;
    auto series = std::make_shared<SeriesInfo>();
    series->kind = SeriesKind::kTemplateCount;
    series->name = series->service = series->version = series->route = series->unit = text;
    series->template_text = text;
    series->labels = {{text, text}};
    for (Anomaly& a : incident_.anomalies) {
      a.exemplar = text;
      a.series = series;
    }
    for (Evidence& e : incident_.evidence) e.series = series;
    for (Alarm& a : incident_.alarms) {
      a.id = a.name = a.service = a.metric = a.summary = a.severity = text;
    }
    return *this;
  }
  // The changes keep company with the incident but none explains it.
  IncidentBuilder& without_culprit() {
    for (Suspect& s : incident_.changes) {
      s.p = 0.01;
      s.verdict = SuspectVerdict::kExonerated;
    }
    incident_.p_no_change = 0.96;
    return *this;
  }
  IncidentBuilder& resolved() {
    incident_.state = IncidentState::kResolved;
    incident_.resolved = night(2100);
    incident_.updated = night(2100);
    incident_.revision = 4;
    return *this;
  }

  Incident build() const { return incident_; }
  Incident& edit() { return incident_; }

 private:
  static void taint(Suspect& s, const std::string& text) {
    s.id = s.title = s.service = s.version = s.previous_version = s.author = text;
    for (SuspectTerm& term : s.terms) term.name = term.reason = text;
  }

  void fill_head() {
    incident_.id = "7f3a9c12d4e8b065";
    incident_.revision = 2;
    incident_.severity = Severity::kP1;
    incident_.severity_reason = "17 % of the requests at the user-facing edge fail";
    incident_.title = "checkout fails 24 % of its requests, web is affected";
    incident_.onset = night(870);
    incident_.opened = night(890);
    incident_.updated = night(1500);
    incident_.p_no_change = 0.031;
    incident_.notes = {
        "payment has only 42 windows of history: judged by the robust deviation, no warm-up.",
        "web sent nothing between 02:03:10 and 02:04:00; silence shorter than 3 periods."};
    Alarm alarm;
    alarm.id = "al-118";
    alarm.time = night(960);
    alarm.name = "Checkout 5xx above 5 %";
    alarm.service = "checkout";
    alarm.metric = "http_5xx_ratio";
    alarm.summary = "5xx ratio 0.213 > 0.05 for 1 minute";
    alarm.severity = "critical";
    alarm.threshold = 0.05;
    alarm.observed = 0.213;
    incident_.alarms = {alarm};
  }

  void fill_services() {
    incident_.services = {
        {"checkout", night(870), 41.2, "error ratio rose to 24.1 %, expected up to 1.4 %", true},
        {"web", night(900), 9.7, "latency p99 rose to 2.87 s, expected up to 640 ms", false},
        {"payment", night(930), 3.9, "request rate fell to 31 per second, expected at least 48",
         false}};
  }

  void fill_anomalies() {
    const auto add = [&](SeriesRef series, VerdictKind kind, Direction direction,
                         std::int64_t onset_s, double strength, double peak, double low,
                         double high) {
      Anomaly a;
      a.series = std::move(series);
      a.id = a.series->id.value ^ static_cast<std::uint64_t>(onset_s);
      a.kind = kind;
      a.direction = direction;
      a.onset = night(onset_s);
      a.last = night(1500);
      a.strength = strength;
      a.raw = strength * 40;
      a.peak = peak;
      a.expected_low = low;
      a.expected_high = high;
      incident_.anomalies.push_back(std::move(a));
    };
    add(make_series(SeriesKind::kErrorRatio, "error.ratio", "checkout"), VerdictKind::kBand,
        Direction::kUp, 870, 0.98, 0.241, 0, 0.014);
    incident_.anomalies.back().events = 3'912;
    incident_.anomalies.back().history = make_step(0.006, 0.215, 0, 870, 1500, 0, 0.014);
    auto novel = std::make_shared<SeriesInfo>(
        *make_series(SeriesKind::kTemplateCount, "template.count", "checkout"));
    novel->template_id = TemplateId{0x51c3a9d0e7f24b18};
    novel->template_text = "TaxClient: no rate for region <*> (sku <*>)";
    add(novel, VerdictKind::kNewTemplate, Direction::kUp, 870, 0.95, 412, kAbsent, kAbsent);
    incident_.anomalies.back().events = 8'140;
    incident_.anomalies.back().exemplar =
        "TaxClient: no rate for region eu-north-9 (sku A-10442): "
        "TypeError: Cannot read properties of undefined (reading 'rate')";
    add(make_series(SeriesKind::kLatency, "latency.p99", "web", "ms", "/cart/confirm"),
        VerdictKind::kBand, Direction::kUp, 900, 0.87, 2'870, 180, 640);
    incident_.anomalies.back().history = make_step(420, 2'500, 0, 900, 1500, 180, 640);
    add(make_series(SeriesKind::kLogRate, "request.rate", "payment"), VerdictKind::kBand,
        Direction::kDown, 930, 0.66, 31, 48, 75);
  }

  void fill_changes() {
    Suspect culprit;
    culprit.id = "9b1f6c2e07d4a83b55e1c09f7a2d44b6e8013c7d";
    culprit.title = "Compute tax per region instead of per country";
    culprit.service = "checkout";
    culprit.time = night(842);
    culprit.p = 0.942;
    culprit.log_odds = 3.42;
    culprit.verdict = SuspectVerdict::kCaused;
    culprit.change_kind = ChangeKind::kDeploy;
    culprit.version = "2.4.1";
    culprit.previous_version = "2.4.0";
    culprit.author = "m.okafor";
    culprit.terms = {
        {"prior", -1.39, "one of 4 changes in scope", {}},
        {"time", 1.62, "deployed 28 s before the onset; this service deploys 1.2 times a day", {4}},
        {"version_split",
         4,
         "2.4.1 failed 812 of 3310 requests, 2.4.0 failed 9 of 3127 in the same minutes",
         {1, 5}},
        {"new_template", 1.9, "8140 records of a message never seen before, all from 2.4.1", {3}},
        {"scope", 0, "same service as the first failing one", {}},
        {"commit",
         -0.71,
         "changes code (risk 1), words shared with the messages: tax, region",
         {4}},
        {"counter", -2, "recovery after a rollback was not seen yet", {}}};
    Suspect innocent;
    innocent.id = "c44d0a91be";
    innocent.title = "Restyle the cart page";
    innocent.service = "web";
    innocent.time = night(610);
    innocent.p = 0.018;
    innocent.log_odds = -3.98;
    innocent.verdict = SuspectVerdict::kExonerated;
    innocent.change_kind = ChangeKind::kDeploy;
    innocent.version = "118";
    innocent.previous_version = "117";
    innocent.author = "l.duarte";
    innocent.terms = {
        {"prior", -1.39, "one of 4 changes in scope", {}},
        {"time", 0.3, "deployed 4m20s before the onset", {}},
        {"version_split", -2.3, "118 and 117 failed alike: 41 of 2210 and 44 of 2305 requests", {}},
        {"scope", -0.59, "1 hop above the first failing service", {}}};
    Suspect flag;
    flag.id = "flag-express-pay";
    flag.title = "express_pay off -> on for 5 %";
    flag.service = "payment";
    flag.time = night(700);
    flag.p = 0.007;
    flag.log_odds = -4.9;
    flag.verdict = SuspectVerdict::kExonerated;
    flag.change_kind = ChangeKind::kFlag;
    flag.author = "r.lindqvist";
    flag.terms = {{"prior", -1.39, "one of 4 changes in scope", {}},
                  {"before_after", -3.1, "calls into payment fail as before: ratio 1.02", {}},
                  {"scope", -0.41, "callee of the first failing service", {}}};
    Suspect late;
    late.id = "e07b3fd1";
    late.title = "Bump the catalogue cache to 10 minutes";
    late.service = "catalogue";
    late.time = night(1010);
    late.p = 0.002;
    late.log_odds = -6.2;
    late.verdict = SuspectVerdict::kExonerated;
    late.change_kind = ChangeKind::kConfig;
    late.terms = {{"prior", -1.39, "one of 4 changes in scope", {}},
                  {"time", -6, "2m20s after the onset: it cannot be the cause", {}},
                  {"scope", -3, "no path to the failing services", {}}};
    incident_.changes = {culprit, innocent, flag, late};
  }

  void fill_nodes() {
    Suspect node;
    node.kind = Suspect::Kind::kNode;
    node.id = node.service = "checkout";
    node.time = night(870);
    node.p = 0.91;
    node.log_odds = 2.3;
    node.verdict = SuspectVerdict::kLikely;
    node.terms = {
        {"own_excess", 2.6, "96 % of the failed calls of web end here and go no further", {1}},
        {"first", 0.7, "its first sign is 30 s before any other", {1}},
        {"callee", -1, "payment deviates too, but only by fewer requests", {6}}};
    Suspect web = node;
    web.id = web.service = "web";
    web.time = night(900);
    web.p = 0.06;
    web.log_odds = -2.7;
    web.verdict = SuspectVerdict::kCoincident;
    web.terms = {{"own_excess", -2.7, "its failures are those of checkout", {2}}};
    incident_.nodes = {node, web};
  }

  void fill_timeline() {
    incident_.timeline = {
        {night(610), "web 118 deployed by l.duarte", 7},
        {night(842), "checkout 2.4.1 deployed by m.okafor", 4},
        {night(870), "checkout: error ratio leaves its band, new message appears", 1},
        {night(890), "incident opened", 0},
        {night(900), "web: latency p99 of /cart/confirm leaves its band", 2},
        {night(960), "alarm \"Checkout 5xx above 5 %\" fires", 8},
        {night(1010), "catalogue: configuration changed", 0},
        {night(1500), "still open, error ratio 21 %", 0}};
  }

  void fill_evidence() {
    const auto add = [&](EvidenceKind kind, std::string text, std::int64_t at_s) {
      Evidence e;
      e.number = static_cast<std::uint32_t>(incident_.evidence.size() + 1);
      e.kind = kind;
      e.text = std::move(text);
      e.time = night(at_s);
      incident_.evidence.push_back(std::move(e));
    };
    const auto plot = [&](std::size_t anomaly) {
      Evidence& e = incident_.evidence.back();
      const Anomaly& a = incident_.anomalies[anomaly];
      e.series = a.series;
      e.window = {night(0), night(1500)};
      e.plot = a.history;
      e.onset = a.onset;
    };
    add(EvidenceKind::kSeries, "checkout error ratio: 24.1 % at its peak, band up to 1.4 %", 870);
    plot(0);
    add(EvidenceKind::kSeries, "web latency p99 of /cart/confirm: 2.87 s, band up to 640 ms", 900);
    plot(2);
    add(EvidenceKind::kTemplate, "first record of the new message in checkout 2.4.1", 871);
    incident_.evidence.back().position =
        Position{.segment = 3, .record = 118, .offset = 41'943'040};
    add(EvidenceKind::kChange, "deploy of checkout 2.4.1", 842);
    incident_.evidence.back().position = Position{.segment = 1, .record = 12, .offset = 0};
    add(EvidenceKind::kCount, "2.4.1: 812 of 3310 failed; 2.4.0: 9 of 3127 failed", 1500);
    add(EvidenceKind::kSeries, "payment request rate: 31 per second, band from 48", 930);
    incident_.evidence.back().series = incident_.anomalies[3].series;
    incident_.evidence.back().window = {night(0), night(1500)};
    add(EvidenceKind::kChange, "deploy of web 118", 610);
    add(EvidenceKind::kAlarm, "alarm Checkout 5xx above 5 %: 0.213 over 0.05", 960);
    add(EvidenceKind::kRecord,
        "POST /cart/confirm 500 1843ms upstream=checkout order=<redacted> "
        "error=\"checkout answered 500: no rate for region eu-north-9\"",
        905);
    incident_.evidence.back().position =
        Position{.segment = 2, .record = 4'407, .offset = 20'971'520};
  }

  Incident incident_;
};

}  // namespace inkling::test
