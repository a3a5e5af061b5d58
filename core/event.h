#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/level.h"
#include "core/timestamp.h"

namespace inkling {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// One log record. All views point into the batch it came in.
struct LogRecord {
  Timestamp time;            // none() if the record has no time: the merge sets it
  std::string_view message;  // redacted before the skeleton is taken
  std::string_view service;  // "" = unknown
  std::string_view version;  // service.version, "" = unknown
  std::string_view route;    // HTTP route or RPC method, "" = none
  std::string_view peer;     // service called, as the record names it, "" = none
  std::string_view
      raw;  // the whole line as received, never redacted: copied out only through detect
  double duration_ms = kAbsent;
  std::uint32_t record = 0;  // physical line in the batch, from 0
  std::uint16_t status = 0;  // HTTP status code, 0 = none
  Level level = Level::kUnknown;
};

// Views into the batch.
struct LabelView {
  std::string_view name;
  std::string_view value;
};

// What a metric value means.
enum class MetricKind : std::uint8_t {
  kGauge,    // a level: last value counts
  kCounter,  // cumulative and monotonic but for resets: becomes a rate
  kDelta,    // an amount since the point before: becomes a rate
};

// One value of one series. Views point into the batch.
struct MetricPoint {
  Timestamp time;
  std::string_view name;
  std::string_view service;  // "" = unknown
  std::string_view version;
  std::string_view unit;
  double value = kAbsent;         // NaN = the row exists and has no value
  std::uint32_t first_label = 0;  // into Batch::labels; without service and version
  std::uint32_t label_count = 0;
  std::uint32_t record = 0;
  MetricKind kind = MetricKind::kGauge;
};

// What kind of change it is.
enum class ChangeKind : std::uint8_t {
  kDeploy,
  kCommit,  // code that was merged; part of a deploy if one names its SHA
  kFlag,    // a feature flag was flipped
  kConfig,
  kRollback,
  kMigration,
  kScaling,
  kExternal,  // an outside service changed its status
  kOther,
};
std::string_view change_kind_name(ChangeKind kind);
// Reads the names above (any case); kOther if it is none.
ChangeKind parse_change_kind(std::string_view text);

// Something that was changed. Owns its strings: changes are rare.
struct Change {
  std::string id;  // commit SHA if there is one, else given, else made from kind, service and time
  ChangeKind kind = ChangeKind::kOther;
  Timestamp time;
  std::string service;  // "" = unknown or all
  std::string version;
  std::string commit;  // SHA, "" = none
  std::string title;   // commit message, "flag x off->on", ...
  std::string author;
  std::string diff;  // trimmed, "" = none
  std::vector<std::string> files;
  std::uint32_t record = 0;  // physical line (or element of the document) in the batch
};

// Someone else's alert. Owns its strings.
struct Alarm {
  std::string id;       // given, or made from name, service and time
  Timestamp time;       // when it fired
  std::string name;     // of the monitor
  std::string service;  // "" = not said
  std::string metric;   // "" = not said
  std::string summary;
  std::string severity;  // as the sender words it
  double threshold = kAbsent;
  double observed = kAbsent;
  bool resolved = false;
  std::uint32_t record = 0;
};

// One service called another; from spans or from fields of logs. Owns its strings.
struct Call {
  Timestamp time;
  std::string caller;
  std::string callee;
  double duration_ms = kAbsent;
  bool failed = false;
};

}  // namespace inkling
