#include "ingest/base64.h"

#include <array>
#include <cstdint>

namespace inkling::ingest {
namespace {

constexpr std::uint32_t kBad = 0x80000000u;

constexpr int digit_of(unsigned char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

using Table = std::array<std::uint32_t, 256>;

// What a character adds to the 24 bits of its group, shifted to its place.
constexpr Table make_table(int shift) {
  Table table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    const int digit = digit_of(static_cast<unsigned char>(c));
    table[c] = digit < 0 ? kBad : static_cast<std::uint32_t>(digit) << shift;
  }
  return table;
}

constexpr std::array<Table, 4> kTables = {make_table(18), make_table(12), make_table(6),
                                          make_table(0)};

std::uint32_t at(std::size_t place, char c) {
  return kTables[place][static_cast<unsigned char>(c)];
}

}  // namespace

std::optional<std::size_t> decode_base64(std::string_view text, char* out) {
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  char* const begin = out;
  const char* in = text.data();
  const char* const groups_end = in + text.size() / 4 * 4;
  std::uint32_t bad = 0;  // collected, so that the loop has no branch
  for (; in < groups_end; in += 4, out += 3) {
    const std::uint32_t bits = at(0, in[0]) | at(1, in[1]) | at(2, in[2]) | at(3, in[3]);
    bad |= bits;
    out[0] = static_cast<char>(bits >> 16);
    out[1] = static_cast<char>(bits >> 8);
    out[2] = static_cast<char>(bits);
  }
  switch (text.size() % 4) {
    case 1:
      return std::nullopt;
    case 2: {
      const std::uint32_t bits = at(0, in[0]) | at(1, in[1]);
      bad |= bits;
      *out++ = static_cast<char>(bits >> 16);
      break;
    }
    case 3: {
      const std::uint32_t bits = at(0, in[0]) | at(1, in[1]) | at(2, in[2]);
      bad |= bits;
      *out++ = static_cast<char>(bits >> 16);
      *out++ = static_cast<char>(bits >> 8);
      break;
    }
    default:
      break;
  }
  if ((bad & kBad) != 0) return std::nullopt;
  return static_cast<std::size_t>(out - begin);
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes(base64_room(text.size()), '\0');
  const auto size = decode_base64(text, bytes.data());
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
}

}  // namespace inkling::ingest
