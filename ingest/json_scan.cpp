#include "ingest/json_scan.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "core/ascii.h"
#include "core/padded_buffer.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ull;
constexpr std::uint64_t kHighs = 0x8080808080808080ull;

// The high bit of each byte that equals `c`; exact up to and including the lowest such byte.
constexpr std::uint64_t bytes_equal(std::uint64_t word, char c) {
  const std::uint64_t x = word ^ (kOnes * static_cast<unsigned char>(c));
  return (x - kOnes) & ~x & kHighs;
}

// The next '"', '\\' or line break, eight bytes at a time; `end` if there is none.
const char* find_string_special(const char* at, const char* end) {
  static_assert(std::endian::native == std::endian::little);
  while (end - at >= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    const std::uint64_t hits =
        bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_equal(word, '\n');
    if (hits != 0) return at + std::countr_zero(hits) / 8;
    at += 8;
  }
  while (at < end && *at != '"' && *at != '\\' && *at != '\n') ++at;
  return at;
}

// The code unit of "uXXXX" at `at`, or -1.
int read_code_unit(const char* at, const char* end) {
  if (end - at < 5 || at[0] != 'u') return -1;
  int unit = 0;
  for (int i = 1; i < 5; ++i) {
    const int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

const char* find_scalar_end(const char* at, const char* end) {
  const char* const begin = at;
  while (at < end) {
    const char c = *at;
    const bool is_part = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.';
    if (!is_part) break;
    ++at;
  }
  return at == begin ? nullptr : at;
}

}  // namespace

char* put_utf8(char* out, std::uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

const char* find_string_end(const char* at, const char* end) {
  while (true) {
    at = find_string_special(at, end);
    if (at == end || *at == '\n') return nullptr;
    if (*at == '"') return at;
    if (end - at < 2) return nullptr;
    at += 2;
  }
}

const char* find_value_end(const char* at, const char* end) {
  if (at == end) return nullptr;
  if (*at == '"') {
    const char* const quote = find_string_end(at + 1, end);
    return quote == nullptr ? nullptr : quote + 1;
  }
  if (*at != '{' && *at != '[') return find_scalar_end(at, end);
  std::uint64_t is_array[kMaxScanDepth / 64] = {};  // a bit for each open bracket
  int depth = 0;
  for (; at < end; ++at) {
    switch (*at) {
      case '"':
        at = find_string_end(at + 1, end);
        if (at == nullptr) return nullptr;
        break;
      case '{':
      case '[': {
        if (depth == kMaxScanDepth) return nullptr;
        std::uint64_t& word = is_array[depth / 64];
        const std::uint64_t bit = 1ull << (depth % 64);
        word = *at == '[' ? word | bit : word & ~bit;
        ++depth;
        break;
      }
      case '}':
      case ']': {
        --depth;
        const bool open_is_array = (is_array[depth / 64] >> (depth % 64) & 1) != 0;
        if (open_is_array != (*at == ']')) return nullptr;
        if (depth == 0) return at + 1;
        break;
      }
      default:
        break;
    }
  }
  return nullptr;
}

bool is_one_object(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end && is_json_space(*at)) ++at;
  if (at == end || *at != '{') return false;
  at = find_value_end(at, end);
  if (at == nullptr) return false;
  while (at < end && is_json_space(*at)) ++at;
  return at == end;
}

std::string_view unescape_json(std::string_view raw, Arena& arena) {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  if (raw.empty() || std::memchr(at, '\\', raw.size()) == nullptr) return raw;
  char* const begin = arena.allocate(raw.size() + PaddedBuffer::kPadding);
  char* out = begin;
  while (at < end) {
    const auto* slash =
        static_cast<const char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
    const auto plain = static_cast<std::size_t>((slash == nullptr ? end : slash) - at);
    std::memcpy(out, at, plain);
    out += plain;
    at += plain;
    if (slash == nullptr || end - at < 2) {
      while (at < end) *out++ = *at++;
      break;
    }
    if (const char c = simple_escape(at[1]); c != '\0') {
      *out++ = c;
      at += 2;
      continue;
    }
    const int unit = read_code_unit(at + 1, end);
    if (unit < 0) {  // no escape: as it is
      *out++ = *at++;
      continue;
    }
    at += 6;
    auto code = static_cast<std::uint32_t>(unit);
    if (code >= 0xD800 && code < 0xDC00) {  // the first half of a pair
      const int low = end - at >= 6 && *at == '\\' ? read_code_unit(at + 1, end) : -1;
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
        at += 6;
      }
    }
    out = put_utf8(out, code);
  }
  const auto size = static_cast<std::size_t>(out - begin);
  std::memset(out, 0, PaddedBuffer::kPadding);
  arena.shrink_last(raw.size() - size);
  return {begin, size};
}

}  // namespace inkling::ingest
