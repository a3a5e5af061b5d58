#pragma once

#include <cstdint>
#include <vector>

#include "core/metrics.h"
#include "detect/merge.h"
#include "detect/options.h"

namespace inkling::app {

// Exports how full the bounded tables of detection are, and their bounds. One caller at a time.
void export_fill(const detect::Merge::Fill& fill, const detect::DetectOptions& options,
                 MetricsRegistry& metrics);

// Exports how often each rule of the screen matched; counters grow by the difference to what was
// exported before. Labels are the names of the configured rules. One caller at a time.
void export_rules(const std::vector<std::uint64_t>& matches, const detect::ScreenOptions& options,
                  MetricsRegistry& metrics);

}  // namespace inkling::app
