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

// POST and PUT /ingest/ndjson: log and metric records, as any Content-Encoding that is spoken here.
// Content-Type says how they are written: application/json: an array, or objects one behind the
// other; text/plain: a line is a record; application/msgpack: Fluent Bit's events; anything else: a
// JSON object a line. ?service= and ?version= hold for records that do not say them. The body goes
// into the journal as received and is answered once it is durable:
//
//   200 {"accepted_bytes":n}   durable; n = bytes as received
//   400                        empty, or it does not begin like the encoding it claims
//   401, 403                   no key, a wrong key
//   413                        the body is larger than a frame may be
//   415                        other Content-Encoding
//   503 + Retry-After          too much is pending; send it again
//   507                        the disk failed; nothing of it is kept
//
// Whether a compressed body can be read to its end is not tried here: it is decompressed once, by
// the decoder, within its limits, and what cannot be read is counted and kept there.
void register_ndjson(const EndpointContext& context);

// POST /v1/logs, /v1/metrics, /v1/traces: OTLP/HTTP, application/x-protobuf or application/json,
// and the answer in the same. 200 once durable (at once for an empty request), with partialSuccess
// for records that are broken; 400 for what is no export request, 413 beyond the limits, 415 for
// another Content-Type or Content-Encoding, 503 + Retry-After when it cannot be taken now: never
// 500, on which SDKs drop the data. Refusals are google.rpc.Status.
void register_otlp(const EndpointContext& context);

// POST /api/v1/write: Prometheus remote write 1.0 and 2.0, snappy blocks (zstd as well). 204 once
// durable; 2.0 is told how much was written. 400 for what is no write request, and for one with
// series that cannot be written, whose others are; 415 for another message or encoding; 503 +
// Retry-After when it cannot be taken now (429 would lose the data).
void register_remote_write(const EndpointContext& context);
// GET and HEAD /, /_license, /_cluster/health and the set-up paths of templates, life cycles and
// pipelines; POST and PUT /_bulk and /<index>/_bulk. 200 with an item for each action once the body
// is durable (400 in the item of a document that is none); 429 for the whole request when too much
// is pending. Asked for every path that no other route has: 404 if it is not Elasticsearch's.
void register_elastic(const EndpointContext& context);

// POST /loki/api/v1/push and /api/prom/push: 204 once durable, 429 when too much is pending, 400
// for what is no push request at all. GET /ready.
void register_loki(const EndpointContext& context);

// POST /services/collector[/event[/1.0]], /services/collector/raw[/1.0], .../ack and GET
// .../health: Splunk's codes with their statuses; 503 code 9 when too much is pending.
void register_splunk(const EndpointContext& context);

// POST /api/v2/logs, /v1/input and /v1/input/<key>: 202 once durable, 429 when too much is pending.
// GET /api/v1/validate.
void register_datadog(const EndpointContext& context);

// POST /ingest/firehose: exactly 200 once durable, 503 when too much is pending, 400 for what is no
// delivery; always with the request's id, and never 413, which loses the sender's data.
void register_firehose(const EndpointContext& context);

// Refuses who shows no key or a wrong one in the words of a protocol.
using AccessWording = std::function<HttpResponse(Access access, const HttpRequest& head)>;
HttpGuard worded_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint,
                       AccessWording wording);

// 401 or 403 in plain JSON where a protocol has no wording of its own.
HttpGuard plain_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint);

}  // namespace inkling::ingest
