#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/frame_store.h"
#include "ingest/chunk_source.h"
#include "ingest/options.h"

namespace inkling::ingest {

// One file of a replay, as opened.
struct ReplayFile {
  std::string path;  // as given or found below a given directory
  Format format = Format::kAuto;
  Encoding encoding = Encoding::kIdentity;
  std::uint64_t bytes = 0;  // on disk
  std::string unreadable;   // why it is skipped ("unknown shape: ..."), "" = it is read
};

// Replays files as a journal: each file is an origin, its frames have a fixed size, and the next
// frame comes from the file whose next frame begins earliest in event time (ties: the order given).
// Directories are walked in byte order of the paths; hidden entries are left out. Formats are told
// by content unless given; encoding by magic number. "-" is standard input: read once, and of its
// frames the last 64 MiB are kept for reading back.
//
// Threads: next() is called by one thread at a time; note_times, read_range, read_record,
// first_line, bytes_read and total_bytes may be called by any thread, also beside next().
class FileReplay : public ChunkSource, public FrameStore {
 public:
  // `paths`: files and directories. kNotFound names a path that does not exist.
  // `format`: kAuto, or what all files are.
  static Result<std::unique_ptr<FileReplay>> create(const std::vector<std::string>& paths,
                                                    Format format, const FileReplayOptions& options,
                                                    const DecoderOptions& decoder_options);

  // In the order of their segment numbers (Position::segment).
  virtual const std::vector<ReplayFile>& files() const = 0;
  // Bytes read from disk so far, of total_bytes(): for progress. Thread-safe.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t total_bytes() const = 0;
  // Number of physical lines in a file before the frame at this position, plus 1: the first line's
  // number. Known once the frame was returned by next().
  virtual std::uint64_t first_line(Position frame) const = 0;
};

}  // namespace inkling::ingest
