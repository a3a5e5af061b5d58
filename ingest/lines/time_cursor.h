#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inkling::ingest {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Walks over a text; a read that does not fit leaves it in an unspecified place, so callers give up
// or go back to a copy.
class TimeCursor {
 public:
  explicit TimeCursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  void go(std::size_t at) { at_ = at; }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view rest() const { return text_.substr(at_); }
  void skip(std::size_t count) { at_ += count; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  // How many digits stand here, at most 20.
  std::size_t digits() const {
    std::size_t count = 0;
    while (count < 20 && is_digit(peek(count))) ++count;
    return count;
  }
  // Reads exactly `count` digits; -1 if there are fewer, or the number is too large.
  std::int64_t number(std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(peek()) || value > kLargestPrefix) return -1;
      value = value * 10 + (peek() - '0');
      ++at_;
    }
    return value;
  }
  // One or two digits.
  int short_number() {
    if (!is_digit(peek())) return -1;
    return static_cast<int>(number(is_digit(peek(1)) ? 2 : 1));
  }
  // 1..12 for "Jan".."Dec", any case; 0 if it is none.
  int month_name();

 private:
  static constexpr std::int64_t kLargestPrefix = (INT64_MAX - 9) / 10;

  std::string_view text_;
  std::size_t at_ = 0;
};

// True if a text begins with "Mon".."Sun", any case.
bool is_weekday(std::string_view text);

}  // namespace inkling::ingest
