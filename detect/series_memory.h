#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "core/series.h"
#include "detect/series_point.h"

namespace inkling::detect {

// What each series was lately, so that its detectors can be taught again after a restart or from
// history, and a new instance of a service what its peers have been. It holds values, not the
// detectors' own numbers: a newer detector or another configuration learns from it as well.
// Bounded: when there are too many points all series keep half as many, the latest. 64 bytes a
// point. Not thread-safe, but find() and teach() may be called by many while nothing is taken.
class SeriesMemory {
 public:
  struct Limits {
    std::size_t points_per_series = 8192;
    std::size_t points = 1'000'000;  // of all series
  };
  SeriesMemory() : SeriesMemory(Limits()) {}
  explicit SeriesMemory(const Limits& limits)
      : limits_(limits), per_series_(limits.points_per_series) {}

  // One value as it was judged.
  struct Past {
    Timestamp begin;
    Duration length{};  // of its window, 0 = a point
    Duration period{};
    double value = 0;
    std::uint64_t events = 0;
    std::uint64_t hits = 0;
    double expected_share = 0;
  };
  enum class Source : std::uint8_t { kNothing, kItself, kPeer };
  struct Lesson {
    Source source = Source::kNothing;
    const std::deque<Past>* past = nullptr;  // valid until something is taken
  };

  // Remembers what was judged; ticks, silences and rows without a value are left out.
  void take(const std::vector<SeriesPoint>& points);
  // What a series can learn from: its own past, or that of the instance of the same service that
  // is known longest, if all but version and the labels that name an instance agree and the first
  // value is no stranger there (within its range and half as much again).
  Lesson find(const SeriesInfo& series, double first_value) const;

  std::size_t series() const { return entries_.size(); }
  std::size_t points() const { return points_; }

  // As sections of core/state_writer.h. load() gives kBadInput for anything else.
  std::string save() const;
  static Result<SeriesMemory> load(std::string_view bytes, const std::string& what);

 private:
  struct Entry {
    SeriesRef series;
    std::deque<Past> past;  // oldest first
  };
  void add(const SeriesRef& series, const Past& past);
  void shrink();
  static std::uint64_t peer_key(const SeriesInfo& series);

  Limits limits_;
  std::size_t per_series_;
  std::size_t points_ = 0;
  std::unordered_map<std::uint64_t, Entry> entries_;                     // by series id
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> peers_;  // ids, in order of arrival
};

}  // namespace inkling::detect
