#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/protobuf_writer.h"

namespace inkling::ingest {

// Builds remote write requests by their field numbers.

using Proto = ProtobufWriter;
using Labels = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::uint64_t kStaleMarker = 0x7FF0000000000002;

inline Proto remote_sample(double value, std::int64_t ms) {
  return Proto().real(1, value).varint(2, static_cast<std::uint64_t>(ms));
}
inline Proto stale_sample(std::int64_t ms) {
  return Proto().fixed64(1, kStaleMarker).varint(2, static_cast<std::uint64_t>(ms));
}

// A TimeSeries of 1.0 without histograms.
inline Proto series_v1(const Labels& labels, const std::vector<Proto>& samples) {
  Proto out;
  for (const auto& [name, value] : labels) {
    out.message(1, Proto().text(1, name).text(2, value));
  }
  for (const Proto& sample : samples) out.message(2, sample);
  return out;
}
inline std::string request_v1(const std::vector<Proto>& series) {
  Proto out;
  for (const Proto& one : series) out.message(1, one);
  return out.bytes();
}

// A request of 2.0: symbols are collected while series are made.
class RequestV2 {
 public:
  // References to these labels, packed.
  Proto series(const Labels& labels, const std::vector<Proto>& samples, std::uint64_t type = 0) {
    std::vector<std::uint64_t> references;
    for (const auto& [name, value] : labels) {
      references.push_back(symbol(name));
      references.push_back(symbol(value));
    }
    Proto out;
    out.packed_varints(1, references);
    for (const Proto& sample : samples) out.message(2, sample);
    if (type != 0) out.message(5, Proto().varint(1, type));
    return out;
  }
  std::string bytes(const std::vector<Proto>& series) const {
    Proto out;
    for (const std::string& symbol : symbols_) out.text(4, symbol);
    for (const Proto& one : series) out.message(5, one);
    return out.bytes();
  }

 private:
  std::uint64_t symbol(const std::string& text) {
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
      if (symbols_[i] == text) return i;
    }
    symbols_.push_back(text);
    return symbols_.size() - 1;
  }
  std::vector<std::string> symbols_ = {""};
};

}  // namespace inkling::ingest
