#pragma once

#include <vector>

#include "correlate/diff_findings.h"
#include "correlate/diff_reader.h"

namespace inkling::correlate {

// What a diff brings in; each function gives nothing where there is nothing.

// A call that leaves the process, in the body of a loop over elements, that was not made before.
std::vector<DiffFinding> find_calls_in_loops(const std::vector<DiffLine>& lines);
// A container that lives as long as the process, to which is only added, with no word of a bound.
std::vector<DiffFinding> find_unbounded_growth(const std::vector<DiffLine>& lines);
// More lines that sleep, lock or block.
std::vector<DiffFinding> find_added_waits(const std::vector<DiffLine>& lines);
// Statements that change tables, columns or indexes.
std::vector<DiffFinding> find_schema_changes(const std::vector<DiffLine>& lines, PathClass path);

}  // namespace inkling::correlate
