#include "ingest/file_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace inkling::ingest {
namespace {

namespace fs = std::filesystem;

Result<void> add_directory(const fs::path& directory, std::vector<std::string>& found) {
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    const bool is_hidden = entry->path().filename().native().starts_with('.');
    if (is_hidden) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(error) && !error) {
      found.push_back(entry->path().native());
    }
    if (error) error.clear();  // a file that vanished meanwhile
    entry.increment(error);
  }
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot list {}: {}", directory.native(), error.message()));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> list_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (path == "-") {
      files.push_back(path);
      continue;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      return fail(ErrorCode::kNotFound, fmt::format("no such file or directory: {}", path));
    }
    if (!fs::is_directory(status)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> below;
    INKLING_TRY(add_directory(path, below));
    std::sort(below.begin(), below.end());
    files.insert(files.end(), below.begin(), below.end());
  }
  return files;
}

}  // namespace inkling::ingest
