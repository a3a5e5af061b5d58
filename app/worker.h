#pragma once

#include "config/config.h"
#include "core/batch.h"
#include "core/digest.h"
#include "core/result.h"
#include "detect/digest_builder.h"
#include "ingest/decoder.h"

namespace inkling::app {

// The scratch one thread needs to decode and digest: simdjson's parser, the compiled rules, hash
// tables. Not thread-safe: borrowed by one thread at a time.
struct Worker {
  ingest::Decoder decoder;
  detect::DigestBuilder digests;

  static Result<Worker> create(const config::Config& config, bool keep_skeletons);
};

// What travels through the pipeline: a batch and its digest. Reused.
struct Work {
  Batch batch;
  Digest digest;
};

}  // namespace inkling::app
