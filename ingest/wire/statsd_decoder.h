#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes StatsD and DogStatsD (kStatsd): a message per line. docs/components/statsd.md says what
// becomes of each type. Stateless: a point is what its message says, sums are made behind it.
class StatsdDecoder final : public WireDecoder {
 public:
  explicit StatsdDecoder(const WireContext& context)
      : max_line_bytes_(context.options.max_line_bytes), lines_(context.lines) {}

  void decode(std::string_view bytes, Batch& batch) override;

 private:
  // What stands behind the type of a metric, or behind the text of an event or check.
  struct Sections {
    double rate = 1;
    bool is_dogstatsd = false;  // has what only its clients write
    Timestamp time = Timestamp::none();
    std::string_view service;
    std::string_view version;
    std::string_view key;     // of an event: aggregation key
    std::string_view type;    // of an event: error, warning, info, success
    std::string_view source;  // of an event
    bool good = true;
  };

  ParseError decode_line(std::string_view line, std::uint32_t record, Batch& batch);
  ParseError decode_metric(std::string_view line, std::uint32_t record, Batch& batch);
  ParseError decode_event(std::string_view line, std::uint32_t record, Batch& batch);
  ParseError decode_check(std::string_view line, std::uint32_t record, Batch& batch);
  // `is_metric`: "d:" and "T" mean different things in metrics and events.
  Sections read_sections(std::string_view text, bool is_metric);
  void read_tags(std::string_view text, Sections& sections);
  void add_point(std::string_view name, double value, MetricKind kind, std::string_view unit,
                 const Sections& sections, std::uint32_t record, Batch& batch);

  const std::uint32_t max_line_bytes_;
  LineReader& lines_;
  std::vector<LabelView> labels_;  // of the message being read
};

}  // namespace inkling::ingest
