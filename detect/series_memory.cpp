#include "detect/series_memory.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/hash.h"
#include "core/state_reader.h"
#include "core/state_writer.h"

namespace inkling::detect {
namespace {

constexpr StateId kSection = state_id("SERS");
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kLeastForPeer = 30;
constexpr double kStrange = 0.5;  // of the peer's range, beyond it
constexpr std::int64_t kLongestNs = 365LL * 86'400 * 1'000'000'000;

// Labels that say which instance of a service it is, not what is measured.
bool names_instance(std::string_view label) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "pod",       "pod_name",     "instance", "instance_id",
      "host",      "hostname",     "node",     "container",
      "task",      "task_id",      "task_arn", "container_id",
      "host.name", "k8s.pod.name", "host.id",  "service.instance.id"};
  return std::find(kNames.begin(), kNames.end(), label) != kNames.end();
}

Duration load_duration(StateReader& r) {
  return Duration(static_cast<std::int64_t>(r.varint(kLongestNs)));
}

}  // namespace

std::uint64_t SeriesMemory::peer_key(const SeriesInfo& series) {
  if (series.kind == SeriesKind::kTemplateCount) return series.id.value;
  LabelList kept;
  std::copy_if(series.labels.begin(), series.labels.end(), std::back_inserter(kept),
               [](const auto& label) { return !names_instance(label.first); });
  return make_series_id(series.kind, series.name, series.service, {}, series.route, kept).value;
}

void SeriesMemory::add(const SeriesRef& series, const Past& past) {
  const auto [at, is_new] = entries_.try_emplace(series->id.value);
  Entry& entry = at->second;
  if (is_new) {
    entry.series = series;
    peers_[peer_key(*series)].push_back(series->id.value);
  }
  if (entry.past.size() >= per_series_) {
    entry.past.pop_front();
    --points_;
  }
  entry.past.push_back(past);
  if (++points_ > limits_.points && per_series_ > 1) shrink();
}

void SeriesMemory::shrink() {
  per_series_ = std::max<std::size_t>(1, per_series_ / 2);
  points_ = 0;
  for (auto& [id, entry] : entries_) {
    while (entry.past.size() > per_series_) entry.past.pop_front();
    points_ += entry.past.size();
  }
}

void SeriesMemory::take(const std::vector<SeriesPoint>& points) {
  for (const SeriesPoint& point : points) {
    if (point.tick || point.silence || point.is_new || !std::isfinite(point.value)) continue;
    Past past;
    past.begin = point.begin;
    past.length = Duration(std::clamp<std::int64_t>(point.end.ns - point.begin.ns, 0, kLongestNs));
    past.period = Duration(std::clamp<std::int64_t>(point.period.count(), 0, kLongestNs));
    past.value = point.value;
    past.events = point.events;
    past.hits = point.hits;
    past.expected_share = std::isfinite(point.expected_share) ? point.expected_share : 0;
    add(point.series, past);
  }
}

SeriesMemory::Lesson SeriesMemory::find(const SeriesInfo& series, double first_value) const {
  if (const auto own = entries_.find(series.id.value); own != entries_.end()) {
    return {Source::kItself, &own->second.past};
  }
  const auto peers = peers_.find(peer_key(series));
  if (peers == peers_.end() || !std::isfinite(first_value)) return {};
  const std::deque<Past>* longest = nullptr;
  for (const std::uint64_t id : peers->second) {
    const std::deque<Past>& past = entries_.at(id).past;
    if (!longest || past.size() > longest->size()) longest = &past;
  }
  if (!longest || longest->size() < kLeastForPeer) return {};
  const auto [low, high] =
      std::minmax_element(longest->begin(), longest->end(),
                          [](const Past& a, const Past& b) { return a.value < b.value; });
  const double reach = kStrange * (high->value - low->value);
  if (first_value < low->value - reach || first_value > high->value + reach) return {};
  return {Source::kPeer, longest};
}

std::string SeriesMemory::save() const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  StateWriter w;
  w.begin_section(kSection, kVersion);
  w.put_varint(ids.size());
  for (const std::uint64_t id : ids) {
    const Entry& entry = entries_.at(id);
    w.put_series_info(*entry.series);
    w.put_varint(entry.past.size());
    Timestamp before;
    before.ns = 0;
    for (const Past& past : entry.past) {
      w.put_signed(past.begin.ns - before.ns);
      before = past.begin;
      w.put_varint(static_cast<std::uint64_t>(past.length.count()));
      w.put_varint(static_cast<std::uint64_t>(past.period.count()));
      w.put_double(past.value);
      w.put_varint(past.events);
      w.put_varint(past.hits);
      w.put_double(past.expected_share);
    }
  }
  w.end_section();
  return w.take();
}

Result<SeriesMemory> SeriesMemory::load(std::string_view bytes, const std::string& what) {
  StateReader reader(bytes, what);
  StateReader::Section section = reader.section(kSection, kVersion);
  StateReader& r = section.content;
  SeriesMemory memory;
  const std::size_t series = r.count(20);
  for (std::size_t i = 0; i < series && !r.failed(); ++i) {
    const SeriesRef info = r.series_info();
    const std::size_t points = r.count(21);
    std::uint64_t ns = 0;  // unsigned: a sum that overflows is caught below
    for (std::size_t k = 0; k < points && !r.failed(); ++k) {
      Past past;
      ns += static_cast<std::uint64_t>(r.signed_varint());
      past.begin = Timestamp::from_ns(static_cast<std::int64_t>(ns));
      // Within 1678..2261 as all times are, so that windows cannot overflow.
      if (std::abs(past.begin.seconds()) > 9.2e9) r.refuse("a time out of range");
      past.length = load_duration(r);
      past.period = load_duration(r);
      past.value = r.finite_real();
      past.events = r.varint();
      past.hits = r.varint();
      past.expected_share = r.finite_real();
      if (!r.failed()) memory.add(info, past);
    }
  }
  INKLING_TRY(r.finish());
  INKLING_TRY(reader.finish());
  return memory;
}

}  // namespace inkling::detect
