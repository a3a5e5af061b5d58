#include "correlate/own_excess.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

constexpr double kLevelFloor = 0.02;    // of the base, as in robust_scale
constexpr double kLeastSeconds = 1e-3;  // shorter differences are the clock's
constexpr std::size_t kJustBefore = 3;  // windows

// One window of calls to a service as one side sees them.
struct Window {
  TimeRange range{};
  double requests = 0;
  double judged = 0;  // requests whose outcome is known
  double failed = 0;
  double timed = 0;  // requests whose duration is known
  double seconds = 0;
};

// Windows of about one width, of samples that need not begin together.
std::vector<Window> windows_of(const std::vector<const CallSample*>& samples) {
  std::map<std::int64_t, Window> by_slot;
  Duration width{};
  for (const CallSample* sample : samples) {
    width = std::max(width, sample->window.end - sample->window.begin);
  }
  for (const CallSample* sample : samples) {
    const std::int64_t slot = sample->window.begin.ns / std::max<std::int64_t>(width.count(), 1);
    Window& window = by_slot[slot];
    if (!window.range.end.is_set()) {
      window.range = sample->window;
    } else {
      window.range.begin = std::min(window.range.begin, sample->window.begin);
      window.range.end = std::max(window.range.end, sample->window.end);
    }
    const double requests = std::isfinite(sample->requests) ? sample->requests : kUncounted;
    window.requests += requests;
    if (std::isfinite(sample->failed)) {
      window.judged += requests;
      window.failed += requests * sample->failed;
    }
    if (std::isfinite(sample->seconds)) {
      window.timed += requests;
      window.seconds += requests * sample->seconds;
    }
  }
  std::vector<Window> windows;
  for (const auto& [slot, window] : by_slot) windows.push_back(window);
  return windows;
}

double worse_base(const std::vector<double>& before) {
  if (before.empty()) return 0;
  const std::span<const double> all(before);
  const std::size_t last = std::min(before.size(), kJustBefore);
  return std::max(median(all), median(all.last(last)));
}

ExcessPart failures_of(const std::vector<Window>& windows, Timestamp onset) {
  std::vector<double> before;
  for (const Window& window : windows) {
    if (window.range.end <= onset && window.judged > 0) {
      before.push_back(window.failed / window.judged);
    }
  }
  ExcessPart part;
  part.before = worse_base(before);
  double judged = 0;
  double failed = 0;
  for (const Window& window : windows) {
    if (window.range.end <= onset || window.judged <= 0) continue;
    judged += window.judged;
    failed += window.failed;
    part.total += std::max(0.0, window.failed - part.before * window.judged);
  }
  if (judged <= 0) return part;
  part.measured = true;
  part.after = failed / judged;
  const double expected = part.before * judged;
  part.z = std::max(0.0, failed - expected) / std::sqrt(expected + 1);
  return part;
}

ExcessPart time_of(const std::vector<Window>& windows, Timestamp onset) {
  std::vector<double> before;
  for (const Window& window : windows) {
    if (window.range.end <= onset && window.timed > 0) {
      before.push_back(window.seconds / window.timed);
    }
  }
  ExcessPart part;
  if (before.empty()) return part;  // nothing to compare with
  part.before = worse_base(before);
  std::vector<double> above;
  double timed = 0;
  double seconds = 0;
  for (const Window& window : windows) {
    if (window.range.end <= onset || window.timed <= 0) continue;
    timed += window.timed;
    seconds += window.seconds;
    const double more = std::max(0.0, window.seconds / window.timed - part.before);
    above.push_back(more);
    part.total += window.timed * more;
  }
  if (above.empty()) return part;
  part.measured = true;
  part.after = seconds / timed;
  const double noise = before.size() > 1 ? interquartile_range(before) : 0;
  part.z = quantile(above, 0.9) / std::max({noise, kLevelFloor * part.before, kLeastSeconds});
  return part;
}

struct View {
  std::vector<const CallSample*> own;      // as the service tells it
  std::vector<const CallSample*> callers;  // as its callers tell it
};

}  // namespace

ExcessByService measure_excess(const std::vector<CallSample>& samples, const Topology& topology,
                               Timestamp onset) {
  std::map<std::string_view, View> views;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const CallSample*>> edges;
  bool knows_before = false;
  std::map<std::string_view, bool> called_before;
  for (const CallSample& sample : samples) {
    View& view = views[sample.callee];
    (sample.is_own_view() ? view.own : view.callers).push_back(&sample);
    if (!sample.caller.empty() && sample.caller != sample.callee) {
      edges[{sample.caller, sample.callee}].push_back(&sample);
    }
    if (sample.window.end <= onset && !(sample.requests <= 0)) {
      knows_before = true;
      called_before[sample.callee] = true;
    }
  }
  ExcessByService result;
  for (const auto& [service, view] : views) {
    Excess& excess = result[std::string(service)];
    excess.is_new = knows_before && !called_before.contains(service);
    if (excess.is_new) continue;
    for (const auto* side : {&view.own, &view.callers}) {
      const std::vector<Window> windows = windows_of(*side);
      const ExcessPart failures = failures_of(windows, onset);
      const ExcessPart time = time_of(windows, onset);
      if (failures.measured && failures.total >= excess.failures.total) excess.failures = failures;
      if (time.measured && time.total >= excess.time.total) excess.time = time;
    }
  }
  std::map<std::pair<std::string_view, std::string_view>, Excess> along;
  for (const auto& [edge, list] : edges) {
    const std::vector<Window> windows = windows_of(list);
    along[edge] = {failures_of(windows, onset), time_of(windows, onset), false};
  }
  for (auto& [service, excess] : result) {
    excess.failures.own = excess.failures.total;
    excess.time.own = excess.time.total;
    for (const std::string& callee : topology.callees(service)) {
      const auto found = result.find(callee);
      if (callee == service || found == result.end() || found->second.is_new) continue;
      const auto edge = along.find({service, callee});
      const Excess& passed = edge != along.end() ? edge->second : found->second;
      excess.failures.own -= passed.failures.total;
      excess.time.own -= passed.time.total;
    }
    excess.failures.own = std::max(0.0, excess.failures.own);
    excess.time.own = std::max(0.0, excess.time.own);
  }
  return result;
}

}  // namespace inkling::correlate
