// Bytes as the saved past of series, with and without a right check sum around them: refused, or
// read to something that is the same after it was saved and read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/state_writer.h"
#include "detect/series_memory.h"

namespace {

void check(std::string_view bytes) {
  using inkling::detect::SeriesMemory;
  const auto memory = SeriesMemory::load(bytes, "fuzz");
  if (!memory) return;
  const std::string saved = memory->save();
  const auto again = SeriesMemory::load(saved, "fuzz");
  INKLING_CHECK(again.has_value());
  INKLING_CHECK(again->save() == saved);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  inkling::StateWriter writer;
  writer.begin_section(inkling::state_id("SERS"), 1);
  for (const char c : bytes) writer.put_byte(static_cast<std::uint8_t>(c));
  writer.end_section();
  check(writer.take());
  return 0;
}
