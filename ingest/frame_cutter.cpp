#include "ingest/frame_cutter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "ingest/text_decoder.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kLookBytes = 16u << 10;
constexpr std::size_t kRecordLookBytes = 128u << 10;

// Reads into the emptied scratch.
Result<std::string_view> look(ReplayInput& input, std::uint64_t offset, std::size_t size,
                              PaddedBuffer& scratch) {
  scratch.clear();
  INKLING_TRY_ASSIGN(const std::size_t got, input.read(offset, size, scratch));
  return scratch.view().substr(0, got);
}

// The latest place between two records before `end` (where a line ends), 0 if none is near.
Result<std::uint64_t> cut_text(ReplayInput& input, std::uint64_t offset, std::uint64_t end,
                               PaddedBuffer& scratch) {
  const std::uint64_t begin = end - std::min<std::uint64_t>(kRecordLookBytes, end - offset);
  INKLING_TRY_ASSIGN(std::string_view bytes,
                     look(input, begin, static_cast<std::size_t>(end - begin), scratch));
  std::size_t skipped = 0;
  if (begin > offset) {  // not at the begin of a line
    skipped = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    bytes.remove_prefix(skipped);
  }
  const std::size_t cut = find_record_cut(bytes);
  return cut == 0 ? std::uint64_t{0} : begin + skipped + cut;
}

}  // namespace

Result<std::uint64_t> cut_frame(ReplayInput& input, std::uint64_t offset,
                                const FrameCutOptions& options, PaddedBuffer& scratch) {
  if (options.format == Format::kJsonDocument) {
    INKLING_TRY_ASSIGN(const std::string_view all,
                       look(input, offset, options.max_document_bytes + 1, scratch));
    if (all.size() > options.max_document_bytes) {
      return fail(ErrorCode::kBadInput, fmt::format("a JSON document is larger than {} bytes",
                                                    options.max_document_bytes));
    }
    return std::uint64_t{all.size()};
  }
  // The last line break within frame_bytes, looked for from behind.
  const std::uint64_t limit = offset + options.frame_bytes;
  std::uint64_t end = limit;
  while (end > offset) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(kLookBytes, end - offset);
    INKLING_TRY_ASSIGN(const std::string_view bytes,
                       look(input, begin, static_cast<std::size_t>(end - begin), scratch));
    if (begin + bytes.size() < end) {  // the input ends before: everything left is the frame
      INKLING_TRY_ASSIGN(const std::string_view rest,
                         look(input, offset, options.frame_bytes, scratch));
      return std::uint64_t{rest.size()};
    }
    const std::size_t newline = bytes.rfind('\n');
    if (newline != std::string_view::npos) {
      if (options.format == Format::kText) {
        // Between records rather than inside one, if there is such a place not far from the end.
        INKLING_TRY_ASSIGN(const std::uint64_t cut,
                           cut_text(input, offset, begin + newline + 1, scratch));
        if (cut > offset) return cut - offset;
      }
      return begin + newline + 1 - offset;
    }
    end = begin;
  }
  // One line is longer than a frame.
  const std::uint64_t longest = offset + std::max(options.max_line_bytes + 1, options.frame_bytes);
  for (std::uint64_t at = limit; at < longest;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kLookBytes, longest - at));
    INKLING_TRY_ASSIGN(const std::string_view bytes, look(input, at, size, scratch));
    const std::size_t newline = bytes.find('\n');
    if (newline != std::string_view::npos) return at + newline + 1 - offset;
    at += bytes.size();
    if (bytes.size() < size) return at - offset;
  }
  return longest - offset;
}

}  // namespace inkling::ingest
