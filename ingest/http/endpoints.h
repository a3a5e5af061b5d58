#pragma once

#include "core/http_server.h"
#include "ingest/http/access.h"
#include "ingest/http/intake.h"
#include "ingest/options.h"

namespace inkling::ingest {

// What all endpoints share. Everything outlives the server.
struct EndpointContext {
  HttpServer& server;
  HttpIntake& intake;
  const AccessKeys& keys;
  const HttpSourceOptions& options;
};

// Registers every shipper's paths. Before the server starts. One file per protocol beside this one;
// docs/shippers/ says what each sender is told when.
void register_endpoints(const EndpointContext& context);

// POST /ingest/ndjson: log and metric lines, as any Content-Encoding that is spoken here. The body
// goes into the journal as received and is answered once it is durable:
//
//   200 {"accepted_bytes":n}   durable; n = bytes as received
//   400                        empty, or it does not begin like the encoding it claims
//   401, 403                   no key, a wrong key
//   415                        other Content-Encoding
//   503 + Retry-After          too much is pending; send it again
//   507                        the disk failed; nothing of it is kept
//
// Whether a compressed body can be read to its end is not tried here: it is decompressed once, by
// the decoder, within its limits, and what cannot be read is counted and kept there.
void register_ndjson(const EndpointContext& context);

// POST /v1/logs, /v1/metrics, /v1/traces: OTLP/HTTP, application/x-protobuf or application/json, and
// the answer in the same. 200 once durable (at once for an empty request), with partialSuccess for
// records that are broken; 400 for what is no export request, 413 beyond the limits, 415 for another
// Content-Type or Content-Encoding, 503 + Retry-After when it cannot be taken now: never 500, on
// which SDKs drop the data. Refusals are google.rpc.Status.
void register_otlp(const EndpointContext& context);

// POST /api/v1/write: Prometheus remote write 1.0 and 2.0, snappy blocks (zstd as well). 204 once
// durable; 2.0 is told how much was written. 400 for what is no write request, and for one with
// series that cannot be written, whose others are; 415 for another message or encoding; 503 +
// Retry-After when it cannot be taken now (429 would lose the data).
void register_remote_write(const EndpointContext& context);

// 401 or 403 in plain JSON where a protocol has no wording of its own.
HttpGuard plain_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint);

}  // namespace inkling::ingest
