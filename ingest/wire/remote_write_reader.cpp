#include "ingest/wire/remote_write_reader.h"

#include <bit>

#include "ingest/wire/frame_limits.h"

namespace inkling::ingest {
namespace {

// A table of two-byte entries would be eight times the request.
constexpr std::size_t kMaxSymbols = 1u << 20;
// The NaN that ends a series (prometheus/model/value).
constexpr std::uint64_t kStaleBits = 0x7FF0000000000002;
constexpr std::uint64_t kGaugeHistogram = 3;

bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

}  // namespace

bool RemoteWriteReader::read_symbols(std::string_view request) {
  symbols_.clear();
  ProtobufReader reader(request);
  while (reader.next()) {
    if (reader.key() != bytes_key(4)) continue;
    if (symbols_.size() == kMaxSymbols) return false;
    symbols_.push_back(reader.bytes());
  }
  return !reader.failed();
}

void RemoteWriteReader::add_label(std::string_view name, std::string_view value) {
  if (name == "__name__") {
    series_.name = value;
  } else if (series_.labels.size() <= kMaxPointLabels) {  // one more tells that it is too many
    series_.labels.push_back({name, value});
  }
}

bool RemoteWriteReader::read_label(std::string_view message) {
  LabelView label;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == bytes_key(1)) label.name = reader.bytes();
    if (reader.key() == bytes_key(2)) label.value = reader.bytes();
  }
  add_label(label.name, label.value);
  return !reader.failed();
}

bool RemoteWriteReader::add_references(const ProtobufReader& reader) {
  const auto add = [&](std::uint64_t number) {
    if (references_.size() <= 2 * (kMaxPointLabels + 1)) references_.push_back(number);
  };
  if (reader.key() == varint_key(1)) {
    add(reader.number());
    return true;
  }
  return for_each_packed(reader.bytes(), 0, add);
}

bool RemoteWriteReader::resolve_references() {
  if (references_.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < references_.size(); i += 2) {
    if (references_[i] >= symbols_.size() || references_[i + 1] >= symbols_.size()) return false;
    add_label(symbols_[references_[i]], symbols_[references_[i + 1]]);
  }
  return true;
}

void RemoteWriteReader::read_series(std::string_view message) {
  series_.message = message;
  series_.fault = series_.name = series_.unit = {};
  series_.labels.clear();
  series_.type = 0;
  references_.clear();
  bool good = true;
  ProtobufReader reader(message);
  while (reader.next()) {
    const std::uint32_t key = reader.key();
    if (!is_v2_) {
      if (key == bytes_key(1)) good = read_label(reader.bytes()) && good;
    } else if (key == bytes_key(1) || key == varint_key(1)) {
      good = add_references(reader) && good;
    } else if (key == bytes_key(5)) {
      ProtobufReader metadata(reader.bytes());
      while (metadata.next()) {
        if (metadata.key() == varint_key(1)) series_.type = metadata.number();
        if (metadata.key() == varint_key(4) && metadata.number() < symbols_.size()) {
          series_.unit = symbols_[metadata.number()];
        }
      }
      good = good && !metadata.failed();
    }
  }
  if (reader.failed() || !good) {
    series_.fault = "a series is no message";
  } else if (references_.size() / 2 > kMaxPointLabels || series_.labels.size() > kMaxPointLabels) {
    series_.fault = "a series has too many labels";
  } else if (!resolve_references()) {
    series_.fault = "a label refers to no symbol";
  } else if (series_.name.empty()) {
    series_.fault = "a series has no __name__";
  }
}

RemoteSample RemoteWriteReader::read_sample(std::string_view message) {
  RemoteSample sample;
  sample.value = 0;  // not on the wire
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == fixed64_key(1)) sample.value = reader.real();
    if (reader.key() == varint_key(2)) sample.time_ms = reader.integer();
  }
  sample.good = !reader.failed();
  sample.ends_series = is_stale(sample.value);
  return sample;
}

RemoteSample RemoteWriteReader::read_histogram(std::string_view message) {
  RemoteSample sample;
  sample.is_histogram = true;
  sample.sum = 0;
  ProtobufReader reader(message);
  while (reader.next()) {
    switch (reader.key()) {
      case varint_key(1):
        sample.count = static_cast<double>(reader.number());
        break;
      case fixed64_key(2):
        sample.count = reader.real();
        break;
      case fixed64_key(3):
        sample.sum = reader.real();
        break;
      case varint_key(14):
        sample.is_gauge = reader.number() == kGaugeHistogram;
        break;
      case varint_key(15):
        sample.time_ms = reader.integer();
        break;
      default:
        break;
    }
  }
  sample.good = !reader.failed();
  sample.ends_series = is_stale(sample.sum);
  return sample;
}

std::uint64_t RemoteWriteReader::count_exemplars(const RemoteSeries& series) const {
  std::uint64_t count = 0;
  ProtobufReader reader(series.message);
  while (reader.next()) count += reader.key() == exemplars_key() ? 1 : 0;
  return count;
}

RemoteWriteCheck check_remote_write(Format format, std::string_view request) {
  RemoteWriteCheck check;
  RemoteWriteReader reader(format);
  const auto note = [&check](std::string_view fault) {
    if (check.fault.empty()) check.fault = fault;
  };
  check.decodable = reader.read(request, [&](const RemoteSeries& series) {
    note(series.fault);
    std::uint64_t samples = 0;
    std::uint64_t histograms = 0;
    reader.for_each_sample(series, [&](const RemoteSample& sample) {
      if (!series.fault.empty() || !sample.good) {
        if (!sample.good) note("a sample is no message");
        ++check.refused;
      } else {
        ++(sample.is_histogram ? histograms : samples);
      }
    });
    check.samples += samples;
    check.histograms += histograms;
    if (series.fault.empty()) check.exemplars += reader.count_exemplars(series);
  });
  if (!check.decodable) return {.fault = "the body is no write request"};
  if (check.samples + check.histograms + check.refused > kMaxFrameRecords) {
    return {.fault = "the request holds too many samples"};
  }
  return check;
}

}  // namespace inkling::ingest
