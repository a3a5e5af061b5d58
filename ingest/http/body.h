#pragma once

#include <optional>
#include <string_view>

#include "core/decompress.h"
#include "core/http_server.h"
#include "ingest/http/intake.h"
#include "ingest/options.h"

namespace inkling::ingest {

// What a request says of its body, before anything is decompressed.
struct BodyCheck {
  Encoding encoding = Encoding::kIdentity;
  std::optional<IntakeRefusal> refusal = {};  // kEmpty, kEncoding; empty: take it
  int status = 200;                           // of a refusal: 400, or 415 for an unknown encoding
  std::string_view reason = {};               // of a refusal, for people
};
// `snappy`: which of its two formats the protocol means by "snappy".
BodyCheck check_body(const HttpRequest& request, Encoding snappy = Encoding::kSnappyFramed);

// The plain bytes of a body, for answers that depend on them. Valid as long as the body is.
struct PlainBody {
  std::string_view text;
  std::optional<IntakeRefusal> refusal = {};  // kEncoding: damaged; kTooLarge: beyond the limits
  PaddedBuffer inflated = {};
};
PlainBody read_body(const HttpRequest& request, Encoding encoding, const InflateLimits& limits);

// The limits on bodies that the configuration names.
InflateLimits inflate_limits(const HttpSourceOptions& options);

}  // namespace inkling::ingest
