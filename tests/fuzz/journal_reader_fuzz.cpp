#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/crc32c.h"
#include "ingest/journal_segment.h"

namespace {

using inkling::Format;
using inkling::Timestamp;
using inkling::ingest::SegmentFile;
using inkling::ingest::SegmentScanner;
using inkling::ingest::StoredFrame;

SegmentFile file_of(std::string_view bytes) {
  const int fd = ::memfd_create("segment", MFD_CLOEXEC);
  INKLING_CHECK(fd >= 0);
  INKLING_CHECK(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  return SegmentFile(fd, "segment");
}

// The offsets of the frames found; checks what must hold of any bytes.
std::vector<std::uint64_t> scan(std::string_view bytes, SegmentScanner::Depth depth) {
  const SegmentFile file = file_of(bytes);
  auto scanner = SegmentScanner::create(file, depth);
  INKLING_CHECK(scanner.has_value());
  std::vector<std::uint64_t> offsets;
  std::uint64_t end = 0;
  std::uint64_t skipped = 0;
  while (true) {
    const std::uint64_t sound_end = scanner->sound_end();
    const auto found = scanner->next();
    INKLING_CHECK(found.has_value());
    if (!*found) break;
    const StoredFrame& frame = (*found)->frame;
    const std::uint64_t offset = (*found)->offset;
    INKLING_CHECK(offset >= end);
    // Every byte is of a sound frame or counted as damage.
    INKLING_CHECK(offset == sound_end + (*found)->skipped);
    skipped += (*found)->skipped;
    end = offset + frame.total_length();
    INKLING_CHECK(end <= bytes.size() && end == scanner->sound_end());
    INKLING_CHECK(frame.header_length >= inkling::ingest::kFrameHeaderBytes);
    const std::string_view body = bytes.substr(offset + frame.header_length, frame.body_length);
    INKLING_CHECK(depth == SegmentScanner::Depth::kHeaders ||
                  inkling::crc32c(body) == frame.body_crc);
    offsets.push_back(offset);
  }
  INKLING_CHECK(scanner->damaged_bytes() == skipped && skipped <= bytes.size());
  return offsets;
}

// A sound segment whose frames hold pieces of the input.
std::string build_segment(std::string_view content) {
  // A salt that the input cannot name, as that of a real segment.
  const std::uint64_t salt = std::uint64_t{inkling::crc32c(content)} << 32 | content.size();
  std::string segment = inkling::ingest::encode_segment_header({.number = 1, .salt = salt});
  while (!content.empty()) {
    const std::string_view body =
        content.substr(0, 1 + static_cast<unsigned char>(content.front()) % 64u);
    content.remove_prefix(body.size());
    StoredFrame frame;
    frame.body_length = static_cast<std::uint32_t>(body.size());
    frame.body_crc = inkling::crc32c(body);
    frame.arrival = Timestamp::from_seconds(1);
    frame.salt = salt;
    frame.origin_name = body.substr(0, body.size() / 2);
    frame.client_key = body.substr(body.size() / 2);
    segment += inkling::ingest::encode_frame_header(frame);
    segment += body;
    segment.resize(inkling::ingest::align_frame(segment.size()));
  }
  return segment;
}

}  // namespace

// Two readings of the input. First byte even: the rest is a segment file. Odd: the next byte says
// where a sound segment made of the rest is damaged; every frame before the damage must be found,
// and nothing that was not written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.size() < 2) return 0;
  const bool is_raw = input[0] % 2 == 0;
  const auto place = static_cast<unsigned char>(input[1]);
  if (is_raw) {
    const auto all = scan(input.substr(1), SegmentScanner::Depth::kHeaders);
    const auto sound = scan(input.substr(1), SegmentScanner::Depth::kBodies);
    INKLING_CHECK(sound.size() <= all.size());
    return 0;
  }
  std::string segment = build_segment(input.substr(2));
  const auto written = scan(segment, SegmentScanner::Depth::kBodies);
  const std::size_t at = place * segment.size() / 256;
  segment[at] = static_cast<char>(segment[at] ^ 0x10);
  const auto found = scan(segment, SegmentScanner::Depth::kBodies);
  INKLING_CHECK(found.size() + 1 >= written.size());
  std::size_t next = 0;
  for (const std::uint64_t offset : found) {
    while (next < written.size() && written[next] < offset) ++next;
    INKLING_CHECK(next < written.size() && written[next] == offset);
  }
  return 0;
}
