#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/frame.h"
#include "core/frame_attributes.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// The bytes of a journal segment, as docs/formats.md draws them.

inline constexpr std::size_t kSegmentHeaderBytes = 32;
inline constexpr std::size_t kFrameHeaderBytes = 64;  // without name, key and attributes
inline constexpr std::size_t kMaxOriginNameBytes = 1024;
inline constexpr std::size_t kMaxClientKeyBytes = 1024;
inline constexpr std::size_t kMaxAttributeBytes = FrameAttributes::kMaxBytes;
inline constexpr std::size_t kMaxFrameHeaderBytes =
    kFrameHeaderBytes + kMaxOriginNameBytes + kMaxClientKeyBytes + kMaxAttributeBytes;
inline constexpr std::uint64_t kMaxBodyBytes = 1ull << 30;
inline constexpr std::size_t kFrameAlignment = 8;
// "INKF" as a little endian number.
inline constexpr std::uint32_t kFrameMagic = 0x464B4E49;

inline constexpr std::uint32_t kSegmentVersion = 1;

struct SegmentHeader {
  std::uint32_t version = kSegmentVersion;
  std::uint32_t number = 0;
  std::uint64_t salt = 0;
};
std::string encode_segment_header(const SegmentHeader& header);
// Nothing if it is damaged. The version may be another one than kSegmentVersion.
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

// A frame without its body. After decoding the texts are views into the decoded bytes.
struct StoredFrame {
  std::uint32_t header_length = 0;  // filled by decoding
  std::uint32_t body_length = 0;
  std::uint32_t body_crc = 0;
  OriginId origin = 0;
  Format format = Format::kNdjson;
  Encoding encoding = Encoding::kIdentity;
  bool ends_epoch = false;
  Timestamp arrival = Timestamp::none();
  std::uint64_t resume_offset = 0;
  std::uint64_t salt = 0;
  std::string_view origin_name;  // at most kMaxOriginNameBytes, "" = none
  std::string_view client_key;   // at most kMaxClientKeyBytes
  std::string_view attributes;   // at most kMaxAttributeBytes

  // Bytes from this frame's header to the next one's.
  std::uint64_t total_length() const;
};

constexpr std::uint64_t align_frame(std::uint64_t length) {
  return (length + kFrameAlignment - 1) / kFrameAlignment * kFrameAlignment;
}
constexpr std::uint64_t frame_header_length(std::size_t name, std::size_t key,
                                            std::size_t attributes) {
  return align_frame(kFrameHeaderBytes + name + key + attributes);
}

// The number that the chunks of an origin carry: made of its name, so that it is the same in every
// run and every replay without remembering anything. Two names of a few thousand share a number
// once in a thousand journals; then they share a watermark.
OriginId origin_number(std::string_view name);

std::string encode_frame_header(const StoredFrame& frame);

// Reads the header at the begin of `bytes` (which may go on behind it). Nothing if it is damaged.
// The body is not looked at.
std::optional<StoredFrame> decode_frame_header(std::string_view bytes);

}  // namespace inkling::ingest
