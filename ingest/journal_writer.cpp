#include "ingest/journal_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/log.h"
#include "ingest/journal_segment.h"

namespace inkling::ingest {
namespace {

// Space is reserved in steps, so that a quiet journal does not claim a whole segment.
constexpr std::uint64_t kReserveBytes = 64u << 20;

// Written at once past the page cache.
constexpr std::size_t kDirectBytes = 4u << 20;

Failure<Error> io_error(std::string_view what, const std::string& path, int error) {
  return fail(ErrorCode::kIo,
              fmt::format("cannot {}: {}: {}", what, path, std::generic_category().message(error)));
}

}  // namespace

int JournalDisk::write(int fd, std::span<iovec> parts) {
  while (!parts.empty()) {
    const auto count = static_cast<int>(std::min<std::size_t>(parts.size(), IOV_MAX));
    const auto result = ::writev(fd, parts.data(), count);
    if (result < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    auto done = static_cast<std::size_t>(result);
    while (!parts.empty() && done >= parts.front().iov_len) {
      done -= parts.front().iov_len;
      parts = parts.subspan(1);
    }
    if (done > 0) {
      parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + done;
      parts.front().iov_len -= done;
    }
  }
  return 0;
}

int JournalDisk::sync(int fd) { return ::fdatasync(fd) == 0 ? 0 : errno; }

int JournalDisk::make(const std::string& path, bool direct) {
  const int how = direct ? O_DIRECT : O_APPEND;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | how, 0600);
  return fd >= 0 ? fd : -errno;
}

int JournalDisk::write_at(int fd, const char* data, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const auto done = ::pwrite(fd, data, size, static_cast<off_t>(offset));
    if (done < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    if (done == 0) return EIO;
    data += done;
    size -= static_cast<std::size_t>(done);
    offset += static_cast<std::uint64_t>(done);
  }
  return 0;
}

int JournalDisk::reserve(int fd, std::uint64_t begin, std::uint64_t bytes) {
  const int done =
      ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin), static_cast<off_t>(bytes));
  return done == 0 ? 0 : errno;
}

Result<JournalWriter> JournalWriter::create(const std::string& directory,
                                            std::uint64_t segment_bytes, JournalDisk& disk,
                                            bool direct) {
  const bool made = ::mkdir(directory.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return io_error("make journal directory", directory, errno);
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return io_error("open journal directory", directory, errno);
  JournalWriter writer(directory, fd, segment_bytes, disk, direct);  // closes it
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("journal.directory is in use by another process: {}", directory));
    }
    return io_error("lock journal directory", directory, errno);
  }
  struct stat status{};
  if (::fstat(fd, &status) == 0 && (status.st_mode & 077) != 0) {
    log_warn(
        fmt::format("the journal directory holds raw logs and is open to others; mode 0700 is "
                    "meant: {} has {:04o}",
                    directory, static_cast<unsigned>(status.st_mode & 07777)));
  }
  return writer;
}

JournalWriter::~JournalWriter() {
  finish();
  if (directory_fd_ >= 0) ::close(directory_fd_);
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : directory_(std::move(other.directory_)),
      directory_fd_(std::exchange(other.directory_fd_, -1)),
      segment_bytes_(other.segment_bytes_),
      disk_(other.disk_),
      wants_direct_(other.wants_direct_),
      direct_(other.direct_),
      block_(std::move(other.block_)),
      fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      number_(other.number_),
      salt_(other.salt_),
      end_(other.end_),
      reserved_(other.reserved_) {}

Result<void> JournalWriter::begin(std::uint32_t number) {
  finish();
  path_ = segment_path(directory_, number);
  direct_ = wants_direct_;
  int made = disk_->make(path_, direct_);
  if (made == -EINVAL && direct_) {  // a file system without it, such as tmpfs
    direct_ = false;
    ::unlink(path_.c_str());
    made = disk_->make(path_, direct_);
  }
  if (made < 0) return io_error("make journal segment", path_, -made);
  fd_ = made;
  if (::getrandom(&salt_, sizeof salt_, 0) != static_cast<ssize_t>(sizeof salt_)) {
    return io_error("get a random salt for", path_, errno);
  }
  number_ = number;
  end_ = 0;
  reserved_ = 0;
  std::string header = encode_segment_header({.number = number, .salt = salt_});
  iovec part{.iov_base = header.data(), .iov_len = header.size()};
  if (auto written = write({&part, 1}); !written) {
    abandon(0);
    return written;
  }
  if (::fsync(directory_fd_) != 0) {
    const int error = errno;
    abandon(0);
    return io_error("sync journal directory", directory_, error);
  }
  return {};
}

Result<void> JournalWriter::write(std::span<iovec> parts) {
  std::uint64_t bytes = 0;
  for (const iovec& part : parts) bytes += part.iov_len;
  if (end_ + bytes > reserved_) reserve_ahead();
  const int error = direct_ ? write_direct(parts) : disk_->write(fd_, parts);
  if (error != 0) {
    return io_error("write journal segment", path_, error);
  }
  end_ += bytes;
  return {};
}

Result<void> JournalWriter::sync() {
  if (const int error = disk_->sync(fd_); error != 0) {
    return io_error("sync journal segment", path_, error);
  }
  return {};
}

// Collects the parts behind what the last block holds already and writes whole blocks. The last
// block is written again with the next parts: what it held stays the same, so that a write torn by
// a crash cannot harm it.
int JournalWriter::write_direct(std::span<iovec> parts) {
  constexpr std::size_t kBlock = JournalDisk::kBlockBytes;
  if (block_ == nullptr) {
    block_.reset(static_cast<char*>(std::aligned_alloc(kBlock, kDirectBytes)));
    if (block_ == nullptr) return ENOMEM;
  }
  char* const buffer = block_.get();
  std::size_t filled = end_ % kBlock;
  std::uint64_t at = end_ - filled;
  for (const iovec& part : parts) {
    std::string_view left(static_cast<const char*>(part.iov_base), part.iov_len);
    while (!left.empty()) {
      const std::size_t size = std::min(left.size(), kDirectBytes - filled);
      std::memcpy(buffer + filled, left.data(), size);
      filled += size;
      left.remove_prefix(size);
      if (filled < kDirectBytes) continue;
      if (const int error = disk_->write_at(fd_, buffer, filled, at); error != 0) return error;
      at += filled;
      filled = 0;
    }
  }
  if (filled == 0) return 0;
  const std::size_t whole = (filled + kBlock - 1) / kBlock * kBlock;
  std::memset(buffer + filled, 0, whole - filled);
  if (const int error = disk_->write_at(fd_, buffer, whole, at); error != 0) return error;
  std::memmove(buffer, buffer + filled / kBlock * kBlock, filled % kBlock);
  return 0;
}

void JournalWriter::abandon(std::uint64_t end) {
  end_ = end;
  reserved_ = std::numeric_limits<std::uint64_t>::max();  // so that it is cut
  finish();
}

void JournalWriter::finish() {
  if (fd_ < 0) return;
  if (end_ <= kSegmentHeaderBytes) {
    ::unlink(path_.c_str());
  } else if ((direct_ || reserved_ > end_) && ::ftruncate(fd_, static_cast<off_t>(end_)) != 0) {
    log_warn(fmt::format("cannot give back space reserved for a journal segment: {}", path_));
  }
  ::close(fd_);
  fd_ = -1;
}

// A saving only: where it fails (no support, no room), writing itself tells.
void JournalWriter::reserve_ahead() {
  const std::uint64_t step = std::min(kReserveBytes, segment_bytes_);
  const std::uint64_t begin = std::max(reserved_, end_);
  static_cast<void>(disk_->reserve(fd_, begin, step));
  reserved_ = begin + step;
}

}  // namespace inkling::ingest
