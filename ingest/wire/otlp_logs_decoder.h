#pragma once

#include <memory>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes ExportLogsServiceRequest, protobuf (kOtlpLogs): each LogRecord is a line of the batch.
// Message: the body. A string body is read as a line of its own (ingest/line_reader.h: it may be
// JSON), a map as the JSON object it is. Without a body: exception, message attributes, event name.
// The exception of a record that has a body follows it: "charge failed: TimeoutError: after 3 s".
// Time: time_unix_nano, else observed_time_unix_nano, else none. Attributes and resource:
// docs/components/otlp.md. Source: opentelemetry-proto 1.x, logs/v1.
std::unique_ptr<WireDecoder> make_otlp_logs_decoder(const WireContext& context);

}  // namespace inkling::ingest
