// Names of the fixed lists of core, as they appear in output and metrics.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/anomaly.h"
#include "core/ascii.h"
#include "core/epoch.h"
#include "core/event.h"
#include "core/hash.h"
#include "core/incident.h"
#include "core/level.h"
#include "core/series.h"
#include "core/verdict.h"

namespace inkling {

Level parse_level(std::string_view text) {
  if (text.empty()) return Level::kUnknown;
  struct Name {
    std::string_view text;
    Level level;
  };
  static constexpr std::array kNames = {
      Name{"info", Level::kInfo},        Name{"error", Level::kError},
      Name{"warn", Level::kWarn},        Name{"debug", Level::kDebug},
      Name{"warning", Level::kWarn},     Name{"trace", Level::kTrace},
      Name{"fatal", Level::kFatal},      Name{"critical", Level::kFatal},
      Name{"information", Level::kInfo}, Name{"notice", Level::kInfo},
      Name{"err", Level::kError},        Name{"crit", Level::kFatal},
      Name{"panic", Level::kFatal},      Name{"dpanic", Level::kFatal},
      Name{"alert", Level::kFatal},      Name{"emerg", Level::kFatal},
      Name{"emergency", Level::kFatal},  Name{"severe", Level::kError},
      Name{"verbose", Level::kTrace},    Name{"fine", Level::kDebug},
      Name{"finer", Level::kTrace},      Name{"finest", Level::kTrace},
      Name{"config", Level::kInfo},      Name{"i", Level::kInfo},
      Name{"e", Level::kError},          Name{"w", Level::kWarn},
      Name{"d", Level::kDebug},          Name{"t", Level::kTrace},
      Name{"v", Level::kTrace},          Name{"f", Level::kFatal},
      Name{"c", Level::kFatal},          Name{"failure", Level::kError},
  };
  for (const Name& name : kNames) {
    if (text.size() == name.text.size() && equals_ignoring_case(text, name.text)) return name.level;
  }
  return Level::kUnknown;
}

Level level_from_number(std::int64_t number) {
  if (number >= 1 && number <= 9) {  // OpenTelemetry 1..24; 10, 20 are pino's trace and debug
    return number <= 4 ? Level::kTrace : number <= 8 ? Level::kDebug : Level::kInfo;
  }
  switch (number) {
    case 10:
      return Level::kTrace;
    case 11:
    case 12:
      return Level::kInfo;
    case 20:
      return Level::kDebug;
    case 30:
      return Level::kInfo;
    case 40:
      return Level::kWarn;
    case 50:
      return Level::kError;
    case 60:
      return Level::kFatal;
    default:
      break;
  }
  if (number >= 13 && number <= 16) return Level::kWarn;
  if (number >= 17 && number <= 19) return Level::kError;
  if (number >= 21 && number <= 24) return Level::kFatal;
  return Level::kUnknown;
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kUnknown:
      return "unknown";
    case Level::kTrace:
      return "trace";
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
    case Level::kFatal:
      return "fatal";
  }
  return "unknown";
}

std::string_view change_kind_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kDeploy:
      return "deploy";
    case ChangeKind::kCommit:
      return "commit";
    case ChangeKind::kFlag:
      return "flag";
    case ChangeKind::kConfig:
      return "config";
    case ChangeKind::kRollback:
      return "rollback";
    case ChangeKind::kMigration:
      return "migration";
    case ChangeKind::kScaling:
      return "scaling";
    case ChangeKind::kExternal:
      return "external";
    case ChangeKind::kOther:
      return "other";
  }
  return "other";
}

ChangeKind parse_change_kind(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(ChangeKind::kOther); ++i) {
    const auto kind = static_cast<ChangeKind>(i);
    if (equals_ignoring_case(text, change_kind_name(kind))) return kind;
  }
  if (equals_ignoring_case(text, "deployment") || equals_ignoring_case(text, "release")) {
    return ChangeKind::kDeploy;
  }
  return ChangeKind::kOther;
}

std::string to_string(SeriesId id) { return fmt::format("{:016x}", id.value); }
std::string to_string(TemplateId id) { return fmt::format("{:016x}", id.value); }

std::string_view series_kind_name(SeriesKind kind) {
  switch (kind) {
    case SeriesKind::kMetric:
      return "metric";
    case SeriesKind::kLogRate:
      return "log_rate";
    case SeriesKind::kErrorRatio:
      return "error_ratio";
    case SeriesKind::kLatency:
      return "latency";
    case SeriesKind::kTemplateCount:
      return "template_count";
  }
  return "metric";
}

std::string SeriesInfo::display_name() const {
  std::string text = service.empty() ? name : service + "/" + name;
  std::string inner;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (!inner.empty()) inner += ',';
    inner += fmt::format("{}=\"{}\"", key, value);
  };
  add("version", version);
  add("route", route);
  for (const auto& [key, value] : labels) add(key, value);
  if (kind == SeriesKind::kTemplateCount) add("template", to_string(template_id));
  return inner.empty() ? text : text + "{" + inner + "}";
}

SeriesId make_series_id(SeriesKind kind, std::string_view name, std::string_view service,
                        std::string_view version, std::string_view route, const LabelList& labels) {
  std::uint64_t id = hash_combine(static_cast<std::uint64_t>(kind), hash_bytes(name));
  id = hash_combine(id, hash_bytes(service));
  id = hash_combine(id, hash_bytes(version));
  id = hash_combine(id, hash_bytes(route));
  std::uint64_t sum = 0;  // a sum, so that the order of labels does not matter
  for (const auto& [key, value] : labels) sum += hash_combine(hash_bytes(key), hash_bytes(value));
  return SeriesId{hash_combine(id, sum)};
}

std::string_view verdict_kind_name(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kNone:
      return "none";
    case VerdictKind::kThreshold:
      return "threshold";
    case VerdictKind::kBand:
      return "band";
    case VerdictKind::kCount:
      return "count";
    case VerdictKind::kNewTemplate:
      return "new_template";
    case VerdictKind::kSilence:
      return "silence";
    case VerdictKind::kSpike:
      return "spike";
    case VerdictKind::kLevelShift:
      return "level_shift";
    case VerdictKind::kFlatLine:
      return "flat_line";
    case VerdictKind::kVarianceDrop:
      return "variance_drop";
    case VerdictKind::kExhaustion:
      return "exhaustion";
    case VerdictKind::kCounterReset:
      return "counter_reset";
    case VerdictKind::kStale:
      return "stale";
    case VerdictKind::kRange:
      return "range";
  }
  return "none";
}

std::string_view gate_name(Gate gate) {
  switch (gate) {
    case Gate::kNormal:
      return "normal";
    case Gate::kPassed:
      return "passed";
    case Gate::kWarmUp:
      return "warm_up";
    case Gate::kRecentlySaid:
      return "recently_said";
    case Gate::kTooFew:
      return "too_few";
    case Gate::kNoValue:
      return "no_value";
    case Gate::kSensitivity:
      return "sensitivity";
    case Gate::kDirection:
      return "direction";
    case Gate::kSmall:
      return "small";
    case Gate::kShifted:
      return "shifted";
    case Gate::kAdapted:
      return "adapted";
  }
  return "normal";
}

std::string_view incident_state_name(IncidentState state) {
  return state == IncidentState::kOpen ? "open" : "resolved";
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kP0:
      return "P0";
    case Severity::kP1:
      return "P1";
    case Severity::kP2:
      return "P2";
    case Severity::kP3:
      return "P3";
  }
  return "P3";
}

std::string_view suspect_verdict_name(SuspectVerdict verdict) {
  switch (verdict) {
    case SuspectVerdict::kCaused:
      return "caused";
    case SuspectVerdict::kLikely:
      return "likely";
    case SuspectVerdict::kCoincident:
      return "coincident";
    case SuspectVerdict::kExonerated:
      return "exonerated";
  }
  return "coincident";
}

std::string_view evidence_kind_name(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kSeries:
      return "series";
    case EvidenceKind::kRecord:
      return "record";
    case EvidenceKind::kTemplate:
      return "template";
    case EvidenceKind::kChange:
      return "change";
    case EvidenceKind::kAlarm:
      return "alarm";
    case EvidenceKind::kCount:
      return "count";
    case EvidenceKind::kNote:
      return "note";
  }
  return "note";
}

void EpochResult::clear() {
  watermark = Timestamp::none();
  final = false;
  verdicts.clear();
  anomalies.clear();
  counts.clear();
  sightings.clear();
  changes.clear();
  alarms.clear();
  calls.clear();
}

}  // namespace inkling
