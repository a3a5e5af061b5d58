#pragma once

#include <snappy.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/crc32c.h"

namespace inkling {

// Writes the framed snappy format, independently of what reads it.

inline const std::string kSnappyIdentifier("\xFF\x06\x00\x00sNaPpY", 10);

// A chunk with this content, whatever it is.
inline std::string raw_snappy_chunk(unsigned char type, std::string_view content) {
  std::string out(1, static_cast<char>(type));
  for (int i = 0; i < 3; ++i) out += static_cast<char>(content.size() >> (8 * i));
  return out.append(content);
}

// A data chunk: 0x00 compressed, 0x01 plain.
inline std::string snappy_chunk(unsigned char type, std::string_view text) {
  const std::uint32_t crc = crc32c_by_table(text);
  const std::uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
  std::string content;
  for (int i = 0; i < 4; ++i) content += static_cast<char>(masked >> (8 * i));
  std::string data(text);
  if (type == 0x00) snappy::Compress(text.data(), text.size(), &data);
  return raw_snappy_chunk(type, content + data);
}

// A whole stream.
inline std::string snappy_framed(std::string_view text) {
  std::string out = kSnappyIdentifier;
  for (std::size_t at = 0; at < text.size(); at += 65536) {
    out += snappy_chunk(0x00, text.substr(at, 65536));
  }
  return out;
}

}  // namespace inkling
