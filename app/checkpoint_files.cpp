#include "app/checkpoint_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "core/state_file.h"

namespace inkling::app {
namespace {

constexpr std::string_view kPrefix = "checkpoint-";
constexpr std::string_view kSuffix = ".ink";

// 0 = no checkpoint.
std::uint64_t number_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return 0;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kSuffix.size());
  std::uint64_t number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return read.ec == std::errc() && read.ptr == name.data() + name.size() ? number : 0;
}

}  // namespace

std::vector<CheckpointFiles::File> CheckpointFiles::list() const {
  std::vector<File> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::uint64_t number = number_of(entry.path().filename().string());
    if (number > 0) files.push_back({number, entry.path().string()});
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.number > b.number; });
  return files;
}

Result<CheckpointFiles::File> CheckpointFiles::write(std::string_view state) {
  const std::vector<File> before = list();
  File file;
  file.number = before.empty() ? 1 : before.front().number + 1;
  file.path = fmt::format("{}/{}{:08}{}", directory_, kPrefix, file.number, kSuffix);
  INKLING_TRY(write_state_file(file.path, state));
  for (std::size_t i = kKept - 1; i < before.size(); ++i) {
    std::error_code ignored;  // tried again with the next one
    std::filesystem::remove(before[i].path, ignored);
  }
  return file;
}

}  // namespace inkling::app
