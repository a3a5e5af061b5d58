#include "ingest/file_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <utility>

#include "core/mutex.h"
#include "ingest/file_walk.h"
#include "ingest/latest_part.h"
#include "ingest/record_text.h"
#include "ingest/replay_file.h"
#include "ingest/text_decoder.h"

namespace inkling::ingest {
namespace {

// What is kept of standard input for reading back.
constexpr std::size_t kKeptStdinBytes = 64u << 20;

// What is known of a frame that was handed out.
struct FrameRecord {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t first_line = 1;
  Timestamp min = Timestamp::none();  // none() until it is merged
  Timestamp max = Timestamp::none();
  bool ends_origin = false;
  std::shared_ptr<const PaddedBuffer> kept = nullptr;  // its bytes, of standard input only
};

std::uint64_t count_lines(std::string_view bytes) {
  std::uint64_t count = 0;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (!newline) return count;
    ++count;
    at = static_cast<const char*>(newline) + 1;
  }
  return count;
}

// Where the beginning of a frame may be handed out as a chunk: behind its last whole record. 0: not
// yet.
std::size_t cut_of(Format format, std::string_view bytes) {
  if (format == Format::kText) return find_record_cut(bytes);
  const std::size_t newline = bytes.rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

class FileReplayer final : public FileReplay {
 public:
  FileReplayer(std::vector<ReplayFileReader> readers, const FileReplayOptions& options,
               const DecoderOptions& decoder_options)
      : options_(options), decoder_(decoder_options), readers_(std::move(readers)) {
    for (const ReplayFileReader& reader : readers_) {
      files_.push_back(reader.info());
      if (reader.info().unreadable.empty()) total_bytes_ += reader.info().bytes;
    }
    next_line_.assign(readers_.size(), 1);
    read_.assign(readers_.size(), 0);
    MutexLock lock(mutex_);
    frames_.resize(readers_.size());
  }

  // Finds the first frame of each file.
  Result<void> prepare() {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (!files_[i].unreadable.empty()) {
        finish(i);
        continue;
      }
      if (auto begun = readers_[i].advance(decoder_, scratch_); !begun) {
        if (files_[i].format != Format::kJsonDocument) return fail(std::move(begun.error()));
        // A document over the limit is not read, the other files are.
        files_[i].unreadable = begun.error().message;
        finish(i);
        continue;
      }
      if (readers_[i].next_frame().size == 0) finish(i);
    }
    return {};
  }

  Result<bool> next(FrameChunk& chunk) override {
    if (frame_left_ == 0) {
      INKLING_TRY_ASSIGN(const bool more, begin_frame());
      if (!more) return false;
    }
    return read_chunk(chunk);
  }

  const std::vector<ReplayFile>& files() const override { return files_; }
  std::uint64_t bytes_read() const override { return bytes_read_.load(std::memory_order_relaxed); }
  std::uint64_t total_bytes() const override { return total_bytes_; }

  std::uint64_t first_line(Position frame) const override {
    MutexLock lock(mutex_);
    const FrameRecord* found = find_frame(frame);
    return found ? found->first_line : 0;
  }

  void note_times(Position frame, Timestamp min, Timestamp max) override {
    MutexLock lock(mutex_);
    if (auto* found = const_cast<FrameRecord*>(find_frame(frame))) {
      found->min = min;
      found->max = max;
    }
  }

  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override {
    std::vector<FrameExtent> extents;
    for (std::size_t file = 0; file < files_.size(); ++file) {
      for (const FrameRecord& frame : frames_in(file, range)) {
        extents.push_back({frame.max, frame.size});
      }
    }
    return ingest::latest_part(std::move(extents), range, bytes);
  }

  Result<void> read_range(TimeRange range,
                          const std::function<bool(FrameChunk&&)>& visit) override {
    return read_chosen(range, [](Position) { return Choice::kRead; }, visit);
  }

  Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                           const std::function<bool(FrameChunk&&)>& visit) override {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      std::unique_ptr<ReplayInput> input;
      for (const FrameRecord& frame : frames_in(i, range)) {
        const Choice choice =
            choose({.segment = static_cast<std::uint32_t>(i), .record = 0, .offset = frame.offset});
        if (choice == Choice::kStop) return {};
        if (choice == Choice::kSkip) continue;
        FrameChunk chunk;
        INKLING_TRY(read_frame(i, frame, input, chunk));
        if (!visit(std::move(chunk))) return {};
      }
    }
    return {};
  }

  Result<std::string> read_record(Position position) override {
    FrameRecord frame;
    {
      MutexLock lock(mutex_);
      const FrameRecord* found = find_frame(position);
      if (!found) return fail(ErrorCode::kNotFound, "no frame begins at this position");
      frame = *found;
    }
    std::unique_ptr<ReplayInput> input;
    FrameChunk chunk;
    INKLING_TRY(read_frame(position.segment, frame, input, chunk));
    return read_record_text(std::move(chunk), position.record);
  }

 private:
  // Chooses the file whose next frame begins earliest; files without any time go first.
  std::size_t choose() const {
    std::size_t best = readers_.size();
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (readers_[i].next_frame().size == 0) continue;
      // none() is the smallest time.
      if (best == readers_.size() || readers_[i].next_time() < readers_[best].next_time()) best = i;
    }
    return best;
  }

  Result<bool> begin_frame() {
    current_ = choose();
    if (current_ == readers_.size()) return false;
    ReplayFileReader& reader = readers_[current_];
    const FrameSpan frame = reader.next_frame();
    frame_begin_ = frame.offset;
    frame_at_ = frame.offset;
    frame_left_ = frame.size;
    INKLING_TRY(reader.advance(decoder_, scratch_));
    note_read(current_);
    ends_origin_ = reader.next_frame().size == 0;
    horizon_ = Timestamp::none();
    if (const std::size_t following = choose(); following < readers_.size()) {
      horizon_ = readers_[following].next_time();
    }
    MutexLock lock(mutex_);
    FrameRecord record{.offset = frame.offset, .size = frame.size, .ends_origin = ends_origin_};
    auto& frames = frames_[current_];
    record.first_line = next_line_[current_];
    frames.push_back(std::move(record));
    return true;
  }

  Result<bool> read_chunk(FrameChunk& chunk) {
    ReplayFileReader& reader = readers_[current_];
    const bool whole = reader.info().format == Format::kJsonDocument;
    chunk.bytes.clear();
    std::uint64_t want =
        whole ? frame_left_
              : std::min<std::uint64_t>(std::max(options_.batch_bytes, 1u), frame_left_);
    std::size_t size = 0;
    while (true) {
      const auto missing = static_cast<std::size_t>(want - chunk.bytes.size());
      INKLING_TRY_ASSIGN(const std::size_t got,
                         reader.read(frame_at_ + chunk.bytes.size(), missing, chunk.bytes));
      if (got < missing) {
        return fail(ErrorCode::kIo,
                    fmt::format("file became shorter while it was read: {}", reader.info().path));
      }
      size = chunk.bytes.size();
      if (size == frame_left_) break;
      size = cut_of(reader.info().format, chunk.bytes.view());
      if (size > 0) break;
      want = std::min<std::uint64_t>(2 * want, frame_left_);
    }
    chunk.bytes.resize(size);
    chunk.header = {.position = {.segment = static_cast<std::uint32_t>(current_),
                                 .record = 0,
                                 .offset = frame_begin_},
                    .origin = static_cast<OriginId>(current_),
                    .format = reader.info().format,
                    .encoding = Encoding::kIdentity};
    chunk.preamble = reader.preamble();
    chunk.origin_name = reader.name();
    chunk.begins_frame = frame_at_ == frame_begin_;
    frame_at_ += size;
    frame_left_ -= size;
    chunk.ends_frame = frame_left_ == 0;
    chunk.ends_epoch = chunk.ends_frame;
    chunk.ends_origin = chunk.ends_frame && ends_origin_;
    chunk.horizon = horizon_;
    next_line_[current_] += count_lines(chunk.bytes.view());
    if (reader.info().path == "-") keep(chunk);
    note_read(current_);
    if (chunk.ends_origin) finish(current_);
    return true;
  }

  void finish(std::size_t file) { readers_[file].close(); }

  void note_read(std::size_t file) {
    const std::uint64_t read = std::min(readers_[file].disk_bytes(), files_[file].bytes);
    bytes_read_.fetch_add(read - read_[file], std::memory_order_relaxed);  // only shown
    read_[file] = read;
  }

  const FrameRecord* find_frame(Position position) const INKLING_REQUIRES(mutex_) {
    if (position.segment >= frames_.size()) return nullptr;
    const auto& frames = frames_[position.segment];
    const auto found = std::lower_bound(
        frames.begin(), frames.end(), position.offset,
        [](const FrameRecord& frame, std::uint64_t offset) { return frame.offset < offset; });
    return found != frames.end() && found->offset == position.offset ? &*found : nullptr;
  }

  std::vector<FrameRecord> frames_in(std::size_t file, TimeRange range) const {
    std::vector<FrameRecord> touched;
    MutexLock lock(mutex_);
    for (const FrameRecord& frame : frames_[file]) {
      if (frame.min.is_set() && frame.min < range.end && range.begin <= frame.max) {
        touched.push_back(frame);
      }
    }
    return touched;
  }

  // Reads a whole frame again, by an input of its own that is opened when first needed.
  Result<void> read_frame(std::size_t file, const FrameRecord& frame,
                          std::unique_ptr<ReplayInput>& input, FrameChunk& chunk) const {
    const ReplayFile& info = files_[file];
    if (info.path == "-") {
      if (!frame.kept) {
        return fail(ErrorCode::kUnavailable, "standard input cannot be read again that far back");
      }
      chunk.bytes = PaddedBuffer::copy_of(frame.kept->view());
    } else {
      if (!input) {
        INKLING_TRY_ASSIGN(OpenedInput opened, open_replay_input(info.path));
        input = std::move(opened.input);
      }
      // Frames come in order, so a stream goes forward only.
      input->release(frame.offset);
      INKLING_TRY_ASSIGN(
          const std::size_t got,
          input->read(frame.offset, static_cast<std::size_t>(frame.size), chunk.bytes));
      if (got < frame.size) {
        return fail(ErrorCode::kIo, fmt::format("file is shorter than it was: {}", info.path));
      }
    }
    chunk.header = {.position = {.segment = static_cast<std::uint32_t>(file),
                                 .record = 0,
                                 .offset = frame.offset},
                    .origin = static_cast<OriginId>(file),
                    .format = info.format,
                    .encoding = Encoding::kIdentity};
    chunk.preamble = readers_[file].preamble();
    chunk.origin_name = readers_[file].name();
    chunk.ends_origin = frame.ends_origin;
    return {};
  }

  // Keeps the bytes of a frame of standard input, and lets the oldest go.
  void keep(const FrameChunk& chunk) {
    kept_.append(chunk.bytes.view());
    if (!chunk.ends_frame) return;
    MutexLock lock(mutex_);
    auto& frames = frames_[current_];
    kept_bytes_ += kept_.size();
    frames.back().kept = std::make_shared<const PaddedBuffer>(std::move(kept_));
    kept_ = PaddedBuffer();
    while (kept_bytes_ > kKeptStdinBytes && first_kept_ + 1 < frames.size()) {
      kept_bytes_ -= frames[first_kept_].kept->size();
      frames[first_kept_++].kept.reset();
    }
  }

  // Constant after preparation.
  const FileReplayOptions options_;
  std::vector<ReplayFile> files_;
  std::uint64_t total_bytes_ = 0;

  // Of the thread that calls next(); names and preambles of the readers never change.
  Decoder decoder_;
  Batch scratch_;
  std::vector<ReplayFileReader> readers_;
  std::size_t current_ = 0;        // file of the frame being handed out
  std::uint64_t frame_begin_ = 0;  // its offset
  std::uint64_t frame_at_ = 0;     // offset of its next chunk
  std::uint64_t frame_left_ = 0;   // bytes of it still to come
  bool ends_origin_ = false;
  Timestamp horizon_ = Timestamp::none();
  std::vector<std::uint64_t> next_line_;  // per file: number of the next line
  std::vector<std::uint64_t> read_;       // per file: part of bytes_read_
  PaddedBuffer kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t first_kept_ = 0;

  std::atomic<std::uint64_t> bytes_read_ = 0;

  mutable Mutex mutex_;
  std::vector<std::deque<FrameRecord>> frames_ INKLING_GUARDED_BY(mutex_);  // per file
};

}  // namespace

Result<std::unique_ptr<FileReplay>> FileReplay::create(const std::vector<std::string>& paths,
                                                       Format format,
                                                       const FileReplayOptions& options,
                                                       const DecoderOptions& decoder_options) {
  INKLING_TRY_ASSIGN(const std::vector<std::string> names, list_files(paths));
  std::vector<ReplayFileReader> readers;
  for (const std::string& name : names) {
    INKLING_TRY_ASSIGN(ReplayFileReader reader,
                       ReplayFileReader::open(name, format, options, decoder_options));
    readers.push_back(std::move(reader));
  }
  auto replay = std::make_unique<FileReplayer>(std::move(readers), options, decoder_options);
  INKLING_TRY(replay->prepare());
  return std::unique_ptr<FileReplay>(std::move(replay));
}

}  // namespace inkling::ingest
