#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/timestamp.h"
#include "correlate/call_book.h"
#include "correlate/version_split.h"

namespace inkling::correlate {

// What calls tell of one release of a service, since it began.
struct ReleaseCalls {
  std::string service;
  std::string version;
  Timestamp time;
  VersionCounts to;          // calls to the new version and to the others, at the same time
  VersionCounts from;        // calls made by them
  bool is_seen = false;      // the new version has told of calls, its own or those it made
  bool is_expected = false;  // others of its service tell their version: it would be seen

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.service, s.version, s.time, s.to, s.from, s.is_seen, s.is_expected);
  }
};

// Splits calls since `time` by version. A window without a count weighs like kUncounted calls. The
// first minute of a version counts: a release that fails at once shows there.
ReleaseCalls measure_release(const std::vector<CallSample>& samples, std::string_view service,
                             std::string_view version, Timestamp time);

}  // namespace inkling::correlate
