#include "correlate/diff_findings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "correlate/added_code.h"
#include "correlate/removed_code.h"
#include "correlate/setting_change.h"

namespace inkling::correlate {

std::string_view mechanism_name(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::kSetting:
      return "changed setting";
    case Mechanism::kRenamedLiteral:
      return "renamed literal";
    case Mechanism::kRemovedLock:
      return "removed lock";
    case Mechanism::kRemovedCall:
      return "removed call";
    case Mechanism::kRemovedCheck:
      return "removed check";
    case Mechanism::kRemovedCleanup:
      return "removed clean-up";
    case Mechanism::kCallInLoop:
      return "call in a loop";
    case Mechanism::kUnbatched:
      return "removed batching";
    case Mechanism::kUnboundedGrowth:
      return "unbounded growth";
    case Mechanism::kAddedWait:
      return "added wait";
    case Mechanism::kDependency:
      return "dependency";
    case Mechanism::kAccess:
      return "address or access";
    case Mechanism::kSchema:
      return "schema";
  }
  return "change";
}

std::vector<DiffFinding> find_mechanisms(const std::vector<DiffLine>& lines, PathClass path) {
  std::vector<DiffFinding> found = find_changed_settings(lines);
  const auto take = [&](std::vector<DiffFinding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(found));
  };
  take(find_removed_lock(lines));
  take(find_removed_calls(lines));
  take(find_removed_checks(lines));
  take(find_calls_in_loops(lines));
  take(find_unbatched(lines));
  take(find_unbounded_growth(lines));
  take(find_added_waits(lines));
  take(find_schema_changes(lines, path));
  std::stable_sort(found.begin(), found.end(), [](const DiffFinding& a, const DiffFinding& b) {
    return a.strength > b.strength;
  });
  return found;
}

}  // namespace inkling::correlate
