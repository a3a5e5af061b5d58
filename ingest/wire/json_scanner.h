#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inkling::ingest {

// Finds the end of one JSON array or object in bytes that come piece by piece, by its brackets
// alone: whether it is JSON is the parser's to say. Looks at each byte once.
class JsonScanner {
 public:
  enum class Status : std::uint8_t { kNeedMore, kDone, kBad };

  explicit JsonScanner(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // `bytes` begins with the value, and with the same bytes as the last time. kDone: size() is its
  // length. kBad: it does not begin with a bracket, or it is longer than max_bytes.
  Status scan(std::string_view bytes);
  std::size_t size() const { return at_; }
  void reset();

 private:
  const std::size_t max_bytes_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace inkling::ingest
