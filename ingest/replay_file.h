#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/batch.h"
#include "ingest/decoder.h"
#include "ingest/file_replay.h"
#include "ingest/frame_cutter.h"
#include "ingest/replay_input.h"

namespace inkling::ingest {

// One frame of a file: where it lies.
struct FrameSpan {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// A file being replayed: where its next frame begins and when. Not thread-safe: one owner.
class ReplayFileReader {
 public:
  // Opens the file and tells its format. A file that cannot be read as anything has
  // info().unreadable set; kIo or kNotFound only if it cannot be opened.
  static Result<ReplayFileReader> open(std::string path, Format format,
                                       const FileReplayOptions& options,
                                       const DecoderOptions& decoder_options);

  const ReplayFile& info() const { return info_; }
  const std::shared_ptr<const std::string>& name() const { return name_; }
  const std::shared_ptr<const std::string>& preamble() const { return preamble_; }

  // The frame that comes next; size 0 = the file is at its end.
  FrameSpan next_frame() const { return next_; }
  // Event time at which it begins: of its first record that has a time (of a document: its
  // earliest); without one, that of the frame before. none() = the file has shown no time yet.
  Timestamp next_time() const { return next_time_; }

  // Goes on to the frame behind; the bytes of the one before can still be read until the next call.
  Result<void> advance(Decoder& decoder, Batch& scratch);

  // Appends bytes of the latest frame to `target`.
  Result<std::size_t> read(std::uint64_t offset, std::size_t size, PaddedBuffer& target) {
    return input_->read(offset, size, target);
  }
  std::uint64_t disk_bytes() const { return input_ ? input_->disk_bytes() : 0; }
  // Gives back the memory of a file that is read.
  void close() { input_.reset(); }

 private:
  ReplayFileReader() = default;
  Result<void> look_ahead(Decoder& decoder, Batch& scratch);

  ReplayFile info_;
  std::unique_ptr<ReplayInput> input_;
  std::shared_ptr<const std::string> name_;
  std::shared_ptr<const std::string> preamble_;  // the header line of a CSV file
  FrameCutOptions cut_;
  PaddedBuffer scratch_;
  FrameSpan next_;
  Timestamp next_time_ = Timestamp::none();
};

}  // namespace inkling::ingest
