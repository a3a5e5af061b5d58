#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace inkling {

// Bytes with kPadding readable zero bytes behind them, so that SIMD parsers may read past the end.
// Not thread-safe: one owner. Moving keeps views valid and leaves an empty buffer behind.
class PaddedBuffer {
 public:
  static constexpr std::size_t kPadding = 64;

  PaddedBuffer() = default;
  PaddedBuffer(PaddedBuffer&& other) noexcept
      : data_(std::move(other.data_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  PaddedBuffer& operator=(PaddedBuffer&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }
  static PaddedBuffer copy_of(std::string_view bytes);

  // Makes room for `capacity` bytes, keeping the first size(). Views become invalid if it grows.
  void reserve(std::size_t capacity);
  // Sets the size (<= capacity()) and zeroes the padding behind it. New bytes are unspecified.
  void resize(std::size_t size);
  void append(std::string_view bytes);
  void clear() { resize(0); }

  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace inkling
