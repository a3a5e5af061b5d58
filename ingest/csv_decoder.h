#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch.h"
#include "ingest/options.h"
#include "ingest/record_builder.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {

// What a column of a metrics file holds.
enum class CsvRole : std::uint8_t {
  kNone,  // not read: a column of anomaly labels ("label", "is_anomaly"), or one without a name
  kTime,
  kValue,
  kMetric,
  kService,
  kVersion,
  kUnit,
  kKind,
  kLabel,  // becomes a label named like the column
};

struct CsvColumn {
  CsvRole role = CsvRole::kNone;
  std::string name;
};

// Reads a header line; nothing if it names no time or no value column, so is none.
std::optional<std::vector<CsvColumn>> read_csv_header(std::string_view line);

// Decodes metrics from CSV: `timestamp,value` (the series is named by chunk.origin_name) or the
// long form `timestamp,service,metric,value`, in any order, with further columns as labels. Fields
// may be quoted, but hold no line break. An empty value or "NaN" is a point without a value. Not
// thread-safe: one per thread.
class CsvDecoder {
 public:
  explicit CsvDecoder(const DecoderOptions& options)
      : options_(options), times_(utc_offset_of(options)) {}

  // The header is chunk.preamble; without one it is the first line.
  void decode(std::string_view bytes, Batch& batch);

 private:
  ParseError decode_row(std::string_view line, std::uint32_t record, std::string_view origin_name,
                        Batch& batch);
  // Cuts a row into fields_; false if a quote is not closed.
  bool split(std::string_view line, Batch& batch);

  DecoderOptions options_;
  std::string header_;  // the line columns_ were read from
  std::vector<CsvColumn> columns_;
  std::vector<std::string_view> column_names_;  // in the batch being filled
  std::vector<std::string_view> fields_;
  TimeReader times_;
};

}  // namespace inkling::ingest
