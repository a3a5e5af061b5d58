#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "detect/options.h"

namespace inkling::config {

// Alarms of another program as declared limits, and those that have no such form.
struct ImportedAlarms {
  struct Refusal {
    std::string name;    // of the alarm
    std::string reason;  // what it uses that cannot be said here
  };
  std::vector<detect::ThresholdRule> rules;  // names are unique and well formed
  std::vector<Refusal> refused;              // in the order of the file
};

// Larger files are refused.
inline constexpr std::size_t kMaxAlarmBytes = 16u << 20;

// The JSON that `aws cloudwatch describe-alarms` prints. Refused by name: metric math, anomaly
// detection bands, percentiles and other extended statistics, composite alarms. kBadInput if it is
// no such document. Thread-safe.
Result<ImportedAlarms> import_cloudwatch(std::string_view json);

// A Prometheus file of rules (YAML, groups of rules). Taken are alerting rules whose expression is
// a selector of one metric, or rate or one of the *_over_time functions of one, compared with a
// number. Everything else is refused by name; recording rules are left out. kBadInput if it is no
// such file. Thread-safe.
Result<ImportedAlarms> import_prometheus(std::string_view yaml);

// Makes the names of rules unique and of the letters that names may have.
void tidy_names(std::vector<detect::ThresholdRule>& rules);

}  // namespace inkling::config
