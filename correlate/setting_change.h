#pragma once

#include <vector>

#include "correlate/diff_findings.h"
#include "correlate/diff_reader.h"

namespace inkling::correlate {

// Values that were replaced: numbers with their ratio, switches, levels, names in quotes, versions
// of dependencies. Lowering a limit (timeout, retries, pool) weighs more than raising it.
std::vector<DiffFinding> find_changed_settings(const std::vector<DiffLine>& lines);

}  // namespace inkling::correlate
