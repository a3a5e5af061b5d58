#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/state_writer.h"

namespace inkling {

// Reads what a StateWriter wrote. Never reads outside its bytes: the first thing that is wrong
// makes the reader fail, after which every read gives zero or nothing and failed() is true, so a
// loader reads all its fields and asks once, by finish(). Whatever decides an allocation comes
// through count() or text(), which are bounded by the bytes there are. A view: the bytes outlive
// it. Not thread-safe: one owner.
class StateReader {
 public:
  // `what` names the bytes in messages: "state file /var/lib/x".
  explicit StateReader(std::string_view bytes, std::string what = "state")
      : rest_(bytes), what_(std::move(what)) {}

  std::uint8_t byte();
  bool boolean();  // anything but 0 and 1 is wrong
  std::uint64_t varint(std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  std::uint32_t varint32() {
    return static_cast<std::uint32_t>(varint(std::numeric_limits<std::uint32_t>::max()));
  }
  std::int64_t signed_varint();
  std::uint32_t u32();
  std::uint64_t u64();
  double real();         // any bits, also NaN
  double finite_real();  // NaN and infinities are wrong
  float finite_float();
  // How many elements follow, of at least `bytes_each` (1 or more) bytes: never more than fit.
  std::size_t count(std::size_t bytes_each);
  std::string_view text(std::size_t most_bytes);

  // The next section, which must be `id` of a version in 1..newest. Its own reader, to be finished
  // by the caller; a failed one if the section is another one, too new, cut short or damaged.
  struct Section;
  Section section(StateId id, std::uint32_t newest_version);
  // The id of the section that comes next, 0 at the end: for sections that may be left out.
  StateId next_section() const;

  // Makes the reader fail for a reason of the caller's: a value out of its range.
  void refuse(std::string_view reason);

  bool failed() const { return !error_.empty(); }
  std::size_t remaining() const { return rest_.size(); }
  // kBadInput with the first thing that was wrong, or if bytes are left over.
  Result<void> finish();

 private:
  std::string_view take(std::size_t size);

  std::string_view rest_;
  std::string what_;
  std::string error_;
};

struct StateReader::Section {
  std::uint32_t version = 0;
  StateReader content;
};

}  // namespace inkling
