#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace inkling::gen {

// A file that is written from front to back. Not thread-safe: one owner.
class OutputFile {
 public:
  // Makes or empties the file, and its directory if need be.
  static Result<OutputFile> create(const std::string& path);

  // A failure is remembered and told by close().
  void write(std::string_view bytes);
  std::uint64_t bytes() const { return bytes_; }
  // kIo if anything could not be written.
  Result<void> close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  OutputFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::uint64_t bytes_ = 0;
  bool failed_ = false;
};

}  // namespace inkling::gen
