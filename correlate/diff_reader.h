#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkling::correlate {

// What a changed line of a diff is.
enum class LineKind : unsigned char {
  kCode,
  kConfig,  // key: value, key = value
  kComment,
  kLogging,  // a log statement, its continuation lines included
};

struct DiffLine {
  bool added = false;     // else removed
  bool indented = false;  // inside something: not a declaration of a file
  LineKind kind = LineKind::kCode;
  std::string text;  // trimmed, without its sign
};

// What a path says about the risk of changing it.
enum class PathClass : unsigned char {
  kDocs,
  kTest,
  kTooling,   // build servers, editors, owners: not in what runs
  kStyle,     // style sheets, images, markup
  kLock,      // lock files
  kManifest,  // declared dependencies, base images
  kMigration,
  kConfig,
  kCode,
};
PathClass path_class(std::string_view path);
std::string_view path_class_name(PathClass path);
// Published order of magnitude: docs and tests .03, style .1, lock files .6, migrations .8, code 1.
double path_risk(PathClass path);

// The changed lines of a unified diff, also of a loose one that only marks lines with + and -.
// Context lines, headers and hunk marks are left out.
std::vector<DiffLine> read_diff(std::string_view diff);

}  // namespace inkling::correlate
