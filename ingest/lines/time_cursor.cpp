#include "ingest/lines/time_cursor.h"

#include <array>

namespace inkling::ingest {
namespace {

constexpr std::uint32_t key3(char a, char b, char c) {
  return (static_cast<std::uint32_t>(static_cast<unsigned char>(a) | 0x20u) << 16) |
         (static_cast<std::uint32_t>(static_cast<unsigned char>(b) | 0x20u) << 8) |
         (static_cast<unsigned char>(c) | 0x20u);
}
constexpr std::uint32_t key3(const char (&name)[4]) { return key3(name[0], name[1], name[2]); }

}  // namespace

int TimeCursor::month_name() {
  static constexpr std::array kMonths = {key3("jan"), key3("feb"), key3("mar"), key3("apr"),
                                         key3("may"), key3("jun"), key3("jul"), key3("aug"),
                                         key3("sep"), key3("oct"), key3("nov"), key3("dec")};
  const std::uint32_t key = key3(peek(), peek(1), peek(2));
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == key) {
      skip(3);
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

bool is_weekday(std::string_view text) {
  if (text.size() < 3) return false;
  const std::uint32_t key = key3(text[0], text[1], text[2]);
  return key == key3("mon") || key == key3("tue") || key == key3("wed") || key == key3("thu") ||
         key == key3("fri") || key == key3("sat") || key == key3("sun");
}

}  // namespace inkling::ingest
