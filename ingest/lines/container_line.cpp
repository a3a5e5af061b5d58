#include "ingest/lines/container_line.h"

#include <cstring>

namespace inkling::ingest {
namespace {

// A runtime cuts at 16 KiB: 64 MiB of one line, as much as a frame has.
constexpr std::size_t kMostParts = 4096;

}  // namespace

std::optional<ContainerLine> read_container_line(std::string_view line) {
  // "2024-06-14T10:11:12Z stdout F "
  if (line.size() < 30 || line[4] != '-' || line[10] != 'T') return std::nullopt;
  const std::size_t space = line.substr(0, 40).find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(space);
  if (rest.size() < 10 || rest[9] != ' ' || (rest[8] != 'F' && rest[8] != 'P')) return std::nullopt;
  const bool is_error = rest.starts_with(" stderr ");
  if (!is_error && !rest.starts_with(" stdout ")) return std::nullopt;
  return ContainerLine{
      .text = rest.substr(10), .is_error_stream = is_error, .is_part = rest[8] == 'P'};
}

bool ContainerJoiner::goes_on_with(std::string_view line) const {
  const auto found = read_container_line(line);
  return found && found->is_error_stream == is_error_stream_;
}

bool ContainerJoiner::take(std::string_view line, std::uint32_t number) {
  const auto found = read_container_line(line);
  if (!found || (texts_.empty() && !found->is_part)) return false;
  if (texts_.empty()) {
    head_ = line.substr(0, line.size() - found->text.size());
    first_ = number;
    is_error_stream_ = found->is_error_stream;
  }
  texts_.push_back(found->text);
  is_whole_ = !found->is_part || texts_.size() >= kMostParts;
  return true;
}

ContainerJoiner::Joined ContainerJoiner::finish(Arena& arena) {
  std::size_t size = head_.size();
  for (const std::string_view text : texts_) size += text.size();
  char* const begin = arena.allocate(size);
  char* at = begin;
  const auto put = [&at](std::string_view text) {
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  put(head_);
  at[-2] = 'F';  // whole now
  for (const std::string_view text : texts_) put(text);
  const Joined joined{
      .line = {begin, size}, .first = first_, .parts = static_cast<std::uint32_t>(texts_.size())};
  texts_.clear();
  is_whole_ = false;
  return joined;
}

}  // namespace inkling::ingest
