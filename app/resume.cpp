#include "app/resume.h"

#include <fmt/format.h>

#include <utility>

#include "app/checkpoint.h"
#include "app/checkpoint_files.h"
#include "core/log.h"
#include "core/state_file.h"

namespace inkling::app {

Result<Resumed> resume_pipeline(const std::string& directory, const MakePipeline& make,
                                const std::string& journal_directory, ingest::Journal& journal) {
  Resumed resumed;
  bool loaded = false;
  const auto files = CheckpointFiles(directory).list();
  for (const CheckpointFiles::File& file : files) {
    const auto state = read_state_file(file.path);
    if (!state) {
      log_warn(fmt::format("checkpoint not taken: {}", state.error().message));
      continue;
    }
    if (loaded) {
      const auto head = read_checkpoint_head(*state, file.path);
      if (head) resumed.kept.push_back(head->last);
      continue;
    }
    INKLING_TRY_ASSIGN(resumed.pipeline, make());
    ingest::FollowBook files_of_it;
    const auto last = load_checkpoint(*state, file.path, *resumed.pipeline, journal, files_of_it);
    if (!last) {
      log_warn(fmt::format("checkpoint not taken: {}", last.error().message));
      continue;
    }
    loaded = true;
    resumed.files = std::move(files_of_it);
    resumed.kept.push_back(*last);
    log_info(fmt::format("going on from {}, behind segment {} offset {} of the journal", file.path,
                         last->segment, last->offset));
  }
  if (!loaded) {
    INKLING_TRY_ASSIGN(resumed.pipeline, make());
    log_info(files.empty() ? "no checkpoint yet: what the journal holds is run from its begin"
                           : "no checkpoint can be read: nothing learned is left, and what the "
                             "journal holds is run from its begin");
  }
  const Position last = loaded ? resumed.kept.front() : Position{};
  INKLING_TRY(resumed.files.read_behind(journal_directory, last));
  INKLING_TRY(journal.resume_behind(last));
  return resumed;
}

}  // namespace inkling::app
