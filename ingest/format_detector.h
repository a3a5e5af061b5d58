#pragma once

#include <string>
#include <string_view>

#include "core/frame.h"
#include "core/padded_buffer.h"
#include "ingest/options.h"

namespace inkling::ingest {

// How a file is to be read.
struct DetectedFormat {
  Format format = Format::kText;
  std::string unreadable = {};  // why it cannot be ("unknown shape: ..."), "" = it can
  bool needs_whole = false;     // looks like one JSON document: ask again with all of it
};

// How much of a file's beginning is looked at.
inline constexpr std::size_t kDetectBytes = 64u << 10;

// Tells the format of a file by the beginning of its plain bytes; `whole`: that is all of it. The
// path decides only whether a table of unknown columns is a broken ".csv" or a text.
// A JSON file none of whose first records has a known shape is unreadable, as are binary files.
DetectedFormat detect_format(const PaddedBuffer& head, bool whole, std::string_view path,
                             const DecoderOptions& options);

}  // namespace inkling::ingest
