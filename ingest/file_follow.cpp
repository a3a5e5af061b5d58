#include "ingest/file_follow.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/log.h"
#include "ingest/follow_book.h"
#include "ingest/text_decoder.h"

namespace inkling::ingest {
namespace {

struct FileKey {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FileKey&, const FileKey&) = default;
};
FileKey key_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

std::string read_at(int fd, std::uint64_t offset, std::string buffer, std::size_t size) {
  buffer.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(fd, buffer.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  buffer.resize(done);
  return buffer;
}

}  // namespace

struct FileFollow::Found {
  std::string path;
  FileKey key;
};

struct FileFollow::File {
  File(int file, FileKey file_key, std::string name)
      : fd(file), key(file_key), path(std::move(name)) {}
  ~File() { ::close(fd); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const int fd;
  const FileKey key;
  const std::string path;  // the one it was found under
  OriginId origin = 0;
  LineFraming framing;       // kAuto until its first line is there
  std::uint64_t offset = 0;  // behind what the journal took
  bool at_path = true;       // some path we look at still leads to it
  Duration changed{0};       // when it last grew, or lost its path; monotonic
  bool finished = false;     // no path leads to it, and all was sent
  FileIdentity identity;
  std::uint64_t size = 0;  // when it was last looked at
  Duration grown{0};       // when that changed; monotonic
  // Behind what is committed; the journal's thread sets it, also when we are gone.
  std::shared_ptr<std::atomic<std::uint64_t>> committed =
      std::make_shared<std::atomic<std::uint64_t>>(0);
};

struct FileFollow::Meters {
  explicit Meters(MetricsRegistry& registry)
      : bytes(registry.counter("inkling_ingest_follow_bytes_total", "Bytes of followed files.")),
        refused(registry.counter("inkling_ingest_follow_refused_frames_total",
                                 "Frames the journal refused; they are tried again.")),
        rotations(registry.counter("inkling_ingest_follow_rotations_total",
                                   "Followed files that were renamed or removed.")),
        truncations(registry.counter("inkling_ingest_follow_truncations_total",
                                     "Followed files that became shorter.")),
        cut_lines(registry.counter("inkling_ingest_follow_cut_lines_total",
                                   "Pieces of lines that are longer than a frame.")),
        files(registry.gauge("inkling_ingest_follow_files", "Files being followed.")),
        capacity(registry.gauge("inkling_ingest_follow_files_capacity",
                                "Most files followed at the same time (max_files).")) {}

  MetricsRegistry::Counter& bytes;
  MetricsRegistry::Counter& refused;
  MetricsRegistry::Counter& rotations;
  MetricsRegistry::Counter& truncations;
  MetricsRegistry::Counter& cut_lines;
  MetricsRegistry::Gauge& files;
  MetricsRegistry::Gauge& capacity;
};

Result<std::unique_ptr<FileFollow>> FileFollow::create(const FollowOptions& options,
                                                       Journal& journal, OriginNumber origin_number,
                                                       const Clock& clock,
                                                       MetricsRegistry& metrics) {
  const auto invalid = [](const char* message) {
    return fail(ErrorCode::kInvalidArgument, message);
  };
  if (options.paths.empty()) return invalid("follow.paths must not be empty");
  if (options.frame_bytes == 0) return invalid("follow.frame_bytes must be positive");
  if (options.max_files == 0) return invalid("follow.max_files must be positive");
  if (options.poll_interval.count() <= 0) return invalid("follow.poll_interval must be positive");
  if (options.format == Format::kJsonDocument || options.format == Format::kTick) {
    return invalid("follow.format must be one of lines: ndjson, csv, text");
  }
  return std::unique_ptr<FileFollow>(
      new FileFollow(options, journal, std::move(origin_number), clock, metrics));
}

FileFollow::FileFollow(const FollowOptions& options, Journal& journal, OriginNumber origin_number,
                       const Clock& clock, MetricsRegistry& metrics)
    : options_(options),
      journal_(journal),
      origin_number_(std::move(origin_number)),
      clock_(clock),
      meters_(std::make_unique<Meters>(metrics)) {
  meters_->capacity.set(options.max_files);
  if (!options_.checkpoint.empty()) earlier_ = load_follow_positions(options_.checkpoint);
}

FileFollow::~FileFollow() {
  if (const auto saved = save_positions(); !saved) log_warn(saved.error().message);
}

Result<FollowPoll> FileFollow::poll_once() {
  const std::vector<Found> found = find_files();
  for (const auto& file : files_) {
    const bool was_at_path = file->at_path;
    file->at_path = std::ranges::find(found, file->key, &Found::key) != found.end();
    if (was_at_path && !file->at_path) {
      file->changed = clock_.monotonic();
      meters_->rotations.add();
    }
  }
  if (!started_) open_renamed(found);
  open_new(found);
  started_ = true;

  FollowPoll poll;
  std::set<std::string_view> behind;  // paths whose older file has lines left
  for (const auto& file : files_) {
    if (behind.contains(file->path)) continue;
    INKLING_TRY_ASSIGN(const bool more, read_file(*file, poll));
    if (more) behind.insert(file->path);
  }
  poll.more = !behind.empty();
  std::erase_if(files_, [](const auto& file) { return file->finished; });
  meters_->files.set(static_cast<double>(files_.size()));
  save_if_due();
  return poll;
}

Result<void> FileFollow::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wait;
  while (!stop.stop_requested()) {
    INKLING_TRY_ASSIGN(const FollowPoll poll, poll_once());
    if (poll.more && poll.refused == 0) continue;
    std::unique_lock lock(mutex);
    wait.wait_for(lock, stop, options_.poll_interval, [] { return false; });
  }
  return {};
}

std::vector<FileFollow::Found> FileFollow::find_files() const {
  std::vector<Found> found;
  const auto add = [&](const char* path) {
    struct stat status{};
    if (::stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return;
    const FileKey key = key_of(status);
    if (std::ranges::find(found, key, &Found::key) == found.end()) found.push_back({path, key});
  };
  for (const std::string& path : options_.paths) {
    if (::access(path.c_str(), F_OK) == 0) {  // also where its name has the signs of a pattern
      add(path.c_str());
      continue;
    }
    glob_t matches{};
    if (::glob(path.c_str(), 0, nullptr, &matches) == 0) {
      for (std::size_t i = 0; i < matches.gl_pathc; ++i) add(matches.gl_pathv[i]);
    }
    ::globfree(&matches);
  }
  return found;
}

void FileFollow::open_new(const std::vector<Found>& found) {
  for (const Found& one : found) {
    const auto is_it = [&](const auto& file) { return file->key == one.key; };
    if (std::ranges::any_of(files_, is_it)) continue;
    if (files_.size() >= options_.max_files) {
      tell_once("", fmt::format("follow.max_files is reached, further files are not followed: {}",
                                options_.max_files));
      continue;
    }
    const int fd = ::open(one.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
      tell_once(one.path, fmt::format("cannot follow file: {}: {}", one.path,
                                      std::generic_category().message(errno)));
      continue;
    }
    open_file(one.path, fd, true);
  }
}

void FileFollow::open_file(const std::string& path, int fd, bool at_path) {
  struct stat status{};
  const auto identity = FileIdentity::of(fd);
  if (::fstat(fd, &status) != 0 || !identity) {
    ::close(fd);
    return;
  }
  // What is open now may be another file than the one found a moment ago: its own key counts.
  auto file = std::make_unique<File>(fd, key_of(status), path);
  const auto is_open = [&](const auto& other) { return other->key == file->key; };
  if (std::ranges::any_of(files_, is_open)) return;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  file->origin = origin_number_("file " + path);
  file->identity = *identity;
  file->at_path = at_path;
  file->changed = clock_.monotonic();
  const auto known = std::ranges::find_if(
      earlier_, [&](const FollowPosition& position) { return position.identity.is(fd); });
  const auto same_path = std::ranges::find(earlier_, path, &FollowPosition::path);
  if (known != earlier_.end()) {
    // Shorter than what was taken: it was written anew.
    file->offset = known->offset <= size ? known->offset : 0;
    earlier_.erase(known);
  } else if (same_path != earlier_.end()) {
    file->offset = 0;  // took the place of one we followed
    earlier_.erase(same_path);
  } else {
    file->offset = begin_of(fd, size);
  }
  file->committed->store(file->offset);
  files_.push_back(std::move(file));
}

void FileFollow::open_renamed(const std::vector<Found>& found) {
  const std::vector<FollowPosition> earlier = earlier_;
  for (const FollowPosition& position : earlier) {
    const auto is_there = [&](const Found& one) {
      return static_cast<std::uint64_t>(one.key.inode) == position.identity.inode &&
             static_cast<std::uint64_t>(one.key.device) == position.identity.device;
    };
    if (std::ranges::any_of(found, is_there) || files_.size() >= options_.max_files) continue;
    const int fd = open_renamed_file(position);
    if (fd < 0) continue;
    open_file(position.path, fd, false);
    // What lies at its path now is new.
    earlier_.push_back({.path = position.path, .identity = {}});
  }
}

Result<void> FileFollow::save_positions() {
  if (options_.checkpoint.empty() || !started_) return {};
  std::vector<FollowPosition> positions;
  std::uint64_t sum = 0;
  for (const auto& file : files_) {
    const std::uint64_t committed = file->committed->load();
    positions.push_back({.path = file->path, .identity = file->identity, .offset = committed});
    sum += committed + file->key.inode;
  }
  // Files that are not there at the moment may come back.
  for (const FollowPosition& position : earlier_) {
    if (position.identity.inode != 0 && positions.size() < options_.max_files) {
      positions.push_back(position);
    }
  }
  saved_ = clock_.monotonic();
  if (sum == saved_sum_) return {};
  INKLING_TRY(save_follow_positions(options_.checkpoint, positions));
  saved_sum_ = sum;
  return {};
}

void FileFollow::save_if_due() {
  if (options_.checkpoint.empty()) return;
  if (saved_sum_ != 0 && clock_.monotonic() - saved_ < options_.checkpoint_interval) return;
  if (const auto saved = save_positions(); !saved) {
    tell_once(options_.checkpoint, saved.error().message);
  }
}

std::uint64_t FileFollow::begin_of(int fd, std::uint64_t size) const {
  if (started_ || options_.from_beginning) return 0;
  // A line being written is taken whole.
  const auto tail = std::min<std::uint64_t>(size, options_.frame_bytes);
  const std::string bytes = read_at(fd, size - tail, {}, static_cast<std::size_t>(tail));
  const std::size_t newline = bytes.rfind('\n');
  if (newline != std::string::npos) return size - tail + newline + 1;
  return tail == size ? 0 : size;
}

void FileFollow::tell_once(const std::string& path, const std::string& message) {
  if (told_.size() < options_.max_files && told_.insert(path).second) log_warn(message);
}

Result<bool> FileFollow::read_file(File& file, FollowPoll& poll) {
  struct stat status{};
  if (::fstat(file.fd, &status) != 0) return false;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  look_for_truncation(file, size);
  const auto wanted = std::min<std::uint64_t>(options_.frame_bytes, size - file.offset);
  buffer_ = read_at(file.fd, file.offset, std::move(buffer_), static_cast<std::size_t>(wanted));
  std::string_view bytes = buffer_;
  const std::size_t newline = bytes.rfind('\n');
  if (newline != std::string_view::npos) {
    bytes = bytes.substr(0, newline + 1);
  } else if (bytes.size() == options_.frame_bytes) {
    meters_->cut_lines.add();
  } else if (file.at_path || clock_.monotonic() - file.changed < options_.rotate_wait) {
    return false;  // a line that is being written
  } else if (bytes.empty()) {
    file.finished = true;
    return false;
  }
  tell_format(file, bytes);
  const bool quiet = !file.at_path || clock_.monotonic() - file.grown >= options_.record_wait;
  if (file.framing.format == Format::kText && newline != std::string_view::npos && !quiet) {
    const std::size_t closed = find_closed_end(bytes);
    if (closed > 0) {
      bytes = bytes.substr(0, closed);
    } else if (buffer_.size() < options_.frame_bytes) {
      return false;  // a record that may go on
    }
  }
  INKLING_TRY_ASSIGN(const bool taken, send(file, bytes, poll));
  if (taken) file.changed = clock_.monotonic();
  return !taken || (size > file.offset && buffer_.size() == options_.frame_bytes);
}

void FileFollow::look_for_truncation(File& file, std::uint64_t size) {
  if (size == file.size && size >= file.offset) return;
  file.size = size;
  file.grown = clock_.monotonic();
  const bool other = size < file.offset || !file.identity.is(file.fd);
  if (other) {
    meters_->truncations.add();
    file.offset = 0;
    file.framing = LineFraming();
    file.committed = std::make_shared<std::atomic<std::uint64_t>>(0);
  }
  if (other || file.identity.head_size < FileIdentity::kHeadBytes) {
    if (const auto identity = FileIdentity::of(file.fd)) file.identity = *identity;
  }
}

void FileFollow::tell_format(File& file, std::string_view bytes) {
  if (file.framing.format != Format::kAuto) return;
  const bool first = file.offset == 0;
  const std::string head =
      first ? std::string() : read_at(file.fd, 0, std::string(), options_.frame_bytes);
  file.framing = LineFraming::tell(options_.format, first ? bytes : std::string_view(head));
}

Result<bool> FileFollow::send(File& file, std::string_view bytes, FollowPoll& poll) {
  const bool first = file.offset == 0;
  IncomingFrame frame;
  frame.origin = file.origin;
  frame.format = file.framing.format;
  frame.arrival = clock_.now();
  frame.origin_name = "file " + file.path;
  frame.resume_offset = file.offset + bytes.size();
  frame.attributes = FollowBook::attribute(
      {.path = file.path, .identity = file.identity, .offset = frame.resume_offset});
  frame.bytes = file.framing.frame(bytes, first);
  // The journal calls back once it is durable, or with an error; then the file stays behind.
  const auto taken = journal_.append(
      std::move(frame), [committed = file.committed,
                         offset = file.offset + bytes.size()](const Result<Position>& position) {
        if (position) committed->store(offset);
      });
  if (!taken) {
    if (taken.error().code != ErrorCode::kUnavailable) return fail(taken.error());
    ++poll.refused;
    meters_->refused.add();
    return false;
  }
  file.offset += bytes.size();
  ++poll.frames;
  poll.bytes += bytes.size();
  meters_->bytes.add(static_cast<double>(bytes.size()));
  return true;
}

}  // namespace inkling::ingest
