#include "ingest/frame_cutter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace inkling::ingest {
namespace {

constexpr std::size_t kLookBytes = 16u << 10;

// Reads into the emptied scratch.
Result<std::string_view> look(ReplayInput& input, std::uint64_t offset, std::size_t size,
                              PaddedBuffer& scratch) {
  scratch.clear();
  INKLING_TRY_ASSIGN(const std::size_t got, input.read(offset, size, scratch));
  return scratch.view().substr(0, got);
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
    if (newline != std::string_view::npos) return begin + newline + 1 - offset;
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
