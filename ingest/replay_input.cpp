#include "ingest/replay_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>

#include "core/check.h"
#include "core/decompress.h"
#include "core/decompress_segments.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kReadBytes = 256u << 10;

Failure<Error> io_error(const std::string& path) {
  return fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

// An open file. Closes it when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd, bool owned = true) : fd_(fd), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (owned_ && fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
  bool owned_;
};

Result<Descriptor> open_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
    return fail(code, fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  return Descriptor(fd);
}

// A file as it is. Opened anew for each read, so that thousands of files need no descriptors while
// they wait for their turn; a read is large.
class PlainInput final : public ReplayInput {
 public:
  explicit PlainInput(std::string path) : path_(std::move(path)) {}

  Result<std::size_t> read(std::uint64_t offset, std::size_t size, PaddedBuffer& target) override {
    INKLING_TRY_ASSIGN(const Descriptor file, open_file(path_));
    const std::size_t before = target.size();
    target.reserve(before + size);
    target.resize(before + size);
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(file.get(), target.data() + before + done, size - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return io_error(path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    target.resize(before + done);
    disk_bytes_ = std::max(disk_bytes_, offset + done);
    return done;
  }
  void release(std::uint64_t) override {}
  std::uint64_t disk_bytes() const override { return disk_bytes_; }

 private:
  std::string path_;
  std::uint64_t disk_bytes_ = 0;
};

// Bytes that can only be had in order: a compressed file, or standard input. Keeps what was read
// and not released, in pieces, so that nothing is moved.
class StreamInput final : public ReplayInput {
 public:
  StreamInput(std::string path, Descriptor file, Encoding encoding, std::string first_bytes)
      : path_(std::move(path)),
        file_(std::move(file)),
        pending_(std::move(first_bytes)),
        disk_bytes_(pending_.size()) {
    if (encoding == Encoding::kZstd) {
      zstd_ = std::make_unique<ZstdSegments>();
    } else {
      inflater_ = make_inflater(encoding);
    }
  }

  Result<std::size_t> read(std::uint64_t offset, std::size_t size, PaddedBuffer& target) override {
    INKLING_CHECK(pieces_.empty() || offset >= pieces_.front().begin);
    while (!ended_ && end_ < offset + size) INKLING_TRY(fill());
    if (offset >= end_) return std::size_t{0};
    const auto got = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
    target.reserve(target.size() + got);
    auto piece = std::ranges::upper_bound(pieces_, offset, {}, &Piece::begin) - 1;
    std::string_view bytes = piece->bytes.substr(static_cast<std::size_t>(offset - piece->begin));
    for (std::size_t left = got;;) {
      bytes = bytes.substr(0, left);
      target.append(bytes);
      left -= bytes.size();
      if (left == 0) return got;
      bytes = (++piece)->bytes;
    }
  }

  void release(std::uint64_t offset) override {
    // The last one may still grow.
    while (pieces_.size() > 1 && pieces_[1].begin <= offset) {
      pieces_.pop_front();
    }
  }
  std::uint64_t disk_bytes() const override { return disk_bytes_; }

 private:
  struct Piece {
    std::uint64_t begin = 0;
    std::string_view bytes;
    std::shared_ptr<const void> owner;
  };

  // Adds to the last piece, or a new one, or notes the end.
  Result<void> fill() {
    if (pending_at_ == pending_.size() && !more_waits_) {
      INKLING_TRY(read_pending());
      if (ended_) return {};
    }
    const std::string_view input = std::string_view(pending_).substr(pending_at_);
    if (!zstd_) return fill_block(input);
    auto step = zstd_->step(input);
    if (!step) return damaged(step.error());
    pending_at_ += step->used;
    if (!step->made.empty()) add(step->made, zstd_->segment());
    return {};
  }

  Result<void> fill_block(std::string_view input) {
    if (!block_ || block_->size() == kReadBytes) {
      block_ = std::make_shared<PaddedBuffer>();
      block_->reserve(kReadBytes);
    }
    const std::size_t room = kReadBytes - block_->size();
    const std::size_t before = block_->size();
    if (inflater_) {
      auto used = inflater_->inflate(input, *block_, room);
      if (!used) return damaged(used.error());
      pending_at_ += *used;
    } else {
      const std::string_view piece = input.substr(0, room);
      block_->append(piece);
      pending_at_ += piece.size();
    }
    const std::string_view made = block_->view().substr(before);
    more_waits_ = inflater_ && made.size() == room;
    if (!made.empty()) add(made, block_);
    return {};
  }

  void add(std::string_view made, std::shared_ptr<const void> owner) {
    if (!pieces_.empty() && pieces_.back().owner == owner) {
      std::string_view& bytes = pieces_.back().bytes;
      bytes = {bytes.data(), bytes.size() + made.size()};
    } else {
      pieces_.push_back({.begin = end_, .bytes = made, .owner = std::move(owner)});
    }
    end_ += made.size();
  }

  Failure<Error> damaged(const Error& error) const {
    return fail(ErrorCode::kBadInput,
                fmt::format("cannot decompress {}: {}", path_, error.message));
  }

  Result<void> read_pending() {
    pending_.resize(kReadBytes);
    pending_at_ = 0;
    ssize_t got = 0;
    do {
      got = ::read(file_.get(), pending_.data(), pending_.size());
    } while (got < 0 && errno == EINTR);
    pending_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (got < 0) return io_error(path_);
    disk_bytes_ += static_cast<std::uint64_t>(got);
    if (got > 0) return {};
    ended_ = true;
    const bool whole = zstd_ ? zstd_->at_end() : !inflater_ || inflater_->at_end();
    if (!whole) {
      return fail(ErrorCode::kBadInput, fmt::format("compressed file is cut short: {}", path_));
    }
    return {};
  }

  std::string path_;
  Descriptor file_;
  // One of them, or none of a plain stream.
  std::unique_ptr<Inflater> inflater_;
  std::unique_ptr<ZstdSegments> zstd_;
  std::string pending_;         // as read
  std::size_t pending_at_ = 0;  // what of it was not used yet
  bool more_waits_ = false;     // the inflater may have output without new input
  std::deque<Piece> pieces_;
  std::shared_ptr<PaddedBuffer> block_;  // the latest, but for zstd: of kReadBytes
  std::uint64_t end_ = 0;                // of what was read
  std::uint64_t disk_bytes_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<OpenedInput> open_replay_input(const std::string& path) {
  const bool is_stdin = path == "-";
  OpenedInput opened;
  if (!is_stdin) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) == 0) {
      if (S_ISDIR(status.st_mode)) {
        return fail(ErrorCode::kIo, fmt::format("is a directory: {}", path));
      }
      opened.bytes = static_cast<std::uint64_t>(status.st_size);
    }
  }
  auto owned = is_stdin ? Result<Descriptor>(Descriptor(STDIN_FILENO, false)) : open_file(path);
  if (!owned) return fail(std::move(owned.error()));
  std::string first(4, '\0');
  std::size_t size = 0;
  while (size < first.size()) {
    const ssize_t got = ::read(owned.value().get(), first.data() + size, first.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  first.resize(size);
  opened.encoding = detect_encoding(first);
  const bool seekable = !is_stdin && ::lseek(owned.value().get(), 0, SEEK_CUR) >= 0;
  if (opened.encoding == Encoding::kIdentity && seekable) {
    opened.input = std::make_unique<PlainInput>(path);
    return opened;
  }
  opened.input = std::make_unique<StreamInput>(path, std::move(owned.value()), opened.encoding,
                                               std::move(first));
  return opened;
}

}  // namespace inkling::ingest
