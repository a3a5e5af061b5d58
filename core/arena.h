#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace inkling {

// A growing store of bytes that are freed all at once. Views stay valid until reset().
// After warm-up reset() and reuse allocate nothing. Not thread-safe: one owner.
class Arena {
 public:
  explicit Arena(std::size_t block_bytes = 16 * 1024) : block_bytes_(block_bytes) {}

  // Room for `size` bytes, unaligned, unspecified content.
  char* allocate(std::size_t size);

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* target = allocate(text.size());
    std::memcpy(target, text.data(), text.size());
    return {target, text.size()};
  }

  // Gives back the last `unused` bytes of the latest allocation.
  void shrink_last(std::size_t unused) { used_ -= unused; }

  // Forgets all content and keeps the blocks.
  void reset();

  std::size_t capacity() const;

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::size_t block_bytes_;
  std::vector<Block> blocks_;
  std::size_t current_ = 0;  // block in use
  std::size_t used_ = 0;     // bytes used of it
};

}  // namespace inkling
