#pragma once

#include <string>
#include <string_view>

namespace inkling::ingest {

// Encodes bit by bit, independently of what reads it.
inline std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  const auto take = [&] {
    while (count >= 6) {
      count -= 6;
      out.push_back(kLetters[bits >> count & 63]);
    }
  };
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    count += 8;
    take();
  }
  if (count > 0) {
    bits = bits << (6 - count);
    count = 6;
    take();
  }
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

}  // namespace inkling::ingest
