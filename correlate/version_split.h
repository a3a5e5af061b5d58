#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/epoch.h"
#include "core/timestamp.h"

namespace inkling::correlate {

// Requests and failures of two versions of a service in the same minutes.
struct VersionCounts {
  std::uint64_t new_requests = 0;
  std::uint64_t new_failures = 0;
  std::uint64_t old_requests = 0;
  std::uint64_t old_failures = 0;
  double history_rate = 0.01;  // failures of the service before the new version

  double new_share() const {
    const auto total = static_cast<double>(new_requests + old_requests);
    return total > 0 ? static_cast<double>(new_requests) / total : 0.0;
  }

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.new_requests, s.new_failures, s.old_requests, s.old_failures, s.history_rate);
  }
};

// Sums the slots in which both versions ran, the first 60 s of the new one left out (cold start).
// Where a service logs no requests its records and error records stand in.
VersionCounts split_by_version(const std::vector<ServiceCount>& counts, std::string_view service,
                               std::string_view version, Timestamp deployed);

// Natural log of the Bayes factor "the versions fail at different rates" over "at one rate":
//   lnB(1+k1, 1+n1-k1) + m(k0, n0) - m(k1+k0, n1+n0)
//   m(k, n) = ln(1/2 B(a+k, b+n-k) / B(a, b) + 1/2 B(1+k, 1+n-k)),  a, b from the history's rate:
// others fail as ever or, if something else is wrong, at any rate; the version to blame at any
// rate, which costs it ln(1 + n1) when nothing fails. Negated when the new version is the better
// one. Plenty of data without a difference is evidence against: it goes below 0.
double version_log_bayes_factor(const VersionCounts& counts);

}  // namespace inkling::correlate
