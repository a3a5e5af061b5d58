#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/replay_args.h"
#include "config/config.h"
#include "core/frame_store.h"
#include "core/result.h"
#include "ingest/chunk_source.h"

namespace inkling::app {

// What a replay reads: files, or a journal directory.
class ReplayInput {
 public:
  // Names what cannot be opened; warns of files that are skipped.
  static Result<std::unique_ptr<ReplayInput>> open(const ReplayArgs& args,
                                                   const config::Config& config);
  virtual ~ReplayInput() = default;

  virtual ingest::ChunkSource& source() = 0;
  virtual FrameStore& store() = 0;

  struct Line {
    std::string_view source;   // path of the file; directory of the journal
    std::uint64_t number = 0;  // physical line from 1; in a journal, within its frame
  };
  virtual Line line_of(Position position) const = 0;
  // Whether the sources of lines are files.
  virtual bool is_files() const = 0;

  virtual std::uint64_t bytes_read() const = 0;   // thread-safe
  virtual std::uint64_t total_bytes() const = 0;  // 0 = not known
  virtual std::string describe() const = 0;       // "3 files, 1.2 MiB"
};

}  // namespace inkling::app
