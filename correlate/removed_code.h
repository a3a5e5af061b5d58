#pragma once

#include <vector>

#include "correlate/diff_findings.h"
#include "correlate/diff_reader.h"

namespace inkling::correlate {

// What a diff takes away. Moved or reworded code, which comes back among the added lines, is not
// found; each function gives nothing where there is nothing.

// Fewer lines that lock.
std::vector<DiffFinding> find_removed_lock(const std::vector<DiffLine>& lines);
// Statements that were only a call, more than were added; closing and releasing apart.
std::vector<DiffFinding> find_removed_calls(const std::vector<DiffLine>& lines);
// Fewer conditions, of which a telling word does not come back.
std::vector<DiffFinding> find_removed_checks(const std::vector<DiffLine>& lines);
// Fewer lines that batch.
std::vector<DiffFinding> find_unbatched(const std::vector<DiffLine>& lines);

}  // namespace inkling::correlate
