#include "ingest/journal_format.h"

#include <bit>
#include <cstring>

#include "core/check.h"
#include "core/crc32c.h"
#include "core/hash.h"

namespace inkling::ingest {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little endian");
// The numbers on disk are those of the enums.
static_assert(static_cast<int>(Format::kNdjson) == 1 && static_cast<int>(Format::kTick) == 5);
static_assert(static_cast<std::size_t>(kLastFormat) + 1 == kFormatCount);
static_assert(static_cast<int>(Encoding::kIdentity) == 0 && static_cast<int>(Encoding::kZstd) == 2);
static_assert(static_cast<std::size_t>(kLastEncoding) + 1 == kEncodingCount);

constexpr std::string_view kSegmentMagic = "INKLJRNL";
constexpr std::uint16_t kEndsEpoch = 1;

constexpr std::size_t kHeaderCrcOffset = 60;

template <class T>
void put(std::string& out, std::size_t offset, T value) {
  std::memcpy(out.data() + offset, &value, sizeof value);
}

template <class T>
T get(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::uint32_t header_crc(std::string_view header) {
  return crc32c(header.substr(kFrameHeaderBytes), crc32c(header.substr(0, kHeaderCrcOffset)));
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentHeaderBytes, '\0');
  kSegmentMagic.copy(out.data(), kSegmentMagic.size());
  put(out, 8, header.version);
  put(out, 12, static_cast<std::uint32_t>(kSegmentHeaderBytes));
  put(out, 16, header.number);
  put(out, 20, header.salt);
  put(out, 28, crc32c(std::string_view(out).substr(0, 28)));
  return out;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic)) return std::nullopt;
  if (get<std::uint32_t>(bytes, 28) != crc32c(bytes.substr(0, 28))) return std::nullopt;
  return SegmentHeader{.version = get<std::uint32_t>(bytes, 8),
                       .number = get<std::uint32_t>(bytes, 16),
                       .salt = get<std::uint64_t>(bytes, 20)};
}

std::uint64_t StoredFrame::total_length() const {
  return align_frame(frame_header_length(origin_name.size(), client_key.size(), attributes.size()) +
                     body_length);
}

OriginId origin_number(std::string_view name) { return static_cast<OriginId>(hash_bytes(name)); }

std::string encode_frame_header(const StoredFrame& frame) {
  INKLING_CHECK(frame.origin_name.size() <= kMaxOriginNameBytes);
  INKLING_CHECK(frame.client_key.size() <= kMaxClientKeyBytes);
  INKLING_CHECK(frame.attributes.size() <= kMaxAttributeBytes);
  INKLING_CHECK(frame.body_length <= kMaxBodyBytes);
  const auto length = frame_header_length(frame.origin_name.size(), frame.client_key.size(),
                                          frame.attributes.size());
  std::string out(length, '\0');
  put(out, 0, kFrameMagic);
  put(out, 4, static_cast<std::uint32_t>(length));
  put(out, 8, static_cast<std::uint32_t>(frame.total_length()));
  put(out, 12, frame.body_length);
  put(out, 16, frame.body_crc);
  put(out, 20, frame.origin);
  put(out, 24, static_cast<std::uint8_t>(frame.format));
  put(out, 25, static_cast<std::uint8_t>(frame.encoding));
  put(out, 26, frame.ends_epoch ? kEndsEpoch : std::uint16_t{0});
  put(out, 28, static_cast<std::uint16_t>(frame.origin_name.size()));
  put(out, 30, static_cast<std::uint16_t>(frame.client_key.size()));
  put(out, 32, frame.arrival.ns);
  put(out, 40, frame.resume_offset);
  put(out, 48, frame.salt);
  put(out, 56, static_cast<std::uint16_t>(frame.attributes.size()));
  char* text = out.data() + kFrameHeaderBytes;
  for (const std::string_view part : {frame.origin_name, frame.client_key, frame.attributes}) {
    part.copy(text, part.size());
    text += part.size();
  }
  put(out, kHeaderCrcOffset, header_crc(out));
  return out;
}

std::optional<StoredFrame> decode_frame_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes || get<std::uint32_t>(bytes, 0) != kFrameMagic) {
    return std::nullopt;
  }
  const auto name = get<std::uint16_t>(bytes, 28);
  const auto key = get<std::uint16_t>(bytes, 30);
  const auto attributes = get<std::uint16_t>(bytes, 56);
  const auto length = get<std::uint32_t>(bytes, 4);
  if (name > kMaxOriginNameBytes || key > kMaxClientKeyBytes || attributes > kMaxAttributeBytes) {
    return std::nullopt;
  }
  if (length != frame_header_length(name, key, attributes) || length > bytes.size()) {
    return std::nullopt;
  }
  bytes = bytes.substr(0, length);
  if (get<std::uint32_t>(bytes, kHeaderCrcOffset) != header_crc(bytes)) return std::nullopt;

  const auto format = get<std::uint8_t>(bytes, 24);
  const auto encoding = get<std::uint8_t>(bytes, 25);
  if (format < static_cast<std::uint8_t>(Format::kNdjson) ||
      format > static_cast<std::uint8_t>(kLastFormat) ||
      encoding > static_cast<std::uint8_t>(kLastEncoding)) {
    return std::nullopt;
  }
  const StoredFrame frame{
      .header_length = length,
      .body_length = get<std::uint32_t>(bytes, 12),
      .body_crc = get<std::uint32_t>(bytes, 16),
      .origin = get<std::uint32_t>(bytes, 20),
      .format = static_cast<Format>(format),
      .encoding = static_cast<Encoding>(encoding),
      .ends_epoch = (get<std::uint16_t>(bytes, 26) & kEndsEpoch) != 0,
      .arrival = Timestamp::from_ns(get<std::int64_t>(bytes, 32)),
      .resume_offset = get<std::uint64_t>(bytes, 40),
      .salt = get<std::uint64_t>(bytes, 48),
      .origin_name = bytes.substr(kFrameHeaderBytes, name),
      .client_key = bytes.substr(kFrameHeaderBytes + name, key),
      .attributes = bytes.substr(kFrameHeaderBytes + name + key, attributes),
  };
  if (frame.body_length > kMaxBodyBytes || get<std::uint32_t>(bytes, 8) != frame.total_length()) {
    return std::nullopt;
  }
  return frame;
}

}  // namespace inkling::ingest
