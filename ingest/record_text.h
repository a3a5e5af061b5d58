#pragma once

#include <cstdint>
#include <string>

#include "core/frame.h"
#include "core/result.h"

namespace inkling::ingest {

// The text of record number `record` of a whole frame, for evidence. Lines and elements of
// documents: as received. Records of wire formats: the frame is decoded again, and it is the text
// the record stands for (LogRecord::raw); of metric points a line each, name{label="value"} value.
// kNotFound if there is none, kBadInput if the frame cannot be decompressed. Spans and lines that
// were joined to others have no text of their own: kNotFound.
Result<std::string> read_record_text(FrameChunk chunk, std::uint32_t record);

}  // namespace inkling::ingest
