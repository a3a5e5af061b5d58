#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/pipeline.h"
#include "ingest/follow_book.h"
#include "ingest/journal.h"

namespace inkling::app {

using MakePipeline = std::function<Result<std::unique_ptr<Pipeline>>()>;

struct Resumed {
  std::unique_ptr<Pipeline> pipeline;
  ingest::FollowBook files;    // how far followed files are in the journal
  std::vector<Position> kept;  // what the checkpoints there are end with, the newest first
};

// Makes a pipeline that goes on where the run before was: with the newest checkpoint in `directory`
// that can be read, else with nothing learned, and the journal from there on. Says in the log which
// it was, and why others were not taken. Errors of `make` and of the journal only.
Result<Resumed> resume_pipeline(const std::string& directory, const MakePipeline& make,
                                const std::string& journal_directory, ingest::Journal& journal);

}  // namespace inkling::app
