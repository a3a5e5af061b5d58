#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ingest/journal_format.h"

namespace inkling::ingest {

// A segment file, open for reading. Reading is thread-safe.
class SegmentFile {
 public:
  static Result<SegmentFile> open(const std::string& path);
  // Takes over an open file, e.g. one that has no name.
  SegmentFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~SegmentFile();
  SegmentFile(SegmentFile&& other) noexcept;
  SegmentFile& operator=(SegmentFile&& other) noexcept;

  const std::string& path() const { return path_; }
  // Bytes it has now.
  Result<std::uint64_t> size() const;
  // Reads `size` bytes to `target`; fewer only at the end of the file. kIo names the file.
  Result<std::size_t> read_at(std::uint64_t offset, char* target, std::size_t size) const;

 private:
  int fd_ = -1;
  std::string path_;
};

struct SegmentName {
  std::uint32_t number = 0;
  std::string path;
};
std::string segment_path(const std::string& directory, std::uint32_t number);
// The segments of a journal directory, in the order of their numbers; other files are none.
Result<std::vector<SegmentName>> list_segments(const std::string& directory);

// The first segment that the last checkpoint needs, as noted in the directory for those who look
// at the journal while nobody runs it. Nothing if there is no note.
std::optional<std::uint32_t> read_needed_from(const std::string& directory);
Result<void> write_needed_from(const std::string& directory, std::uint32_t segment);
// Makes a small file (0600) that holds `text`, or replaces it at once.
Result<void> write_note(const std::string& path, std::string_view text);

// Where a frame was found.
struct ScannedFrame {
  std::uint64_t offset = 0;
  std::uint64_t skipped = 0;  // bytes in front of it that belong to no sound frame
  StoredFrame frame;          // its texts are valid until the next call
};

// Finds the sound frames of a segment, skipping damage. Not thread-safe: one owner.
class SegmentScanner {
 public:
  // kHeaders believes the bodies (whoever reads one checks it); kBodies reads and checks them all.
  enum class Depth { kHeaders, kBodies };

  // `file` outlives the scanner. Only the bytes the file has now are looked at.
  static Result<SegmentScanner> create(const SegmentFile& file, Depth depth);

  // The next sound frame; nothing at the end.
  Result<std::optional<ScannedFrame>> next();
  // Looks again at how long the file is, and at bytes that were read ahead.
  Result<void> refresh();
  // Goes on at this offset, where a frame begins.
  void seek(std::uint64_t offset) { offset_ = sound_end_ = offset; }

  // Places where bytes had to be skipped to find the frame behind them, and those bytes.
  std::uint64_t damaged_places() const { return damaged_places_; }
  std::uint64_t damaged_bytes() const { return damaged_bytes_; }
  // Behind the last sound frame returned; behind the header if there was none; 0 without a header.
  std::uint64_t sound_end() const { return sound_end_; }
  std::uint64_t file_size() const { return size_; }
  // Where it looks next.
  std::uint64_t offset() const { return offset_; }
  // False if the header is damaged; frames are found all the same.
  bool has_header() const { return has_header_; }
  // Of a version that this program does not know: no frame is found.
  bool is_foreign() const { return foreign_; }

 private:
  SegmentScanner(const SegmentFile& file, Depth depth) : file_(&file), depth_(depth) {}
  // The bytes at an offset; fewer than `size` only at the end.
  Result<std::string_view> view(std::uint64_t offset, std::size_t size);
  Result<bool> body_is_sound(std::uint64_t offset, const StoredFrame& frame);
  // The next place at or behind `offset` that begins with the magic of a frame; size_ if none.
  Result<std::uint64_t> find_magic(std::uint64_t offset);

  const SegmentFile* file_;
  Depth depth_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;  // where to look next
  std::optional<std::uint64_t> salt_;
  bool has_header_ = false;
  bool foreign_ = false;
  std::string window_;  // bytes of the file from window_begin_
  std::uint64_t window_begin_ = 0;
  std::uint64_t sound_end_ = 0;
  std::uint64_t damaged_places_ = 0;
  std::uint64_t damaged_bytes_ = 0;
};

}  // namespace inkling::ingest
