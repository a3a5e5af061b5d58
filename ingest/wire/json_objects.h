#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/json_splitter.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Reads the values of a JSON body as records. What does not close, is no object or is too long is
// a broken line; of each other one add(object, record) says what is wrong with it, kNone if
// nothing.
template <class Add>
void for_each_object(std::string_view bytes, const DecoderOptions& options, Batch& batch,
                     Add&& add) {
  JsonSplitter splitter(bytes);
  while (const auto piece = splitter.next()) {
    const std::uint32_t record = batch.lines++;
    ParseError error = ParseError::kNone;
    if (!piece->whole) {
      error = ParseError::kBadJson;
    } else if (piece->text.size() > options.max_line_bytes) {
      error = ParseError::kOverlong;
    } else if (piece->text.front() != '{') {
      error = ParseError::kNotAnObject;
    } else {
      error = add(piece->text, record);
    }
    if (error != ParseError::kNone) batch.broken.push_back({record, error, piece->text});
  }
}

}  // namespace inkling::ingest
