#include "correlate/look_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/units.h"
#include "correlate/onset_search.h"
#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

constexpr double kMaxDeviation = 100;  // beyond it more means nothing
constexpr double kGrainOfWhole = 0.4;  // a step of two is no signal yet, one of three is
constexpr double kJumps = 0.5;
constexpr double kLeastSurprise = 3;  // e^-3: one in twenty

std::vector<double> values_of(const SeriesHistory& history) {
  std::vector<double> values;
  values.reserve(history.points.size());
  for (const auto& [time, value] : history.points) {
    if (std::isfinite(value)) values.push_back(value);
  }
  return values;
}

// The IQR of a metric over all services that have it: what is usual for its kind.
std::map<std::string, double> fleet_iqrs(const History& history) {
  std::map<std::string, std::vector<double>> medians;
  for (const SeriesHistory& one : history.series) {
    const std::vector<double> values = values_of(one);
    if (!values.empty()) medians[one.series->name].push_back(median(values));
  }
  std::map<std::string, double> result;
  for (const auto& [name, values] : medians) {
    if (values.size() >= 3) result[name] = interquartile_range(values);
  }
  return result;
}

// Log-derived series are judged only when they are dense enough to have a shape.
bool is_judged(const SeriesHistory& one, const LookBackOptions& options) {
  if (one.points.size() < options.least_points) return false;
  switch (one.series->kind) {
    case SeriesKind::kMetric:
      return true;
    case SeriesKind::kErrorRatio:
    case SeriesKind::kLatency: {
      const Duration span = one.points.back().first - one.points.front().first;
      const auto needed = span / std::max<Duration>(one.period, std::chrono::seconds(10)) / 2;
      return one.series->version.empty() && one.series->route.empty() &&
             one.points.size() >= std::max<std::size_t>(30, static_cast<std::size_t>(needed));
    }
    case SeriesKind::kLogRate:
    case SeriesKind::kTemplateCount:
      break;
  }
  return false;
}

// The points around the change: a third of them before it, where there are more than `most`.
std::vector<BandPoint> plot_of(const SeriesHistory& one, double low, double high, std::size_t most,
                               std::size_t change) {
  std::vector<BandPoint> plot;
  std::size_t first = change > most / 3 ? change - most / 3 : 0;
  first = std::min(first, one.points.size() > most ? one.points.size() - most : 0);
  const std::size_t end = std::min(one.points.size(), first + most);
  for (std::size_t i = first; i < end; ++i) {
    plot.push_back({one.points[i].first, one.points[i].second, low, high});
  }
  return plot;
}

std::optional<Signal> judge_series(const SeriesHistory& one, double fleet_iqr,
                                   const LookBackOptions& options) {
  const std::vector<double> values = values_of(one);
  if (values.size() < options.least_points) return std::nullopt;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double range = *high - *low;
  if (range <= 0) return std::nullopt;
  const std::size_t head = std::max<std::size_t>(values.size() / 3, 4);
  const std::span<const double> all(values);
  const double level = median(all.first(std::min(head, values.size())));
  const double scale = robust_scale(noise_before_change(values), level, fleet_iqr, range);
  const std::optional<ChangePoint> change = find_earliest_change(values, scale);
  if (!change) return std::nullopt;
  const std::span<const double> before = all.first(change->index);
  const std::span<const double> after = all.subspan(change->index);
  // Measured with the noise before the change: what comes after may be wild.
  // A series that jumps now and then has done so before; for steady noise the half of its 95 %
  // quantile lies within the IQR.
  const double own = std::max(
      robust_scale(std::min(interquartile_range(before), scale), median(before), fleet_iqr, range),
      kJumps * robust_deviation(before, before, 1, 0.95));
  const double deviation = robust_deviation(before, after, own);
  // Whole numbers move in whole steps: one up or down is the grain of the series, whatever its
  // noise.
  const bool is_whole = std::all_of(values.begin(), values.end(),
                                    [](double value) { return value == std::floor(value); });
  const double grain = is_whole ? kGrainOfWhole : 0;
  Signal signal;
  signal.service = one.series->service;
  signal.series = one.series;
  signal.role = series_role(*one.series);
  signal.deviation = std::min(kMaxDeviation, deviation * std::min(1.0, own / std::max(own, grain)));
  signal.before = median(before);
  signal.after = median(after);
  signal.direction = signal.after >= signal.before ? Direction::kUp : Direction::kDown;
  signal.is_outbound = is_of_outbound_calls(*one.series);
  signal.is_relief = signal.direction == Direction::kDown && is_better_low(*one.series);
  signal.onset = one.points[change->index].first;
  signal.begin = one.points.front().first;
  signal.end = one.points.back().first;
  signal.plot = plot_of(one, quantile(before, 0.01), quantile(before, 0.99), options.plot_points,
                        change->index);
  if (signal.deviation < options.least_deviation) return std::nullopt;
  return signal;
}

// What one template did at one service, whatever the version and level: a release shows all the old
// messages under a new version, which is no news.
struct ServiceTemplate {
  const TemplateHistory* first = nullptr;  // the part with the first record
  Level level = Level::kUnknown;           // the worst
  Timestamp last;
  std::uint64_t count = 0;
  std::set<std::int64_t> slots;  // in which it was seen
};

std::map<std::pair<std::string, std::uint64_t>, ServiceTemplate> by_service(
    const std::vector<TemplateHistory>& templates) {
  std::map<std::pair<std::string, std::uint64_t>, ServiceTemplate> result;
  for (const TemplateHistory& one : templates) {
    if (one.count == 0) continue;
    ServiceTemplate& joined = result[{one.service, one.id.value}];
    if (!joined.first || one.first < joined.first->first) joined.first = &one;
    joined.level = std::max(joined.level, one.level);
    joined.last = std::max(joined.last, one.last);
    joined.count += one.count;
    for (const auto& [slot, count] : one.slots) joined.slots.insert(slot);
  }
  return result;
}

// Where the episodes of a template become more frequent, and how surprising that is.
struct RateChange {
  Timestamp at;
  double surprise = 0;  // log-likelihood ratio of two constant rates against one, nats
  std::size_t before = 0;
  std::size_t after = 0;
};

// The split of the range at an episode that explains most. With nothing before it this is the
// surprise that the template was not seen earlier: -n log(1 - share of the range before).
RateChange find_rate_change(const ServiceTemplate& joined, TimeRange seen) {
  const auto likelihood = [](double count, double span) {
    return count > 0 ? count * std::log(count / span) : 0.0;
  };
  const auto total = static_cast<double>(joined.slots.size());
  const double whole = static_cast<double>((seen.end - seen.begin).count());
  RateChange best;
  std::size_t before = 0;
  for (const std::int64_t slot : joined.slots) {
    const Timestamp at = before == 0 ? joined.first->first : slot_begin(slot);
    const double left = static_cast<double>((at - seen.begin).count());
    const double right = whole - left;
    const auto k0 = static_cast<double>(before);
    if (left > 0 && right > 0 && (total - k0) / right > k0 / left) {
      const double surprise =
          likelihood(k0, left) + likelihood(total - k0, right) - likelihood(total, whole);
      if (surprise > best.surprise) best = {at, surprise, before, joined.slots.size() - before};
    }
    ++before;
  }
  return best;
}

// Records of one slot are one episode: messages come in bursts. With many templates one of them
// becomes more frequent by chance: `tried` of them.
std::optional<Signal> judge_template(const ServiceTemplate& joined, TimeRange seen,
                                     std::size_t tried) {
  const TemplateHistory& one = *joined.first;
  if (joined.level < Level::kWarn || seen.end <= seen.begin) return std::nullopt;
  const RateChange change = find_rate_change(joined, seen);
  const double enough =
      kLeastSurprise + std::log(static_cast<double>(std::max<std::size_t>(tried, 1)));
  if (change.surprise < enough) return std::nullopt;
  Signal signal;
  signal.service = one.service;
  signal.role = is_error(joined.level) ? SeriesRole::kErrors : SeriesRole::kOther;
  signal.deviation = std::min(30.0, 2 * change.surprise);
  signal.onset = change.at;
  signal.template_id = one.id;
  signal.level = joined.level;
  signal.text = one.text;
  signal.exemplar = one.exemplar;
  signal.version = one.version;
  signal.count = joined.count;
  signal.position = one.first_position;
  signal.before = static_cast<double>(change.before);
  signal.after = static_cast<double>(joined.count);
  signal.begin = one.first;
  signal.end = joined.last;
  // Work the caller gave up is a symptom of the caller.
  SeriesInfo words;
  words.name = one.text;
  if (series_role(words) == SeriesRole::kCancelled) signal.role = SeriesRole::kCancelled;
  return signal;
}

}  // namespace

Timestamp earliest_onset(const std::vector<Signal>& signals, double least_deviation) {
  // A weak change point long before the strong ones is the wandering of any series.
  constexpr double kShareOfStrongest = 0.33;
  double strongest = 0;
  for (const Signal& signal : signals) {
    if (signal.role != SeriesRole::kDemand) strongest = std::max(strongest, signal.deviation);
  }
  const double enough = std::max(least_deviation, kShareOfStrongest * strongest);
  Timestamp first = Timestamp::none();
  for (const Signal& signal : signals) {
    if (signal.deviation < enough || signal.role == SeriesRole::kDemand) continue;
    if (!first.is_set() || signal.onset < first) first = signal.onset;
  }
  return first;
}

double nearness(Timestamp onset, Timestamp noticed) {
  constexpr double kSlowAlarmSeconds = 900;
  constexpr double kLeast = 0.2;  // a leak is noticed hours later
  if (!noticed.is_set() || !onset.is_set() || noticed <= onset) return 1;
  const double gap = static_cast<double>((noticed - onset).count()) / 1e9;
  return std::max(kLeast, std::exp(-gap / kSlowAlarmSeconds));
}

std::vector<OnsetBelief> onset_beliefs(const std::vector<Signal>& signals, Timestamp noticed) {
  std::vector<const Signal*> ordered;
  for (const Signal& signal : signals) {
    if (signal.role != SeriesRole::kDemand && signal.deviation > 0) ordered.push_back(&signal);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Signal* a, const Signal* b) { return a->onset < b->onset; });
  constexpr double kBelieved = 0.9;  // of even the strongest
  constexpr double kSettled = 0.01;  // what is left does not matter
  std::vector<OnsetBelief> beliefs;
  double left = 1;
  for (const Signal* signal : ordered) {
    const double real = kBelieved * nearness(signal->onset, noticed) * signal->deviation /
                        (signal->deviation + 6.0);
    beliefs.push_back({signal->onset, left * real});
    left *= 1 - real;
    if (left < kSettled) break;
  }
  for (OnsetBelief& belief : beliefs) belief.p /= 1 - left;
  return beliefs;
}

void sort_signals(std::vector<Signal>& signals) {
  std::stable_sort(signals.begin(), signals.end(), [](const Signal& a, const Signal& b) {
    const auto name = [](const Signal& signal) -> const std::string& {
      return signal.series ? signal.series->name : signal.text;
    };
    return std::tie(a.onset, a.service, name(a), a.template_id.value, a.version) <
           std::tie(b.onset, b.service, name(b), b.template_id.value, b.version);
  });
}

Findings judge_history(const History& history, const LookBackOptions& options) {
  Findings findings;
  findings.range = history.range;
  findings.looked_back = true;
  findings.counts = history.counts;
  const std::map<std::string, double> fleet = fleet_iqrs(history);
  std::set<std::string> services;
  TimeRange seen{Timestamp::none(), Timestamp::none()};
  const auto widen = [&](Timestamp first, Timestamp last) {
    if (!seen.begin.is_set() || first < seen.begin) seen.begin = first;
    if (!seen.end.is_set() || seen.end < last) seen.end = last;
  };
  for (const SeriesHistory& one : history.series) {
    if (one.points.empty()) continue;
    services.insert(one.series->service);
    widen(one.points.front().first, one.points.back().first);
  }
  for (const TemplateHistory& one : history.templates) {
    services.insert(one.service);
    widen(one.first, one.last);
  }
  std::size_t judged = 0;
  for (const SeriesHistory& one : history.series) {
    if (!is_judged(one, options)) continue;
    ++judged;
    const auto usual = fleet.find(one.series->name);
    const double fleet_iqr = usual == fleet.end() ? kAbsent : usual->second;
    if (std::optional<Signal> signal = judge_series(one, fleet_iqr, options)) {
      findings.signals.push_back(std::move(*signal));
    } else {
      findings.quiet.push_back(
          {one.series->service, one.series, static_cast<std::uint32_t>(one.points.size())});
    }
  }
  const auto templates = by_service(history.templates);
  std::map<std::string, std::size_t> tried;  // by service: templates that could be news
  for (const auto& [key, joined] : templates) {
    if (joined.level >= Level::kWarn) ++tried[key.first];
  }
  for (const auto& [key, joined] : templates) {
    if (std::optional<Signal> signal = judge_template(joined, seen, tried[key.first])) {
      findings.signals.push_back(std::move(*signal));
    }
  }
  sort_signals(findings.signals);
  services.erase("");
  findings.services.assign(services.begin(), services.end());
  findings.notes.push_back(fmt::format(
      "Re-read {} to {}: {} frames, {}, {} records; {} of {} series judged{}.",
      format_timestamp(history.range.begin), format_timestamp(history.range.end), history.frames,
      format_size(history.bytes), history.records, judged, history.series.size(),
      history.truncated ? "; cut short by the limit on bytes" : ""));
  return findings;
}

}  // namespace inkling::correlate
