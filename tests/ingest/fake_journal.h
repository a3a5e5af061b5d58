#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ingest/journal.h"

namespace inkling::ingest {

// A journal that keeps frames in memory and refuses when told to.
class FakeJournal final : public Journal {
 public:
  struct Frame {
    OriginId origin = 0;
    Format format = Format::kNdjson;
    std::string origin_name;
    std::uint64_t resume_offset = 0;
    std::string body;
  };

  // The next frames meet this error.
  void refuse(int frames, ErrorCode code = ErrorCode::kUnavailable) {
    std::lock_guard lock(mutex_);
    refusals_ = frames;
    code_ = code;
  }
  // From now on each frame is committed when it is taken; else never.
  void commit_at_once(bool at_once = true) {
    std::lock_guard lock(mutex_);
    commits_ = at_once;
  }
  // Waits until there are so many frames.
  void await(std::size_t frames) {
    std::unique_lock lock(mutex_);
    added_.wait(lock, [&] { return frames_.size() >= frames; });
  }
  // Waits until it has refused so many.
  void await_refusals(int count) {
    std::unique_lock lock(mutex_);
    added_.wait(lock, [&] { return refused_ >= count; });
  }
  std::vector<Frame> frames() {
    std::lock_guard lock(mutex_);
    return frames_;
  }
  std::vector<std::string> bodies() {
    std::vector<std::string> bodies;
    for (const Frame& frame : frames()) bodies.push_back(frame.body);
    return bodies;
  }

  Result<void> append(IncomingFrame frame, Committed committed) override {
    std::lock_guard lock(mutex_);
    if (refusals_ > 0) {
      --refusals_;
      ++refused_;
      added_.notify_all();
      return fail(code_, "refused");
    }
    frames_.push_back({frame.origin, frame.format, frame.origin_name, frame.resume_offset,
                       std::string(frame.bytes.view())});
    added_.notify_all();
    if (commits_ && committed) committed(Position{});
    return {};
  }
  void close() override {}
  Result<bool> next(FrameChunk&) override { return false; }
  void note_times(Position, Timestamp, Timestamp) override {}
  Result<void> read_range(TimeRange, const std::function<bool(FrameChunk&&)>&) override {
    return {};
  }
  Result<std::string> read_record(Position) override { return fail(ErrorCode::kNotFound, ""); }

 private:
  std::mutex mutex_;
  std::condition_variable added_;
  std::vector<Frame> frames_;
  bool commits_ = false;
  int refusals_ = 0;  // still to come
  int refused_ = 0;
  ErrorCode code_ = ErrorCode::kUnavailable;
};

}  // namespace inkling::ingest
