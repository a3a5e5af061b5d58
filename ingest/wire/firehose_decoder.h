#pragma once

#include <cstddef>
#include <memory>

#include "core/decompress.h"
#include "ingest/wire/cloudwatch_logs.h"
#include "ingest/wire/metric_stream.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kFirehose: a delivery of Data Firehose to an HTTP endpoint, records of base64:
//
//   {"requestId":"...","timestamp":<ms>,"records":[{"data":"<base64>"}]}
//
// What a record holds is told by its bytes: gzip is undone; then documents of CloudWatch Logs or
// Metric Streams, metric streams as length-delimited OTLP ("opentelemetry1.0"), or lines, each a
// JSON object or text. A Firehose record without content counts as an empty line.
class FirehoseDecoder final : public WireDecoder {
 public:
  explicit FirehoseDecoder(const WireContext& context);
  ~FirehoseDecoder() override;
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  void read_record(std::string_view record, Batch& batch);
  // The bytes of a record, in the batch, with padding behind them; kBadEncoding if there are none.
  ParseError open(std::string_view base64, Batch& batch);
  void read_content(std::string_view content, Batch& batch);
  void read_documents(std::string_view content, Batch& batch);
  void read_lines(std::string_view content, Batch& batch);
  void read_line(std::string_view line, Batch& batch);
  bool read_otlp(std::string_view content, Batch& batch);

  WireContext context_;
  CloudWatchLogs logs_;
  MetricStream metrics_;
  std::unique_ptr<Inflater> gunzip_;
  std::unique_ptr<WireDecoder> otlp_;  // null: this build has none
  PaddedBuffer inflated_;
  std::string_view content_;        // of the record being read
  std::string_view service_;        // what the frame says for all its records
  std::size_t inflated_bytes_ = 0;  // of all records of the frame
};

}  // namespace inkling::ingest
