#include "correlate/version_split.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace inkling::correlate {
namespace {

constexpr auto kColdStart = std::chrono::seconds(60);

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

struct Slot {
  std::uint64_t new_count = 0, new_bad = 0, old_count = 0, old_bad = 0;
};

}  // namespace

VersionCounts split_by_version(const std::vector<ServiceCount>& counts, std::string_view service,
                               std::string_view version, Timestamp deployed) {
  VersionCounts result;
  if (version.empty()) return result;
  bool has_requests = false;
  for (const ServiceCount& count : counts) {
    has_requests = has_requests || (count.service == service && count.requests > 0);
  }
  std::map<std::int64_t, Slot> slots;
  std::uint64_t before = 0;
  std::uint64_t bad_before = 0;
  for (const ServiceCount& count : counts) {
    if (count.service != service) continue;
    const std::uint64_t all = has_requests ? count.requests : count.records;
    const std::uint64_t bad = has_requests ? count.failures : count.error_records;
    if (slot_begin(count.slot) < deployed) {
      before += all;
      bad_before += bad;
    }
    if (slot_begin(count.slot) < deployed + kColdStart) continue;
    Slot& slot = slots[count.slot];
    if (count.version == version) {
      slot.new_count += all;
      slot.new_bad += bad;
    } else if (!count.version.empty()) {
      slot.old_count += all;
      slot.old_bad += bad;
    }
  }
  for (const auto& [number, slot] : slots) {
    if (slot.new_count == 0 || slot.old_count == 0) continue;
    result.new_requests += slot.new_count;
    result.new_failures += slot.new_bad;
    result.old_requests += slot.old_count;
    result.old_failures += slot.old_bad;
  }
  result.history_rate =
      (static_cast<double>(bad_before) + 0.5) / (static_cast<double>(before) + 50.0);
  return result;
}

double version_log_bayes_factor(const VersionCounts& counts) {
  const auto n1 = static_cast<double>(counts.new_requests);
  const auto k1 = static_cast<double>(counts.new_failures);
  const auto n0 = static_cast<double>(counts.old_requests);
  const auto k0 = static_cast<double>(counts.old_failures);
  if (n1 <= 0 || n0 <= 0) return 0;
  constexpr double kPseudoRequests = 2;  // weight of the history
  const double mean = std::clamp(counts.history_rate, 1e-4, 0.5);
  const double a = kPseudoRequests * mean;
  const double b = kPseudoRequests * (1 - mean);
  // Others fail as ever, or, if something else is wrong, at any rate. A version that is to blame
  // may fail at any rate, so that one without failures clears itself.
  const auto others = [&](double k, double n) {
    const double as_ever = log_beta(a + k, b + n - k) - log_beta(a, b);
    const double any = log_beta(1 + k, 1 + n - k);
    const double most = std::max(as_ever, any);
    return most + std::log(0.5 * std::exp(as_ever - most) + 0.5 * std::exp(any - most));
  };
  const double factor = log_beta(1 + k1, 1 + n1 - k1) + others(k0, n0) - others(k1 + k0, n1 + n0);
  const bool worse = k1 / n1 >= k0 / n0;
  return worse || factor < 0 ? factor : -factor;
}

}  // namespace inkling::correlate
