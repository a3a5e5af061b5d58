// Bytes as saved state: the first byte of each round says what is asked for next. Nothing read lies
// outside, and a reader that failed gives nothing more.
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/state_reader.h"

namespace {

void read_all(inkling::StateReader& reader, int depth) {
  while (!reader.failed() && reader.remaining() > 0) {
    const std::size_t before = reader.remaining();
    switch (before % 8) {
      case 0:
        reader.varint();
        break;
      case 1:
        reader.signed_varint();
        break;
      case 2:
        reader.real();
        break;
      case 3:
        INKLING_CHECK(reader.text(64).size() <= 64);
        break;
      case 4: {
        const std::vector<std::uint64_t> room(reader.count(8));
        INKLING_CHECK(room.size() * 8 <= before);
        break;
      }
      case 5:
        reader.boolean();
        break;
      default: {
        auto section = reader.section(reader.next_section(), 3);
        INKLING_CHECK(section.content.remaining() <= before);
        if (depth < 16) read_all(section.content, depth + 1);
        break;
      }
    }
    INKLING_CHECK(reader.failed() || reader.remaining() < before);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkling::StateReader reader({reinterpret_cast<const char*>(data), size});
  read_all(reader, 0);
  const bool failed = reader.failed();
  INKLING_CHECK(reader.finish().has_value() == !failed);
  INKLING_CHECK(reader.u64() == 0 || !failed);
  return 0;
}
