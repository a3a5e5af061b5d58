#pragma once

#include <string_view>

#include "core/batch.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Decodes plain text: each line is a message without a time, a level or a service.
void decode_text(std::string_view bytes, const DecoderOptions& options, Batch& batch);

}  // namespace inkling::ingest
