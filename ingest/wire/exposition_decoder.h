#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "core/event.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// What a scrape writes as the value of a series that the page does not have any more: the series
// ends. No page says it.
inline constexpr std::string_view kStaleWord = "StaleNaN";

// Pages of metrics as Prometheus scrapes them: text format 0.0.4, or OpenMetrics 1.0 if the page
// ends with "# EOF" (then times are seconds). Counters are counters; the buckets of histograms, and
// "_created", are not series of their own (joined lines): count and sum are. Samples without a time
// have that of arrival. Further labels of all samples come from the frame's attributes (instance).
class ExpositionDecoder final : public WireDecoder {
 public:
  explicit ExpositionDecoder(const WireContext& context) : options_(context.options) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  enum class Family : std::uint8_t { kOther, kCounter, kHistogram, kSummary };

  void read_comment(std::string_view line, Batch& batch);
  ParseError read_sample(std::string_view line, std::uint32_t record, Batch& batch);
  // Of the metric a sample belongs to, by its name and suffix.
  Family family_of(std::string_view name, std::string_view& suffix) const;

  const DecoderOptions& options_;
  std::unordered_map<std::string_view, Family> families_;  // of the page; views into it
  bool seconds_ = false;
  std::string_view instance_;
};

}  // namespace inkling::ingest
