#pragma once

#include "ingest/envelope_fields.h"
#include "ingest/wire/hec_event.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Format::kHecEvents: events of Splunk's HTTP event collector, JSON objects one behind the other.
// A record is an event: text is read as any line inside an envelope, an object as an NDJSON line.
// Metric events ("event":"metric" with fields "metric_name:<name>", or "metric_name" and "_value")
// give a point for each name, labelled with the other fields.
class HecDecoder final : public WireDecoder {
 public:
  explicit HecDecoder(const WireContext& context) : context_(context), fields_(context.fields) {}
  void decode(std::string_view bytes, Batch& batch) override;

 private:
  ParseError add(std::string_view object, std::uint32_t record, Batch& batch);
  ParseError add_event(const HecEvent& event, std::uint32_t record, Batch& batch);
  // Adds the points of a metric event; false if it holds none.
  bool add_metrics(const HecEvent& event, std::uint32_t record, Batch& batch);
  void offer_fields(std::string_view fields, Batch& batch);

  WireContext context_;
  EnvelopeFields fields_;  // of the event being read
};

}  // namespace inkling::ingest
