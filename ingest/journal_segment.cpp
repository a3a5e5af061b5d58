#include "ingest/journal_segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/crc32c.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kWindowBytes = 64 * 1024;

Failure<Error> io_error(std::string_view what, const std::string& path, int error) {
  return fail(ErrorCode::kIo,
              fmt::format("{}: {}: {}", what, path, std::generic_category().message(error)));
}

}  // namespace

Result<SegmentFile> SegmentFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error("cannot open journal segment", path, errno);
  return SegmentFile(fd, path);
}

SegmentFile::~SegmentFile() {
  if (fd_ >= 0) ::close(fd_);
}
SegmentFile::SegmentFile(SegmentFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
SegmentFile& SegmentFile::operator=(SegmentFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

Result<std::uint64_t> SegmentFile::size() const {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return io_error("cannot stat journal segment", path_, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> SegmentFile::read_at(std::uint64_t offset, char* target,
                                         std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::pread(fd_, target + done, size - done, static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      return io_error("cannot read journal segment", path_, errno);
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::string segment_path(const std::string& directory, std::uint32_t number) {
  return fmt::format("{}/segment-{:08}.ink", directory, number);
}

Result<std::vector<SegmentName>> list_segments(const std::string& directory) {
  constexpr std::string_view kPrefix = "segment-";
  constexpr std::string_view kSuffix = ".ink";
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  std::vector<SegmentName> segments;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const char* end = name.data() + name.size() - kSuffix.size();
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(name.data() + kPrefix.size(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number == 0) continue;
    segments.push_back({number, entry->path().string()});
  }
  if (error) return io_error("cannot list journal directory", directory, error.value());
  std::ranges::sort(segments, {}, &SegmentName::number);
  return segments;
}

std::optional<std::uint32_t> read_needed_from(const std::string& directory) {
  std::ifstream file(directory + "/needed.from");
  std::uint32_t segment = 0;
  if (!(file >> segment)) return std::nullopt;
  return segment;
}

Result<void> write_note(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("cannot make", temporary, errno);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  ::close(fd);
  if (!written) return io_error("cannot write", temporary, error);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return io_error("cannot rename", temporary, errno);
  }
  return {};
}

Result<void> write_needed_from(const std::string& directory, std::uint32_t segment) {
  return write_note(directory + "/needed.from", fmt::format("{}\n", segment));
}

Result<SegmentScanner> SegmentScanner::create(const SegmentFile& file, Depth depth) {
  SegmentScanner scanner(file, depth);
  INKLING_TRY_ASSIGN(scanner.size_, file.size());
  INKLING_TRY_ASSIGN(const std::string_view head, scanner.view(0, kSegmentHeaderBytes));
  if (const auto header = decode_segment_header(head)) {
    scanner.has_header_ = true;
    scanner.foreign_ = header->version != kSegmentVersion;
    scanner.salt_ = header->salt;
    scanner.offset_ = kSegmentHeaderBytes;
    scanner.sound_end_ = kSegmentHeaderBytes;
  }
  return scanner;
}

Result<std::optional<ScannedFrame>> SegmentScanner::next() {
  while (!foreign_ && offset_ + kFrameHeaderBytes <= size_) {
    INKLING_TRY_ASSIGN(const std::string_view bytes, view(offset_, kMaxFrameHeaderBytes));
    const auto frame = decode_frame_header(bytes);
    if (!frame || (salt_ && frame->salt != *salt_) || frame->total_length() > size_ - offset_) {
      INKLING_TRY_ASSIGN(offset_, find_magic(offset_ + kFrameAlignment));
      continue;
    }
    const std::uint64_t begin = offset_;
    salt_ = frame->salt;
    offset_ += frame->total_length();
    if (depth_ == Depth::kBodies) {
      INKLING_TRY_ASSIGN(const bool sound, body_is_sound(begin, *frame));
      if (!sound) continue;
    }
    const std::uint64_t skipped = begin - std::min(begin, sound_end_);
    if (skipped > 0) {
      ++damaged_places_;
      damaged_bytes_ += skipped;
    }
    sound_end_ = offset_;
    // The window may have moved on while the body was read.
    INKLING_TRY_ASSIGN(const std::string_view header, view(begin, frame->header_length));
    ScannedFrame found{.offset = begin, .skipped = skipped, .frame = *frame};
    std::string_view texts = header.substr(kFrameHeaderBytes);
    for (std::string_view* text :
         {&found.frame.origin_name, &found.frame.client_key, &found.frame.attributes}) {
      *text = texts.substr(0, text->size());  // the same length, at its place in the window now
      texts.remove_prefix(text->size());
    }
    return std::optional(found);
  }
  return std::optional<ScannedFrame>();
}

Result<void> SegmentScanner::refresh() {
  window_.clear();
  INKLING_TRY_ASSIGN(size_, file_->size());
  return {};
}

Result<std::string_view> SegmentScanner::view(std::uint64_t offset, std::size_t size) {
  size =
      static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ > offset ? size_ - offset : 0));
  if (offset < window_begin_ || offset + size > window_begin_ + window_.size()) {
    window_.resize(std::max(size, kWindowBytes));
    INKLING_TRY_ASSIGN(const std::size_t got,
                       file_->read_at(offset, window_.data(), window_.size()));
    window_.resize(got);
    window_begin_ = offset;
    size = std::min(size, got);
  }
  return std::string_view(window_).substr(offset - window_begin_, size);
}

Result<bool> SegmentScanner::body_is_sound(std::uint64_t offset, const StoredFrame& frame) {
  offset += frame.header_length;
  std::uint32_t crc = 0;
  for (std::uint64_t left = frame.body_length; left > 0;) {
    INKLING_TRY_ASSIGN(
        const std::string_view bytes,
        view(offset, static_cast<std::size_t>(std::min<std::uint64_t>(left, kWindowBytes))));
    if (bytes.empty()) return false;
    crc = crc32c(bytes, crc);
    offset += bytes.size();
    left -= bytes.size();
  }
  return crc == frame.body_crc;
}

Result<std::uint64_t> SegmentScanner::find_magic(std::uint64_t offset) {
  while (offset + kFrameHeaderBytes <= size_) {
    INKLING_TRY_ASSIGN(const std::string_view bytes, view(offset, kWindowBytes));
    if (bytes.size() < kFrameHeaderBytes) break;
    std::size_t at = 0;
    for (; at + sizeof kFrameMagic <= bytes.size(); at += kFrameAlignment) {
      std::uint32_t word;
      std::memcpy(&word, bytes.data() + at, sizeof word);
      if (word == kFrameMagic) return offset + at;
    }
    offset += at;
  }
  return size_;
}

}  // namespace inkling::ingest
