#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inkling::ingest {

// MessagePack, read where it lies: nothing is allocated, lengths and counts are checked against the
// bytes there are before anything is done with them. Source: github.com/msgpack/msgpack spec.md.

enum class MsgpackType : std::uint8_t {
  kEnd,  // no bytes are left
  kBad,  // cut short, or the byte that is never used
  kNil,
  kBool,
  kInteger,   // fits `integer`
  kUnsigned,  // beyond it: `integer` holds the bits
  kFloat,
  kString,  // also binary
  kArray,
  kMap,
  kExtension,
};

struct MsgpackValue {
  MsgpackType type = MsgpackType::kBad;
  std::int8_t extension = 0;    // kExtension
  bool boolean = false;         // kBool
  std::uint32_t count = 0;      // kArray: elements, kMap: pairs that follow
  std::int64_t integer = 0;     // kInteger
  double real = 0;              // kFloat
  std::string_view bytes = {};  // kString, kExtension: a view
};

// Walks over values one by one. A view: the bytes outlive it. After kBad it stays there.
class MsgpackReader {
 public:
  explicit MsgpackReader(std::string_view bytes) : bytes_(bytes) {}

  // The next value; of an array or map its head, so its elements are next.
  MsgpackValue read();
  // Steps over one value with all that is inside. False if it is cut short or nests deeper than
  // kMaxDepth.
  bool skip();
  // The bytes of the next value with all that is inside, stepped over; empty if skip() fails.
  std::string_view raw();

  std::size_t offset() const { return at_; }
  bool at_end() const { return at_ == bytes_.size(); }
  std::string_view rest() const { return bytes_.substr(at_); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Finds the end of one value in bytes that come piece by piece, looking at each byte once. Bounded:
// nesting, and the size of the whole, which is refused when a length claims it, not when it came.
class MsgpackScanner {
 public:
  static constexpr std::size_t kMaxDepth = 32;
  enum class Status : std::uint8_t { kNeedMore, kDone, kBad };

  explicit MsgpackScanner(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // `bytes` begins with the value, and with the same bytes as the last time. kDone: size() is its
  // length.
  Status scan(std::string_view bytes);
  std::size_t size() const { return at_; }
  // For the next value.
  void reset();

 private:
  const std::size_t max_bytes_;
  std::size_t at_ = 0;  // scanned
  std::size_t depth_ = 0;
  std::array<std::uint64_t, kMaxDepth> left_{};  // values still to come, by depth
};

// A time of the forward protocol: EventTime, whole or fractional seconds; false if it is none.
struct MsgpackTime {
  bool good = false;
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
};
MsgpackTime read_event_time(const MsgpackValue& value);

}  // namespace inkling::ingest
