#include "ingest/kept_frames.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "ingest/journal_frames.h"

namespace inkling::ingest {
namespace {

Failure<Error> io_error(std::string_view what, const std::string& path, int error) {
  return fail(ErrorCode::kIo,
              fmt::format("cannot {}: {}: {}", what, path, std::generic_category().message(error)));
}

// The header and body of the frame at a position, as they lie there.
Result<std::string> read_bytes(const std::string& journal, Position position) {
  INKLING_TRY_ASSIGN(const SegmentFile file,
                     SegmentFile::open(segment_path(journal, position.segment)));
  std::string bytes(kMaxFrameHeaderBytes, '\0');
  INKLING_TRY_ASSIGN(std::size_t got, file.read_at(position.offset, bytes.data(), bytes.size()));
  const auto frame = decode_frame_header(std::string_view(bytes).substr(0, got));
  if (!frame) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal frame at segment {} offset {}",
                                                  position.segment, position.offset));
  }
  bytes = encode_segment_header({.number = position.segment, .salt = frame->salt});
  const auto length = static_cast<std::size_t>(frame->total_length());
  bytes.resize(kSegmentHeaderBytes + length);
  INKLING_TRY_ASSIGN(got,
                     file.read_at(position.offset, bytes.data() + kSegmentHeaderBytes, length));
  bytes.resize(kSegmentHeaderBytes + got);
  return bytes;
}

}  // namespace

KeptFrames::KeptFrames(std::string directory, std::uint64_t max_bytes)
    : directory_(std::move(directory)), max_bytes_(max_bytes) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory_, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto size = entry->file_size(error);
    if (!error) used_ += size;
  }
}

std::string KeptFrames::path_of(Position position) const {
  return fmt::format("{}/frame-{:08}-{}.ink", directory_, position.segment, position.offset);
}

Result<void> KeptFrames::keep(const std::string& journal, Position position) {
  const std::string path = path_of(position);
  if (::access(path.c_str(), F_OK) == 0) return {};
  INKLING_TRY_ASSIGN(const std::string bytes, read_bytes(journal, position));
  if (used_ + bytes.size() > max_bytes_) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("no room for copies of frames (journal.max_evidence_bytes): {}", max_bytes_));
  }
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
    return io_error("make directory", directory_, errno);
  }
  const std::string temporary = path + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("make", temporary, errno);
  std::string_view left = bytes;
  int error = 0;
  while (!left.empty() && error == 0) {
    const auto done = ::write(fd, left.data(), left.size());
    if (done >= 0) left.remove_prefix(static_cast<std::size_t>(done));
    if (done < 0 && errno != EINTR) error = errno;
  }
  if (error == 0 && ::fdatasync(fd) != 0) error = errno;
  ::close(fd);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return io_error("write", path, error);
  }
  used_ += bytes.size();
  return {};
}

Result<void> KeptFrames::read(Position position, FrameChunk& chunk) const {
  const std::string path = path_of(position);
  if (::access(path.c_str(), F_OK) != 0) {
    return fail(ErrorCode::kNotFound, fmt::format("no copy of the frame at segment {} offset {}",
                                                  position.segment, position.offset));
  }
  INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(path));
  INKLING_TRY_ASSIGN(SegmentScanner scanner,
                     SegmentScanner::create(file, SegmentScanner::Depth::kHeaders));
  INKLING_TRY_ASSIGN(const auto found, scanner.next());
  if (found) {
    INKLING_TRY_ASSIGN(const bool sound,
                       read_frame(file, {position.segment, 0, found->offset}, found->frame, chunk));
    chunk.header.position = {position.segment, 0, position.offset};
    if (sound) return {};
  }
  return fail(ErrorCode::kBadInput, fmt::format("the copy of a frame is damaged: {}", path));
}

Result<FrameChunk> read_kept_frame(const std::string& journal, const KeptFrames& kept,
                                   Position position) {
  FrameChunk chunk;
  const JournalFrames frames(journal);
  auto read = frames.read(position, chunk);
  if (!read) {
    const auto copied = kept.read(position, chunk);
    if (!copied) return fail(std::move(read.error()));
  }
  return chunk;
}

}  // namespace inkling::ingest
