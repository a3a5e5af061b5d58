#include "app/gen/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "app/gen/output_file.h"
#include "app/gen/traffic.h"
#include "core/json_writer.h"

namespace inkling::gen {
namespace {

constexpr Duration kMinLength = std::chrono::minutes(3);
constexpr Duration kMaxLength = std::chrono::hours(24 * 366);
constexpr double kMaxRate = 10'000;

Result<void> check(const GenOptions& options) {
  if (!find_scenario(options.scenario)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("unknown scenario: {}", options.scenario));
  }
  if (options.length != Duration::zero() &&
      (options.length < kMinLength || options.length > kMaxLength)) {
    return fail(ErrorCode::kInvalidArgument, "the length must be between 3 minutes and 366 days");
  }
  if (!(options.requests_per_second >= 0 && options.requests_per_second <= kMaxRate)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the rate must be between 0 and 10000 requests per second: {}",
                            options.requests_per_second));
  }
  if (!(options.noise >= 0 && options.noise <= 100)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the noise must be between 0 and 100: {}", options.noise));
  }
  // Fixed-width epoch times: 2001 to 2286.
  if (options.start.seconds() < 1e9 || options.start.seconds() > 9e9) {
    return fail(ErrorCode::kInvalidArgument, "the start must be between the years 2002 and 2254");
  }
  return {};
}

// Where log lines go: one file, or one per service.
class LogFiles {
 public:
  static Result<LogFiles> create(const std::string& data, bool split) {
    LogFiles files;
    files.split_ = split;
    for (const ServiceId service : kServices) {
      if (!split && !files.files_.empty()) break;
      const std::string path =
          split ? fmt::format("{}/logs/{}.ndjson", data, name_of(service)) : data + "/logs.ndjson";
      INKLING_TRY_ASSIGN(OutputFile file, OutputFile::create(path));
      files.files_.push_back(std::move(file));
    }
    return files;
  }
  void write(ServiceId service, std::string_view line) {
    files_[split_ ? index_of(service) : 0].write(line);
    ++lines_;
  }
  std::uint64_t lines() const { return lines_; }
  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const auto& file : files_) sum += file.bytes();
    return sum;
  }
  Result<void> close() {
    for (auto& file : files_) INKLING_TRY(file.close());
    return {};
  }

 private:
  std::vector<OutputFile> files_;
  bool split_ = false;
  std::uint64_t lines_ = 0;
};

struct ChangeLine {
  Timestamp time;
  std::string text;
};

std::string commit_line(const Commit& commit) {
  JsonWriter json;
  json.begin_object().member("kind", "commit").member("sha", commit.sha);
  json.member("timestamp", format_timestamp(commit.time)).member("author", commit.author);
  json.member("message", commit.message).key("files_changed").begin_array();
  for (const std::string& file : commit.files) json.value(file);
  json.end_array().member("diff", commit.diff).end_object();
  return json.take();
}

std::string deploy_line(const Deploy& deploy) {
  JsonWriter json;
  json.begin_object().member("kind", deploy.rollback ? "rollback" : "deploy");
  json.member("timestamp", format_timestamp(deploy.time));
  json.member("service", name_of(deploy.service)).member("version", deploy.version);
  if (!deploy.commit.empty()) json.member("commit_sha", deploy.commit);
  json.end_object();
  return json.take();
}

std::string notice_line(const Notice& notice) {
  JsonWriter json;
  json.begin_object().member("kind", notice.kind);
  json.member("timestamp", format_timestamp(notice.time)).member("service", notice.service);
  json.member("title", notice.title).member("actor", notice.actor).end_object();
  return json.take();
}

std::string alarm_line(const FiredAlarm& alarm) {
  const AlarmRule& rule = *alarm.rule;
  JsonWriter json;
  json.begin_object().member("service", name_of(rule.service)).member("metric", rule.metric);
  json.key("threshold").raw(fmt::format("{:.4f}", rule.threshold));
  json.key("observed").raw(fmt::format("{:.4f}", alarm.observed));
  json.member("fired_at", format_timestamp(alarm.time)).member("severity", rule.severity);
  json.member("monitor", rule.monitor).member("summary", rule.summary).end_object();
  return json.take();
}

Result<void> write_lines(const std::string& path, const std::vector<ChangeLine>& lines) {
  INKLING_TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  for (const ChangeLine& line : lines) {
    file.write(line.text);
    file.write("\n");
  }
  return file.close();
}

Result<void> write_changes(const Plan& plan, const std::string& path) {
  std::vector<ChangeLine> lines;
  for (const Commit& commit : plan.commits)
    insert_by_time(lines, ChangeLine{commit.time, commit_line(commit)});
  for (const Deploy& deploy : plan.deploys)
    insert_by_time(lines, ChangeLine{deploy.time, deploy_line(deploy)});
  for (const Notice& notice : plan.notices)
    insert_by_time(lines, ChangeLine{notice.time, notice_line(notice)});
  return write_lines(path, lines);
}

GroundTruth truth_of(const Plan& plan, const GenOptions& options) {
  GroundTruth truth;
  truth.scenario = plan.scenario;
  truth.seed = options.seed;
  truth.range = plan.range;
  truth.incident = plan.incident;
  truth.kind = plan.kind;
  truth.culprit_commit = plan.culprit_commit;
  truth.culprit_version = plan.culprit_version;
  truth.service = plan.service;
  truth.onset = plan.onset;
  truth.blast_radius = plan.blast_radius;
  for (const Deploy& deploy : plan.deploys) {
    if (deploy.rollback || deploy.commit == plan.culprit_commit) continue;
    truth.decoy_commits.push_back(deploy.commit);
  }
  return truth;
}

}  // namespace

Result<GroundTruth> generate(const GenOptions& options, const std::string& directory) {
  INKLING_TRY(check(options));
  const ScenarioInfo info = *find_scenario(options.scenario);
  const bool own_length = options.length != Duration::zero();
  const Plan plan =
      make_plan(options.scenario, {.seed = options.seed,
                                   .start = options.start,
                                   .length = own_length ? options.length : info.length,
                                   .requests_per_second = options.requests_per_second > 0
                                                              ? options.requests_per_second
                                                              : info.requests_per_second,
                                   .innocent_deploy = options.innocent_deploy,
                                   .rollback = options.rollback});
  GroundTruth truth = truth_of(plan, options);

  const std::string data = directory + "/data";
  INKLING_TRY_ASSIGN(LogFiles logs, LogFiles::create(data, options.split_logs));
  INKLING_TRY_ASSIGN(OutputFile metrics_file, OutputFile::create(data + "/metrics.ndjson"));

  LineQueue lines(options.labelled_versions);
  MetricRecorder metrics(
      plan, {.interval = info.metric_interval, .seed = options.seed, .noise = options.noise});
  Traffic traffic(plan, {.seed = options.seed, .noise = options.noise}, lines, metrics);
  Conditions conditions(plan, options.seed);
  fmt::memory_buffer points;
  const auto write_line = [&](const QueuedLine& line, std::string_view text) {
    logs.write(line.service, text);
  };
  Timestamp interval_begin = plan.range.begin;
  for (Timestamp now = plan.range.begin; now < plan.range.end;
       now = now + std::chrono::seconds(1)) {
    const ShopCondition shop = conditions.at(now);
    traffic.run_second(now, shop);
    const Timestamp next = now + std::chrono::seconds(1);
    lines.drain(next, write_line);
    if (next - interval_begin < info.metric_interval) continue;
    points.clear();
    metrics.close_interval(interval_begin, shop, points);
    truth.metric_points +=
        static_cast<std::uint64_t>(std::count(points.data(), points.data() + points.size(), '\n'));
    metrics_file.write({points.data(), points.size()});
    interval_begin = next;
  }
  lines.drain(plan.range.end + kMaxLength, write_line);
  INKLING_TRY(logs.close());
  INKLING_TRY(metrics_file.close());
  INKLING_TRY(write_changes(plan, data + "/changes.ndjson"));
  if (!metrics.alarms().empty()) {
    std::vector<ChangeLine> alarm_lines;
    for (const FiredAlarm& alarm : metrics.alarms()) {
      insert_by_time(alarm_lines, ChangeLine{alarm.time, alarm_line(alarm)});
    }
    INKLING_TRY(write_lines(data + "/alarms.ndjson", alarm_lines));
    truth.alarm_at = metrics.alarms().front().time;
  }
  truth.log_lines = logs.lines();
  truth.log_bytes = logs.bytes();
  INKLING_TRY_ASSIGN(OutputFile truth_file, OutputFile::create(directory + "/ground_truth.json"));
  truth_file.write(format_ground_truth(truth));
  INKLING_TRY(truth_file.close());
  return truth;
}

std::string_view incident_truth_name(IncidentTruth incident) {
  switch (incident) {
    case IncidentTruth::kNone:
      return "none";
    case IncidentTruth::kAllowed:
      return "allowed";
    case IncidentTruth::kExpected:
      return "expected";
  }
  return "none";
}

std::string format_ground_truth(const GroundTruth& truth) {
  const auto time_or_none = [](Timestamp time) {
    return time.is_set() ? format_timestamp(time) : std::string("none");
  };
  const auto list = [](JsonWriter& json, std::string_view name,
                       const std::vector<std::string>& values) {
    json.key(name).begin_array();
    for (const std::string& value : values) json.value(value);
    json.end_array();
  };
  JsonWriter json;
  json.begin_object().member("scenario", truth.scenario).member("seed", truth.seed);
  json.member("begin", format_timestamp(truth.range.begin));
  json.member("end", format_timestamp(truth.range.end));
  json.member("quiet", truth.quiet()).member("incident", incident_truth_name(truth.incident));
  json.member("kind", truth.kind).member("culprit_commit", truth.culprit_commit);
  json.member("culprit_version", truth.culprit_version.empty() ? "none" : truth.culprit_version);
  json.member("service", truth.service.empty() ? "none" : truth.service);
  json.member("onset", time_or_none(truth.onset));
  json.member("alarm_at", time_or_none(truth.alarm_at));
  list(json, "decoy_commits", truth.decoy_commits);
  list(json, "blast_radius", truth.blast_radius);
  json.member("log_lines", truth.log_lines).member("log_bytes", truth.log_bytes);
  json.member("metric_points", truth.metric_points).end_object();
  return json.take() + "\n";
}

}  // namespace inkling::gen
