#pragma once

#include <string>
#include <string_view>

#include "app/pipeline.h"
#include "core/position.h"
#include "core/result.h"
#include "core/state_writer.h"
#include "ingest/follow_book.h"

namespace inkling::app {

// A checkpoint is all a run has learned, as of the end of one frame of the journal: what a program
// that starts again loads before it goes on behind that frame. docs/components/checkpoint.md.

// `last`: the frame the epoch ended with. To be called from the pipeline's serial step.
void save_checkpoint(StateWriter& writer, const Pipeline& pipeline, const FrameStore& frames,
                     const ingest::FollowBook& files, Position last);

// Into a pipeline that has seen nothing. Returns the position that was saved. kBadInput, beginning
// with `what`, if it is no checkpoint of this program's format; then the pipeline is of no use.
Result<Position> load_checkpoint(std::string_view bytes, const std::string& what,
                                 Pipeline& pipeline, FrameStore& frames, ingest::FollowBook& files);

// The same without its place in a journal: what was learned, for another one. kBadInput as above.
Result<std::string> detach_checkpoint(std::string_view bytes, const std::string& what);

// What a checkpoint says of itself, without loading it.
struct CheckpointHead {
  Position last;
  std::string program;  // the version that wrote it; for people
};
Result<CheckpointHead> read_checkpoint_head(std::string_view bytes, const std::string& what);

}  // namespace inkling::app
