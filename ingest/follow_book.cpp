#include "ingest/follow_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/frame_attributes.h"
#include "ingest/journal_cursor.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kName = "inkling.file";
constexpr std::string_view kOrigin = "file ";

}  // namespace

std::string FollowBook::attribute(const FollowPosition& position) {
  FrameAttributes attributes;
  const FileIdentity& file = position.identity;
  attributes.add(kName, fmt::format("{} {} {} {} {}", file.device, file.inode, file.head_size,
                                    file.head_crc, position.offset));
  return attributes.text();
}

void FollowBook::note(std::string_view attributes, std::string_view origin_name) {
  std::string_view text = find_attribute(attributes, kName);
  if (text.empty() || !origin_name.starts_with(kOrigin)) return;
  std::array<std::uint64_t, 5> numbers{};
  for (std::uint64_t& number : numbers) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.empty()) text.remove_prefix(1);
  }
  if (numbers[2] > FileIdentity::kHeadBytes || numbers[3] > UINT32_MAX) return;
  File& file = files_[{numbers[0], numbers[1]}];
  file.position.path = origin_name.substr(kOrigin.size());
  file.position.identity = {.device = numbers[0],
                            .inode = numbers[1],
                            .head_size = static_cast<std::uint32_t>(numbers[2]),
                            .head_crc = static_cast<std::uint32_t>(numbers[3])};
  file.position.offset = numbers[4];
  file.turn = ++turn_;
  if (files_.size() <= kMostFiles) return;
  files_.erase(std::min_element(files_.begin(), files_.end(), [](const auto& a, const auto& b) {
    return a.second.turn < b.second.turn;
  }));
}

Result<void> FollowBook::read_behind(const std::string& directory, Position last) {
  JournalCursor cursor(directory);
  if (last.segment > 0) cursor.seek({last.segment, 0, last.offset + 1});
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory));
  if (segments.empty()) return {};
  const Position end{segments.back().number, 0, UINT64_MAX};
  while (true) {
    INKLING_TRY_ASSIGN(const auto header, cursor.next_header(end));
    if (!header) return {};
    note(header->frame.attributes, header->frame.origin_name);
  }
}

std::vector<FollowPosition> FollowBook::positions() const {
  std::vector<FollowPosition> positions;
  for (const auto& [key, file] : files_) positions.push_back(file.position);
  return positions;
}

std::vector<FollowPosition> FollowBook::advance(std::vector<FollowPosition> written,
                                                const std::vector<FollowPosition>& in_journal) {
  for (const FollowPosition& position : in_journal) {
    const auto known = std::ranges::find_if(written, [&](const FollowPosition& earlier) {
      return earlier.identity.device == position.identity.device &&
             earlier.identity.inode == position.identity.inode;
    });
    if (known == written.end()) {
      written.push_back(position);
    } else {
      *known = position;
    }
  }
  return written;
}

}  // namespace inkling::ingest
