#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/frame_store.h"
#include "core/metrics.h"
#include "ingest/chunk_source.h"
#include "ingest/options.h"

namespace inkling::ingest {

// A frame on its way into the journal.
struct IncomingFrame {
  OriginId origin = 0;
  Format format = Format::kNdjson;
  Encoding encoding = Encoding::kIdentity;
  Timestamp arrival;        // wall clock
  std::string origin_name;  // e.g. "http 127.0.0.1", "file /var/log/app.log"; kept with the first
                            // frame of an origin
  std::uint64_t resume_offset = 0;  // of a followed file: offset behind the frame
  std::string client_key;           // for dropping duplicates, "" = none
  std::string attributes;           // of all its records (core/frame_attributes.h), "" = none
  PaddedBuffer bytes;               // as received
};

// The append-only record of everything accepted: log, evidence and time machine in one
// (docs/formats.md). Appending is thread-safe; its own thread commits; reading committed frames is
// thread-safe. As a ChunkSource it hands each frame to the pipeline after its commit, in order.
class Journal : public ChunkSource, public FrameStore {
 public:
  // Called once per frame, from the journal's thread: success when it is durable.
  using Committed = std::function<void(const Result<Position>&)>;

  // Takes a frame, or refuses: kUnavailable when too much is pending or kept, or the disk failed
  // and is tried again (senders get 503). `committed` is called only if the frame was taken; kIo if
  // it could not be made durable: nothing of it is kept. Frames without `committed`, which nobody
  // would send again, are held back and tried again with the disk.
  virtual Result<void> append(IncomingFrame frame, Committed committed) = 0;

  // The life of what was kept; a journal that removes nothing and was never run before has none of
  // it. A frame is named by its position; Position{} lies before all.
  //
  // next() hands out the frames of earlier runs behind the frame at `last` as well, before those of
  // this run: what learned state does not hold yet. To be called once, before the first append().
  virtual Result<void> resume_behind(Position last) {
    static_cast<void>(last);
    return {};
  }
  // Whoever wants to start again from `last` (the last frame a checkpoint holds) says so: no
  // segment at or behind it is removed. Until it is called everything not yet merged is needed
  // (note_times() tells what is merged), and with resume_behind() all behind its position. Never
  // goes back. Thread-safe.
  virtual void set_needed_from(Position last) { static_cast<void>(last); }
  // Called from the journal's thread before a segment is removed; the segment stays for now if it
  // fails. To be set before the first append().
  using BeforeRemoval = std::function<Result<void>(std::uint32_t segment)>;
  virtual void set_before_removal(BeforeRemoval before_removal) {
    static_cast<void>(before_removal);
  }

  // No more frames; next() returns false once all committed ones were handed out.
  virtual void close() = 0;

  // Opens (or makes) a local journal of segment files in options.directory. kIo names the file.
  static Result<std::unique_ptr<Journal>> open_local(const JournalOptions& options,
                                                     MetricsRegistry& metrics);
};

}  // namespace inkling::ingest
