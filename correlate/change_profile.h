#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "correlate/diff_findings.h"

namespace inkling::correlate {

// What can be said of a change from its own text, before any incident. Made once per change.
struct ChangeProfile {
  PathClass riskiest = PathClass::kCode;
  bool has_files = false;
  bool has_diff = false;
  bool inert = false;                 // only comments and log lines differ
  std::vector<DiffFinding> findings;  // strongest first
  std::set<std::string> words;        // telling words of changed code: what came or went, not moved
  std::set<std::string> title_words;  // of title and paths
};

// Reads title, paths and diff. Cost: quadratic in the diff's lines, at most 200 a side.
ChangeProfile profile_change(const Change& change);

// How the files of a change relate to a service.
enum class FileScope : unsigned char {
  kService,  // a folder of that name
  kShared,   // pkg/, lib/, the root: may be linked into any service
  kForeign,  // folders of something else
};
FileScope file_scope(const std::vector<std::string>& files, std::string_view service);

}  // namespace inkling::correlate
