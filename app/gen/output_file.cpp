#include "app/gen/output_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace inkling::gen {

Result<OutputFile> OutputFile::create(const std::string& path) {
  std::error_code error;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot make a directory for {}: {}", path, error.message()));
  }
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  }
  std::setvbuf(file, nullptr, _IOFBF, 256 * 1024);
  return OutputFile(path, file);
}

void OutputFile::write(std::string_view bytes) {
  if (failed_) return;
  failed_ = std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size();
  bytes_ += bytes.size();
}

Result<void> OutputFile::close() {
  const bool closed = std::fclose(file_.release()) == 0;
  if (failed_ || !closed) return fail(ErrorCode::kIo, fmt::format("cannot write {}", path_));
  return {};
}

}  // namespace inkling::gen
