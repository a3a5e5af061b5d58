#include "ingest/dead_letter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/json_writer.h"
#include "core/log.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

Failure<Error> io_error(std::string_view what, const std::string& path, int error) {
  return fail(ErrorCode::kIo, fmt::format("cannot {} dead letter file: {}: {}", what, path,
                                          std::generic_category().message(error)));
}

std::string to_json(const DeadLetter& letter, bool with_raw) {
  JsonWriter json;
  json.begin_object();
  if (letter.arrival.is_set()) json.member("time", format_timestamp(letter.arrival));
  if (!letter.origin.empty()) json.member("origin", letter.origin);
  if (!letter.path.empty()) {
    json.member("path", letter.path);
    json.member("line", letter.line);
  } else {
    json.member("segment", letter.position.segment);
    json.member("offset", letter.position.offset);
    json.member("record", letter.position.record);
  }
  json.member("reason", parse_error_name(letter.reason));
  json.member("length", static_cast<std::uint64_t>(letter.raw.size()));
  if (with_raw) json.member("raw", letter.raw);
  json.end_object();
  return json.take() + '\n';
}

}  // namespace

Result<std::unique_ptr<DeadLetterFile>> DeadLetterFile::create(const DeadLetterOptions& options,
                                                               MetricsRegistry& metrics) {
  const int fd = ::open(options.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("open", options.path, errno);
  struct stat status{};
  // An existing file may have been open to others; what is no file (/dev/stderr) is left alone.
  if (::fstat(fd, &status) != 0 || (S_ISREG(status.st_mode) && ::fchmod(fd, 0600) != 0)) {
    const int error = errno;
    ::close(fd);
    return io_error("protect", options.path, error);
  }
  return std::unique_ptr<DeadLetterFile>(
      new DeadLetterFile(options, fd, static_cast<std::uint64_t>(status.st_size), metrics));
}

DeadLetterFile::DeadLetterFile(const DeadLetterOptions& options, int fd, std::uint64_t size,
                               MetricsRegistry& metrics)
    : options_(options),
      fd_(fd),
      size_(size),
      written_total_(metrics.counter("inkling_ingest_dead_letters_written_total",
                                     "Lines not understood, noted in the dead letter file.")),
      dropped_total_(metrics.counter(
          "inkling_ingest_dead_letters_dropped_total",
          "Lines not understood that the dead letter file had no room for, or could not take.")),
      bytes_(metrics.gauge("inkling_ingest_dead_letter_bytes", "Size of the dead letter file.")) {
  metrics
      .gauge("inkling_ingest_dead_letter_capacity_bytes",
             "Size at which further dead letters are dropped (max_bytes).")
      .set(static_cast<double>(options.max_bytes));
  bytes_.set(static_cast<double>(size));
}

DeadLetterFile::~DeadLetterFile() {
  static_cast<void>(flush());  // it has logged its error
  ::close(fd_);
}

void DeadLetterFile::append(const DeadLetter& letter) {
  if (failed_) return drop(1);
  const std::string line = to_json(letter, options_.raw);
  if (size_ + line.size() > options_.max_bytes) {
    if (!std::exchange(full_, true)) {
      log_warn(fmt::format("the dead letter file is full, further letters are only counted: {}",
                           options_.path));
    }
    return drop(1);
  }
  buffer_ += line;
  size_ += line.size();
  ++buffered_;
  if (buffer_.size() >= kBufferBytes) static_cast<void>(flush());
}

Result<void> DeadLetterFile::flush() {
  for (std::size_t done = 0; done < buffer_.size();) {
    const auto result = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (result < 0) {
      if (errno == EINTR) continue;
      const auto error = io_error("write", options_.path, errno);
      log_error(error.error.message);
      failed_ = true;
      buffer_.clear();
      drop(std::exchange(buffered_, 0));
      return error;
    }
    done += static_cast<std::size_t>(result);
  }
  buffer_.clear();
  written_ += buffered_;
  written_total_.add(static_cast<double>(std::exchange(buffered_, 0)));
  bytes_.set(static_cast<double>(size_));
  return {};
}

void DeadLetterFile::drop(std::uint64_t letters) {
  dropped_ += letters;
  dropped_total_.add(static_cast<double>(letters));
}

}  // namespace inkling::ingest
