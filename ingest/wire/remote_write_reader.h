#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/frame.h"
#include "ingest/wire/protobuf_reader.h"

namespace inkling::ingest {

// One series of a remote write request with its samples. Views into the request; valid until the
// next one.
struct RemoteSeries {
  std::string_view message;
  std::string_view fault;         // why nothing of it can be read, "" = it can
  std::vector<LabelView> labels;  // without the name
  std::string_view name;
  std::string_view unit;
  std::uint64_t type = 0;  // of the metric: 0 not said, 1 counter .. 7 stateset
};

// One sample or native histogram.
struct RemoteSample {
  std::int64_t time_ms = 0;
  double value = kAbsent;  // of a sample
  bool is_histogram = false;
  bool is_gauge = false;     // a histogram that says that it is a level
  double count = 0;          // of a histogram
  double sum = kAbsent;      // of a histogram
  bool ends_series = false;  // a staleness marker
  bool good = true;          // false: its bytes are broken
};

// Reads prometheus.WriteRequest (kRemoteWriteV1) and io.prometheus.write.v2.Request
// (kRemoteWriteV2), protobuf. Not thread-safe: it keeps scratch.
// Source: Prometheus remote write 1.0 and 2.0.
class RemoteWriteReader {
 public:
  explicit RemoteWriteReader(Format format) : is_v2_(format == Format::kRemoteWriteV2) {}

  // Calls visit(series) for each one in order. False if the request breaks off.
  template <class Visit>
  bool read(std::string_view request, Visit&& visit) {
    if (is_v2_ && !read_symbols(request)) return false;
    const std::uint32_t key = is_v2_ ? bytes_key(5) : bytes_key(1);
    ProtobufReader reader(request);
    while (reader.next()) {
      if (reader.key() != key) continue;
      read_series(reader.bytes());
      visit(static_cast<const RemoteSeries&>(series_));
    }
    return !reader.failed();
  }

  // Calls visit(sample) for each sample and native histogram of a series, whatever its fault.
  template <class Visit>
  void for_each_sample(const RemoteSeries& series, Visit&& visit) const {
    ProtobufReader reader(series.message);
    while (reader.next()) {
      if (reader.key() == bytes_key(2)) visit(read_sample(reader.bytes()));
      if (reader.key() == histograms_key()) visit(read_histogram(reader.bytes()));
    }
  }
  std::uint64_t count_exemplars(const RemoteSeries& series) const;

 private:
  std::uint32_t histograms_key() const { return is_v2_ ? bytes_key(3) : bytes_key(4); }
  std::uint32_t exemplars_key() const { return is_v2_ ? bytes_key(4) : bytes_key(3); }
  bool read_symbols(std::string_view request);
  void read_series(std::string_view message);
  bool read_label(std::string_view message);
  bool add_references(const ProtobufReader& reader);
  bool resolve_references();
  void add_label(std::string_view name, std::string_view value);
  static RemoteSample read_sample(std::string_view message);
  static RemoteSample read_histogram(std::string_view message);

  const bool is_v2_;
  std::vector<std::string_view> symbols_;
  std::vector<std::uint64_t> references_;  // of the series being read
  RemoteSeries series_;
};

// What a request holds, and whether all of it can be written.
struct RemoteWriteCheck {
  bool decodable = false;  // false: the request breaks off, nothing of it counts
  // Of series without a fault.
  std::uint64_t samples = 0;
  std::uint64_t histograms = 0;
  std::uint64_t exemplars = 0;
  std::uint64_t refused = 0;    // samples and histograms that cannot be written
  std::string_view fault = {};  // the first one; a text of ours
};
RemoteWriteCheck check_remote_write(Format format, std::string_view request);

}  // namespace inkling::ingest
