#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/epoch.h"
#include "core/hash.h"
#include "core/history.h"

namespace inkling::correlate {

// A small made-up world: minute series, messages, calls and changes around a fixed noon.
inline constexpr Timestamp kNoon = Timestamp::from_seconds(1'760'000'400);

inline Timestamp at_minute(double minute) {
  return kNoon + Duration(static_cast<std::int64_t>(minute * 60e9));
}

inline SeriesRef make_series(const std::string& service, const std::string& name) {
  auto info = std::make_shared<SeriesInfo>();
  info->service = service;
  info->name = name;
  info->id = make_series_id(SeriesKind::kMetric, name, service, "", "", {});
  return info;
}

// One value a minute in [from, to), `level` with 3 % noise before `change`, `after` from there on.
inline SeriesHistory step_series(const std::string& service, const std::string& name, double level,
                                 double after, int change, int from = -120, int to = 10) {
  SeriesHistory history;
  history.series = make_series(service, name);
  history.period = std::chrono::minutes(1);
  std::mt19937_64 random(hash_bytes(service + name));
  std::uniform_real_distribution<double> noise(0.97, 1.03);
  for (int minute = from; minute < to; ++minute) {
    const double value = (minute < change ? level : after) * noise(random);
    history.points.emplace_back(at_minute(minute), value);
  }
  return history;
}

inline TemplateHistory make_message(const std::string& service, const std::string& text,
                                    double first_minute, std::uint64_t count = 10,
                                    Level level = Level::kError) {
  TemplateHistory message;
  message.id.value = hash_bytes(text);
  message.service = service;
  message.level = level;
  message.text = text;
  message.exemplar = text;
  message.first = at_minute(first_minute);
  message.last = at_minute(first_minute + 5);
  message.count = count;
  for (std::uint64_t i = 0; i < count; ++i) {
    message.slots.emplace_back(slot_of(message.first) + static_cast<std::int64_t>(i), 1);
  }
  return message;
}

// Gives what it holds, cut to the range asked for.
class FixedHistory final : public HistoryReader {
 public:
  History all;
  std::vector<TimeRange> asked;

  History read(TimeRange range) override {
    asked.push_back(range);
    History cut = all;
    cut.range = range;
    for (SeriesHistory& one : cut.series) {
      std::erase_if(one.points, [&](const auto& point) { return !range.contains(point.first); });
    }
    std::erase_if(cut.templates,
                  [&](const TemplateHistory& one) { return !range.contains(one.first); });
    cut.frames = 1;
    return cut;
  }
};

inline Change make_deploy(const std::string& service, double minute, const std::string& commit = "",
                          const std::string& version = "") {
  Change change;
  change.kind = ChangeKind::kDeploy;
  change.service = service;
  change.time = at_minute(minute);
  change.commit = commit;
  change.version = version;
  change.id = commit.empty() ? "deploy-" + service + std::to_string(minute) : commit;
  change.title = "deploy of " + service;
  return change;
}

inline Change make_commit(const std::string& sha, double minute, std::vector<std::string> files,
                          const std::string& diff, const std::string& title = "Tidy things") {
  Change change;
  change.kind = ChangeKind::kCommit;
  change.id = change.commit = sha;
  change.time = at_minute(minute);
  change.files = std::move(files);
  change.diff = diff;
  change.title = title;
  return change;
}

inline Alarm make_alarm(const std::string& service, const std::string& metric, double minute,
                        const std::string& summary = "") {
  Alarm alarm;
  alarm.id = "alarm-" + service + metric;
  alarm.time = at_minute(minute);
  alarm.service = service;
  alarm.metric = metric;
  alarm.name = metric + "-monitor";
  alarm.summary = summary;
  alarm.severity = "high";
  return alarm;
}

inline Call make_call(const std::string& caller, const std::string& callee) {
  Call call;
  call.time = at_minute(-60);
  call.caller = caller;
  call.callee = callee;
  return call;
}

inline AnomalyUpdate make_anomaly(const std::string& service, const std::string& name,
                                  double minute, double strength = 0.8,
                                  AnomalyUpdate::Step step = AnomalyUpdate::Step::kOpened,
                                  double step_minute = NAN) {
  AnomalyUpdate update;
  update.step = step;
  update.anomaly.series = make_series(service, name);
  update.anomaly.onset = at_minute(minute);
  update.anomaly.id = hash_combine(update.anomaly.series->id.value,
                                   static_cast<std::uint64_t>(update.anomaly.onset.ns));
  update.time = std::isnan(step_minute) ? at_minute(minute + 1) : at_minute(step_minute);
  update.anomaly.last = update.time;
  update.anomaly.kind = VerdictKind::kBand;
  update.anomaly.open = step != AnomalyUpdate::Step::kClosed;
  update.anomaly.strength = strength;
  update.anomaly.expected_low = 1;
  update.anomaly.expected_high = 2;
  update.anomaly.peak = 20;
  return update;
}

}  // namespace inkling::correlate
