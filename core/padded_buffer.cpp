#include "core/padded_buffer.h"

#include <algorithm>
#include <cstring>

#include "core/check.h"

namespace inkling {

PaddedBuffer PaddedBuffer::copy_of(std::string_view bytes) {
  PaddedBuffer buffer;
  buffer.append(bytes);
  return buffer;
}

void PaddedBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_ && data_) return;
  auto grown = std::make_unique_for_overwrite<char[]>(capacity + kPadding);
  if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
  std::memset(grown.get() + size_, 0, kPadding);
  data_ = std::move(grown);
  capacity_ = capacity;
}

void PaddedBuffer::resize(std::size_t size) {
  if (!data_) {
    if (size == 0) return;
    reserve(size);
  }
  INKLING_CHECK(size <= capacity_);
  size_ = size;
  std::memset(data_.get() + size_, 0, kPadding);
}

void PaddedBuffer::append(std::string_view bytes) {
  const std::size_t old_size = size_;
  if (size_ + bytes.size() > capacity_ || !data_) {
    reserve(std::max(size_ + bytes.size(), capacity_ * 2));
  }
  if (!bytes.empty()) std::memcpy(data_.get() + old_size, bytes.data(), bytes.size());
  resize(old_size + bytes.size());
}

}  // namespace inkling
