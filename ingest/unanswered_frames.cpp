#include "ingest/unanswered_frames.h"

#include <algorithm>

namespace inkling::ingest {
namespace {

// Protocols over HTTP whose requests have no key.
bool is_known_by_its_bytes(Format format) {
  switch (format) {
    case Format::kNdjson:
    case Format::kJsonDocument:
    case Format::kJsonStream:
    case Format::kText:
    case Format::kMessage:
    case Format::kMsgpackEvents:
    case Format::kLokiProto:
    case Format::kLokiJson:
    case Format::kHecEvents:
    case Format::kDatadogLogs:
      return true;
    default:
      return false;
  }
}

constexpr std::string_view kHttpClient = "http ";

}  // namespace

void UnansweredFrames::restore(const StoredFrame& frame, Position position) {
  if (!frame.arrival.is_set()) return;
  // A tick tells the time as well.
  while (!frames_.empty() &&
         (frame.arrival - frames_.front().arrival > kWindow || frames_.size() >= kMostFrames)) {
    frames_.pop_front();
  }
  if (!is_known_by_its_bytes(frame.format) || !frame.client_key.empty() ||
      !frame.origin_name.starts_with(kHttpClient)) {
    return;
  }
  frames_.push_back({.origin_name = std::string(frame.origin_name),
                     .position = position,
                     .length = frame.body_length,
                     .arrival = frame.arrival,
                     .crc = frame.body_crc,
                     .format = frame.format});
}

std::optional<Position> UnansweredFrames::take(const Arrived& arrived) {
  if (frames_.empty()) return std::nullopt;
  if (arrived.arrival - frames_.back().arrival > kPatience) {
    frames_.clear();
    return std::nullopt;
  }
  const auto same = std::ranges::find_if(frames_, [&](const Frame& frame) {
    return frame.crc == arrived.crc && frame.length == arrived.length &&
           frame.format == arrived.format && frame.origin_name == arrived.origin_name;
  });
  if (same == frames_.end()) return std::nullopt;
  const Position position = same->position;
  frames_.erase(same);
  return position;
}

}  // namespace inkling::ingest
