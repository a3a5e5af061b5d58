#pragma once

#include "core/metrics.h"
#include "detect/merge.h"
#include "detect/options.h"

namespace inkling::app {

// Exports how full the bounded tables of detection are, and their bounds. One caller at a time.
void export_fill(const detect::Merge::Fill& fill, const detect::DetectOptions& options,
                 MetricsRegistry& metrics);

}  // namespace inkling::app
