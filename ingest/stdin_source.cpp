#include "ingest/stdin_source.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

#include "ingest/text_decoder.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;  // what a pipe holds
// A full journal is asked again after this, and after twice as long each time up to the second one:
// a commit takes about 50 ms.
constexpr Duration kFirstWait = std::chrono::milliseconds(5);
constexpr Duration kLongestWait = std::chrono::milliseconds(500);
// How late a stop is noticed while the input is silent.
constexpr Duration kStopCheck = std::chrono::milliseconds(200);

Failure<Error> read_error(int error) {
  return fail(ErrorCode::kIo, fmt::format("cannot read standard input: {}",
                                          std::generic_category().message(error)));
}

void wait_for(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  condition.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

StdinSource::StdinSource(int fd, const StdinOptions& options, Journal& journal, OriginId origin,
                         const Clock& clock, MetricsRegistry& metrics)
    : fd_(fd),
      options_(options),
      journal_(journal),
      origin_(origin),
      clock_(clock),
      bytes_(metrics.counter("inkling_ingest_stdin_bytes_total", "Bytes of standard input.")),
      waits_(metrics.counter("inkling_ingest_stdin_waits_total",
                             "Times a frame had to wait because the journal was full.")) {}

Result<void> StdinSource::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Duration wait = kStopCheck;
    if (complete_ > 0) {
      const Duration age = clock_.monotonic() - oldest_;
      wait = std::clamp(options_.flush_interval - age, Duration(0), kStopCheck);
    }
    INKLING_TRY_ASSIGN(const bool open, read_some(wait));
    if (!open) break;
    if (complete_ == 0 && buffer_.size() >= options_.max_line_bytes) {
      INKLING_TRY(send(buffer_.size(), stop));
    } else if (complete_ >= options_.frame_bytes ||
               (complete_ > 0 && clock_.monotonic() - oldest_ >= options_.flush_interval)) {
      INKLING_TRY(send(closed_part(), stop));
    }
  }
  return send(buffer_.size(), stop);
}

std::size_t StdinSource::closed_part() {
  if (framing_.format == Format::kAuto) framing_ = LineFraming::tell(options_.format, buffer_);
  if (framing_.format != Format::kText) return complete_;
  // What may go on waits for one more interval, but nothing is held twice.
  const std::size_t closed = find_closed_end(std::string_view(buffer_).substr(0, complete_));
  return closed > 0 ? closed : complete_;
}

Result<bool> StdinSource::read_some(Duration wait) {
  pollfd input{.fd = fd_, .events = POLLIN, .revents = 0};
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  const int ready = ::poll(&input, 1, static_cast<int>(timeout));
  if (ready < 0 && errno != EINTR) return read_error(errno);
  if (ready <= 0) return true;

  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  const auto got = ::read(fd_, buffer_.data() + size, kReadBytes);
  const int error = errno;
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) {
    if (error == EINTR || error == EAGAIN) return true;
    return read_error(error);
  }
  if (size == 0) oldest_ = clock_.monotonic();
  const std::size_t newline = std::string_view(buffer_).substr(size).rfind('\n');
  if (newline != std::string_view::npos) complete_ = size + newline + 1;
  return got > 0;
}

Result<void> StdinSource::send(std::size_t size, const std::stop_token& stop) {
  if (size == 0) return {};
  if (framing_.format == Format::kAuto) framing_ = LineFraming::tell(options_.format, buffer_);
  INKLING_TRY(send_frame(std::string_view(buffer_).substr(0, size), stop));
  bytes_.add(static_cast<double>(size));
  offset_ += size;
  buffer_.erase(0, size);
  complete_ -= std::min(size, complete_);
  oldest_ = clock_.monotonic();
  return {};
}

Result<void> StdinSource::send_frame(std::string_view lines, const std::stop_token& stop) {
  Duration wait = kFirstWait;
  while (true) {
    IncomingFrame frame;
    frame.origin = origin_;
    frame.format = framing_.format;
    frame.arrival = clock_.now();
    frame.origin_name = "stdin";
    frame.resume_offset = offset_ + lines.size();
    frame.bytes = framing_.frame(lines, offset_ == 0);
    const auto taken = journal_.append(std::move(frame), {});
    if (taken) return {};
    if (taken.error().code != ErrorCode::kUnavailable) return fail(taken.error());
    if (stop.stop_requested()) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("stopped while the journal was full; bytes read and not taken: {}",
                              buffer_.size()));
    }
    waits_.add();
    wait_for(wait, stop);
    wait = std::min(2 * wait, kLongestWait);
  }
}

}  // namespace inkling::ingest
