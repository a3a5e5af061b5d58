#include "correlate/release_calls.h"

#include <cmath>

namespace inkling::correlate {
namespace {

struct Tally {
  double calls = 0;
  double failed = 0;

  void add(const CallSample& sample) {
    const double weight = std::isfinite(sample.requests) ? sample.requests : kUncounted;
    calls += weight;
    failed += weight * sample.failed;
  }
};

std::uint64_t whole(double value) { return static_cast<std::uint64_t>(std::llround(value)); }

VersionCounts to_counts(const Tally& fresh, const Tally& old, const Tally& before) {
  VersionCounts counts;
  counts.new_requests = whole(fresh.calls);
  counts.new_failures = whole(fresh.failed);
  counts.old_requests = whole(old.calls);
  counts.old_failures = whole(old.failed);
  counts.history_rate = (before.failed + 0.5) / (before.calls + 50.0);
  return counts;
}

}  // namespace

ReleaseCalls measure_release(const std::vector<CallSample>& samples, std::string_view service,
                             std::string_view version, Timestamp time) {
  ReleaseCalls release{std::string(service), std::string(version), time, {}, {}, false, false};
  if (version.empty()) return release;
  Tally to_new, to_old, to_before, from_new, from_old, from_before;
  for (const CallSample& sample : samples) {
    if (sample.reporter != service || sample.version.empty()) continue;
    const bool is_new = sample.version == version;
    release.is_expected = release.is_expected || !is_new;
    if (!std::isfinite(sample.failed)) continue;
    release.is_seen = release.is_seen || is_new;
    const bool is_before = sample.window.begin < time;
    if (sample.callee == service) {
      (is_before ? to_before : is_new ? to_new : to_old).add(sample);
    } else {
      (is_before ? from_before : is_new ? from_new : from_old).add(sample);
    }
  }
  release.to = to_counts(to_new, to_old, to_before);
  release.from = to_counts(from_new, from_old, from_before);
  return release;
}

}  // namespace inkling::correlate
