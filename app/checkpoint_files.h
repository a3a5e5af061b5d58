#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace inkling::app {

// The checkpoints in a directory: state files checkpoint-00000001.ink, ... (docs/formats.md), of
// which the latest two are kept, so that one that cannot be read is no loss. Not thread-safe: one
// owner.
class CheckpointFiles {
 public:
  static constexpr std::size_t kKept = 2;

  explicit CheckpointFiles(std::string directory) : directory_(std::move(directory)) {}

  struct File {
    std::uint64_t number = 0;
    std::string path;
  };
  // The newest first; none if there is no directory.
  std::vector<File> list() const;

  // Writes the next one, durable when it returns, then removes the old ones. kIo names the file;
  // then those there were stay.
  Result<File> write(std::string_view state);

 private:
  const std::string directory_;
};

}  // namespace inkling::app
