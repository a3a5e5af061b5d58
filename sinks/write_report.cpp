#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "sinks/report.h"

namespace inkling::sinks {
namespace {

Failure<Error> io_failure(const std::string& path) {
  return fail(ErrorCode::kIo,
              fmt::format("cannot write the report: {}: {}", path, std::strerror(errno)));
}

// Writes beside the target and renames: a reader sees the old file or the new one, whole.
Result<void> write_atomically(const std::string& path, std::string_view content) {
  const std::string part = fmt::format("{}.{}.part", path, ::getpid());
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return io_failure(part);
  std::string_view left = content;
  while (!left.empty()) {
    const ssize_t written = ::write(file, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  const int write_error = errno;
  const bool closed = ::close(file) == 0;
  if (!left.empty() || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    if (!left.empty()) errno = write_error;
    Failure<Error> failure = io_failure(path);
    ::unlink(part.c_str());
    return failure;
  }
  return {};
}

// Ids are hex digits; one that was read from elsewhere must not lead out of the directory.
bool is_file_name(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

}  // namespace

Result<WrittenReport> write_report(const Incident& incident, const ReportContext& context,
                                   const std::string& directory) {
  if (!is_file_name(incident.id)) {
    return fail(ErrorCode::kInvalidArgument,
                "the incident's id must be letters, digits, - and _ to name a file");
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorCode::kIo, fmt::format("cannot make the directory of reports: {}: {}",
                                            directory, error.message()));
  }
  const std::string stem = (std::filesystem::path(directory) / incident.id).string();
  WrittenReport written{stem + ".md", stem + ".json", stem + ".html"};
  INKLING_TRY(write_atomically(written.markdown_path, report_markdown(incident, context)));
  INKLING_TRY(write_atomically(written.json_path, report_json(incident, context)));
  INKLING_TRY(write_atomically(written.html_path, report_html(incident, context)));
  return written;
}

}  // namespace inkling::sinks
