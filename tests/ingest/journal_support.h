#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ingest/local_journal.h"

namespace inkling::ingest {

inline constexpr std::int64_t kArrivalSeconds = 1'700'000'000;

inline IncomingFrame make_frame(OriginId origin, std::string_view body) {
  IncomingFrame frame;
  frame.origin = origin;
  frame.arrival = Timestamp::from_seconds(kArrivalSeconds);
  frame.origin_name = "origin " + std::to_string(origin);
  frame.bytes = PaddedBuffer::copy_of(body);
  return frame;
}

inline IncomingFrame make_tick() {
  IncomingFrame frame = make_frame(0, "");
  frame.format = Format::kTick;
  frame.origin_name = "clock";
  return frame;
}

// Commits fast and in small segments, unless told otherwise.
inline JournalOptions journal_options(const std::string& directory) {
  JournalOptions options;
  options.directory = directory;
  options.commit_interval = std::chrono::milliseconds(1);
  return options;
}

inline std::unique_ptr<LocalJournal> open_journal(const JournalOptions& options,
                                                  MetricsRegistry& metrics,
                                                  std::unique_ptr<JournalDisk> disk = nullptr) {
  auto journal = LocalJournal::create(options, metrics, std::move(disk));
  if (!journal.has_value()) {
    ADD_FAILURE() << journal.error().message;
    std::abort();
  }
  return std::move(*journal);
}

// Appends a frame and waits for its commit.
inline Result<Position> append_and_wait(Journal& journal, IncomingFrame frame) {
  auto promise = std::make_shared<std::promise<Result<Position>>>();
  auto committed = promise->get_future();
  INKLING_TRY(journal.append(
      std::move(frame), [promise](const Result<Position>& result) { promise->set_value(result); }));
  return committed.get();
}

// What a test compares of a chunk.
struct Seen {
  Position position;
  OriginId origin = 0;
  std::string origin_name;
  Format format = Format::kNdjson;
  Timestamp arrival;
  bool ends_epoch = false;
  std::string body;
  friend bool operator==(const Seen&, const Seen&) = default;
};

inline Seen seen_of(const FrameChunk& chunk) {
  return {.position = chunk.header.position,
          .origin = chunk.header.origin,
          .origin_name = chunk.origin_name ? *chunk.origin_name : "",
          .format = chunk.header.format,
          .arrival = chunk.header.arrival,
          .ends_epoch = chunk.ends_epoch,
          .body = std::string(chunk.bytes.view())};
}

// Everything a source hands out until its end.
inline std::vector<Seen> drain(ChunkSource& source) {
  std::vector<Seen> all;
  FrameChunk chunk;
  while (true) {
    const auto more = source.next(chunk);
    if (!more.has_value()) {
      ADD_FAILURE() << more.error().message;
      break;
    }
    if (!*more) break;
    EXPECT_TRUE(chunk.begins_frame);
    EXPECT_TRUE(chunk.ends_frame);
    EXPECT_FALSE(chunk.ends_origin);
    all.push_back(seen_of(chunk));
  }
  return all;
}

// The orders a test gives to the disk of a journal that it has handed over.
class DiskControl {
 public:
  void hold() {
    set([this] { held_ = true; });
  }
  void release() {
    set([this] { held_ = false; });
  }
  void fail_syncs(int error) {
    set([this, error] { sync_error_ = error; });
  }
  void fail_writes(int error) {
    set([this, error] { write_error_ = error; });
  }
  // New files cannot be made.
  void fail_makes(int error) {
    set([this, error] { make_error_ = error; });
  }
  int makes() {
    std::lock_guard lock(mutex_);
    return makes_;
  }
  // Waits until a sync stands still.
  void await_sync() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return syncing_; });
  }
  int syncs() {
    std::lock_guard lock(mutex_);
    return syncs_;
  }

  std::unique_ptr<JournalDisk> disk() { return std::make_unique<Disk>(*this); }

 private:
  class Disk final : public JournalDisk {
   public:
    explicit Disk(DiskControl& control) : control_(control) {}
    int write(int fd, std::span<iovec> parts) override {
      const int error = control_.write_error();
      return error != 0 ? error : JournalDisk::write(fd, parts);
    }
    int sync(int) override { return control_.sync(); }
    int write_at(int fd, const char* data, std::size_t size, std::uint64_t offset) override {
      const int error = control_.write_error();
      return error != 0 ? error : JournalDisk::write_at(fd, data, size, offset);
    }
    int make(const std::string& path, bool direct) override {
      const int error = control_.make();
      return error != 0 ? -error : JournalDisk::make(path, direct);
    }

   private:
    DiskControl& control_;  // outlives the journal
  };

  template <class Change>
  void set(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  int make() {
    std::lock_guard lock(mutex_);
    ++makes_;
    changed_.notify_all();
    return make_error_;
  }
  int write_error() {
    std::lock_guard lock(mutex_);
    return write_error_;
  }
  int sync() {
    std::unique_lock lock(mutex_);
    ++syncs_;
    syncing_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    syncing_ = false;
    return sync_error_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool syncing_ = false;
  int syncs_ = 0;
  int sync_error_ = 0;
  int write_error_ = 0;
  int makes_ = 0;
  int make_error_ = 0;
};

// The bodies of everything a source hands out until its end.
inline std::vector<std::string> bodies_of(ChunkSource& source) {
  std::vector<std::string> bodies;
  for (const Seen& seen : drain(source)) bodies.push_back(seen.body);
  return bodies;
}

}  // namespace inkling::ingest
