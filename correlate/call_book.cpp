#include "correlate/call_book.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "correlate/call_reading.h"

namespace inkling::correlate {
namespace {

// Series that tell different things of the same calls: same service, version, labels.
struct StreamKey {
  std::string_view service;
  std::string_view version;
  LabelList labels;
  auto operator<=>(const StreamKey&) const = default;
};

struct Field {
  const SeriesHistory* history = nullptr;
  CallReading reading;
};

struct Stream {
  Field fields[static_cast<std::size_t>(CallField::kSeconds) + 1];
};

std::map<StreamKey, Stream> streams_of(const History& history) {
  std::map<StreamKey, Stream> streams;
  for (const SeriesHistory& one : history.series) {
    const CallReading reading = read_call_series(*one.series);
    if (reading.field == CallField::kNone || one.series->service.empty()) continue;
    Stream& stream = streams[{one.series->service, one.series->version, one.series->labels}];
    Field& field = stream.fields[static_cast<std::size_t>(reading.field)];
    if (!field.history || reading.rank > field.reading.rank) field = {&one, reading};
  }
  return streams;
}

void add_stream(const StreamKey& key, const Stream& stream, std::vector<CallSample>& samples) {
  std::map<Timestamp, CallSample> by_time;
  for (const Field& field : stream.fields) {
    if (!field.history) continue;
    const Duration period = std::max<Duration>(field.history->period, std::chrono::seconds(1));
    for (const auto& [time, raw] : field.history->points) {
      if (!std::isfinite(raw)) continue;
      CallSample& sample = by_time[time];
      sample.window = {time, time + period};
      double value = raw * field.reading.scale;
      if (field.reading.per_second) value *= static_cast<double>(period.count()) / 1e9;
      switch (field.reading.field) {
        case CallField::kRequests:
          sample.requests = value;
          break;
        case CallField::kFailures:  // after the requests: fields come in this order
          if (sample.requests > 0) sample.failed = std::clamp(value / sample.requests, 0.0, 1.0);
          break;
        case CallField::kFailedShare:
          sample.failed = std::clamp(value, 0.0, 1.0);
          break;
        case CallField::kGoodShare:
          sample.failed = 1 - std::clamp(value, 0.0, 1.0);
          break;
        case CallField::kSeconds:
          sample.seconds = value;
          break;
        case CallField::kNone:
          break;
      }
    }
  }
  const SeriesInfo* series = nullptr;
  for (const Field& field : stream.fields) {
    if (field.history) series = field.history->series.get();
  }
  const std::string_view callee = callee_of(*series);
  for (auto& [time, sample] : by_time) {
    sample.reporter = key.service;
    sample.version = key.version;
    sample.caller = caller_of(*series);
    sample.callee = callee.empty() ? key.service : callee;
    samples.push_back(sample);
  }
}

struct Sum {
  double requests = 0;
  double failed = 0;
  double seconds = 0;
  double timed = 0;
};

void add_spans(const std::vector<Call>& calls, std::vector<CallSample>& samples) {
  std::map<std::tuple<std::string_view, std::string_view, std::int64_t>, Sum> sums;
  for (const Call& call : calls) {
    if (!call.time.is_set() || !std::isfinite(call.duration_ms)) continue;
    Sum& sum = sums[{call.callee, call.caller, slot_of(call.time)}];
    sum.requests += 1;
    sum.failed += call.failed ? 1 : 0;
    sum.seconds += call.duration_ms / 1e3;
  }
  for (const auto& [key, sum] : sums) {
    const auto& [callee, caller, slot] = key;
    CallSample sample;
    sample.window = {slot_begin(slot), slot_begin(slot + 1)};
    sample.reporter = sample.callee = callee;
    sample.caller = caller;
    sample.requests = sum.requests;
    sample.failed = sum.failed / sum.requests;
    sample.seconds = sum.seconds / sum.requests;
    samples.push_back(sample);
  }
}

void add_counts(const std::vector<ServiceCount>& counts, std::vector<CallSample>& samples) {
  for (const ServiceCount& count : counts) {
    if (count.requests == 0 || count.service.empty()) continue;
    CallSample sample;
    sample.window = {slot_begin(count.slot), slot_begin(count.slot + 1)};
    sample.reporter = sample.callee = count.service;
    sample.version = count.version;
    sample.requests = static_cast<double>(count.requests);
    sample.failed = static_cast<double>(count.failures) / sample.requests;
    samples.push_back(sample);
  }
}

}  // namespace

std::vector<CallSample> read_calls(const History& history) {
  std::vector<CallSample> samples;
  for (const auto& [key, stream] : streams_of(history)) add_stream(key, stream, samples);
  std::vector<std::string_view> measured;  // services that metrics tell of, sorted
  for (const CallSample& sample : samples) {
    if (std::isfinite(sample.failed) || std::isfinite(sample.seconds)) {
      measured.push_back(sample.callee);
    }
  }
  std::sort(measured.begin(), measured.end());
  std::vector<CallSample> others;
  add_spans(history.calls, others);
  if (others.empty()) add_counts(history.counts, others);  // one source for one service
  for (const CallSample& sample : others) {
    if (!std::binary_search(measured.begin(), measured.end(), sample.callee)) {
      samples.push_back(sample);
    }
  }
  std::stable_sort(samples.begin(), samples.end(), [](const CallSample& a, const CallSample& b) {
    return std::tie(a.callee, a.window.begin, a.reporter, a.caller, a.version) <
           std::tie(b.callee, b.window.begin, b.reporter, b.caller, b.version);
  });
  return samples;
}

}  // namespace inkling::correlate
