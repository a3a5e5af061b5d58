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

// 401 or 403 in plain JSON where a protocol has no wording of its own.
HttpGuard plain_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint);

}  // namespace inkling::ingest
