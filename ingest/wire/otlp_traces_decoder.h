#pragma once

#include <memory>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes ExportTraceServiceRequest, protobuf (kOtlpTraces), as far as topology needs it: service,
// parent, peer, duration and status of each span. A span is a line of the batch that is counted as
// a span; what it tells are calls (ingest/span_calls.h). Parents are found in the same frame only.
// Source: opentelemetry-proto 1.x, trace/v1.
std::unique_ptr<WireDecoder> make_otlp_traces_decoder(const WireContext& context);

}  // namespace inkling::ingest
