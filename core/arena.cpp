#include "core/arena.h"

#include <algorithm>

namespace inkling {

char* Arena::allocate(std::size_t size) {
  while (current_ < blocks_.size() && used_ + size > blocks_[current_].size) {
    ++current_;
    used_ = 0;
  }
  if (current_ == blocks_.size()) {
    const std::size_t block_size = std::max(size, block_bytes_);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block_size), block_size});
    used_ = 0;
  }
  char* result = blocks_[current_].bytes.get() + used_;
  used_ += size;
  return result;
}

void Arena::reset() {
  current_ = 0;
  used_ = 0;
}

std::size_t Arena::capacity() const {
  std::size_t total = 0;
  for (const Block& block : blocks_) total += block.size;
  return total;
}

}  // namespace inkling
