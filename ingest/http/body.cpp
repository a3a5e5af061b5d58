#include "ingest/http/body.h"

#include <memory>

namespace inkling::ingest {

BodyCheck check_body(const HttpRequest& request, Encoding snappy) {
  const auto encoding = parse_content_encoding(request.header("content-encoding"), snappy);
  if (!encoding) {
    return {.refusal = IntakeRefusal::kEncoding,
            .status = 415,
            .reason = "Content-Encoding must be identity, gzip, zstd, deflate or snappy"};
  }
  if (request.body.size() == 0) {
    return {.refusal = IntakeRefusal::kEmpty, .status = 400, .reason = "the body is empty"};
  }
  if (!begins_like(*encoding, request.body.view())) {
    return {.refusal = IntakeRefusal::kEncoding,
            .status = 400,
            .reason = "the body is not what Content-Encoding says"};
  }
  return {.encoding = *encoding};
}

PlainBody read_body(const HttpRequest& request, Encoding encoding, const InflateLimits& limits) {
  PlainBody body;
  const std::string_view sent = request.body.view();
  if (encoding == Encoding::kIdentity) {
    body.text = sent;
    if (sent.size() > limits.max_bytes) body.refusal = IntakeRefusal::kTooLarge;
    return body;
  }
  const std::unique_ptr<Inflater> inflater = make_inflater(encoding);
  const Result<void> done = inflate_all(*inflater, sent, body.inflated, limits);
  if (done) {
    body.text = body.inflated.view();
    return body;
  }
  // What goes beyond a limit is read a byte further than that.
  const std::size_t size = body.inflated.size();
  const bool too_large = size > limits.max_bytes || size / limits.max_ratio >= sent.size();
  body.refusal = too_large ? IntakeRefusal::kTooLarge : IntakeRefusal::kEncoding;
  return body;
}

InflateLimits inflate_limits(const HttpSourceOptions& options) {
  return {.max_bytes = options.max_inflated_bytes, .max_ratio = options.max_inflate_ratio};
}

}  // namespace inkling::ingest
