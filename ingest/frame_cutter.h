#pragma once

#include <cstdint>

#include "core/frame.h"
#include "core/padded_buffer.h"
#include "core/result.h"
#include "ingest/options.h"
#include "ingest/replay_input.h"

namespace inkling::ingest {

// Where the frames of a file lie: a function of its bytes and of `frame_bytes` alone.
// Lines: as many whole lines as fit into frame_bytes; a longer line makes a longer frame, and is
// cut behind max_line_bytes + 1 bytes, what follows being a line of its own. Of text whole records
// (stack traces are not cut), unless one is very long. Documents: one frame.
struct FrameCutOptions {
  Format format = Format::kNdjson;
  std::uint64_t frame_bytes = 1u << 20;
  std::uint64_t max_line_bytes = 1u << 20;
  std::uint64_t max_document_bytes = 64u << 20;
};

// Size of the frame at `offset`, 0 at the end of the input. kBadInput if a document is too large.
Result<std::uint64_t> cut_frame(ReplayInput& input, std::uint64_t offset,
                                const FrameCutOptions& options, PaddedBuffer& scratch);

}  // namespace inkling::ingest
