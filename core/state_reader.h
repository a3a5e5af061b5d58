#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/series.h"
#include "core/state_writer.h"
#include "core/timestamp.h"

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
      : rest_(bytes), what_(std::move(what)), series_(std::make_shared<std::vector<SeriesRef>>()) {}

  static constexpr std::size_t kMaxText = std::size_t{1} << 24;

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
  float real_float();    // any bits, also NaN
  float finite_float();
  // A time within 1678..2261 as all times are, or none(), or the latest there is.
  Timestamp time();
  Duration duration();
  // What put_series() and put_series_info() wrote.
  SeriesRef series();
  SeriesRef series_info();
  // What put_raw() wrote.
  template <class T>
  void raw(T* values, std::size_t count) {
    static_assert(std::endian::native == std::endian::little && std::is_arithmetic_v<T>);
    const std::string_view bytes = take(count * sizeof(T));
    if (!bytes.empty()) std::memcpy(values, bytes.data(), bytes.size());
  }
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
  std::shared_ptr<std::vector<SeriesRef>> series_;  // met so far; shared with its sections
};

struct StateReader::Section {
  std::uint32_t version = 0;
  StateReader content;
};

}  // namespace inkling
