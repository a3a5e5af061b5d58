#include "ingest/journal_quarantine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "core/log.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostPlacesKnown = 100'000;
constexpr std::size_t kPieceBytes = 64 * 1024;

Failure<Error> io_error(std::string_view what, const std::string& path, int error) {
  return fail(ErrorCode::kIo,
              fmt::format("cannot {}: {}: {}", what, path, std::generic_category().message(error)));
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const auto done = ::write(fd, data, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    data += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

}  // namespace

JournalQuarantine::JournalQuarantine(const std::string& journal, std::uint64_t max_bytes)
    : directory_(journal + "/quarantine"), max_bytes_(max_bytes) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory_, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto size = entry->file_size(error);
    if (!error) used_ += size;
  }
}

void JournalQuarantine::keep(const SegmentFile& file, const BadBytes& bad) {
  if (seen_.size() >= kMostPlacesKnown) seen_.clear();
  if (!seen_.emplace(bad.segment, bad.begin).second) return;
  ++places_;
  bytes_ += bad.end - bad.begin;
  copy(file, bad);
}

void JournalQuarantine::copy(const SegmentFile& file, const BadBytes& bad) {
  const std::uint64_t length = bad.end - bad.begin;
  const std::string path =
      fmt::format("{}/segment-{:08}-{}-{}.bad", directory_, bad.segment, bad.begin, length);
  if (::access(path.c_str(), F_OK) == 0) return;
  if (used_ + length > max_bytes_) {
    ++not_copied_;
    log_warn(
        fmt::format("journal: no room in the quarantine (journal.max_quarantine_bytes) for {} "
                    "bytes at {} of {}",
                    length, bad.begin, file.path()));
    return;
  }
  if (const auto written = write_copy(file, bad, path); !written) {
    ++not_copied_;
    log_warn(fmt::format("journal: quarantine: {}", written.error().message));
    return;
  }
  used_ += length;
}

Result<void> JournalQuarantine::write_copy(const SegmentFile& file, const BadBytes& bad,
                                           const std::string& path) {
  if (::mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
    return io_error("make quarantine directory", directory_, errno);
  }
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("make quarantine file", path, errno);
  std::vector<char> piece(kPieceBytes);
  int error = 0;
  for (std::uint64_t at = bad.begin; at < bad.end && error == 0;) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, bad.end - at));
    const auto got = file.read_at(at, piece.data(), wanted);
    if (!got || *got == 0) break;
    if (!write_all(fd, piece.data(), *got)) error = errno;
    at += *got;
  }
  ::close(fd);
  if (error == 0) return {};
  ::unlink(path.c_str());
  return io_error("write quarantine file", path, error);
}

}  // namespace inkling::ingest
