#include "app/commands/journal_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <vector>

#include "app/exit_code.h"
#include "app/state_directory.h"
#include "core/json_writer.h"
#include "ingest/journal_frames.h"

namespace inkling::app {
namespace {

using ingest::ScannedFrame;
using ingest::SegmentFile;
using ingest::SegmentName;
using ingest::SegmentScanner;
using ingest::SegmentSurvey;

int fail_with(const char* command, const Error& error) {
  std::fputs(fmt::format("inkling journal {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

Result<std::vector<SegmentName>> segments_of(const JournalArgs& args) {
  const std::string directory = journal_directory(args);
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal directory: {}", directory));
  }
  INKLING_TRY_ASSIGN(auto segments, ingest::list_segments(directory));
  if (args.segment > 0) {
    std::erase_if(segments, [&](const SegmentName& s) { return s.number != args.segment; });
    if (segments.empty()) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("no segment {} in journal: {}", args.segment, directory));
    }
  }
  return segments;
}

Result<SegmentSurvey> survey(const SegmentName& segment,
                             const std::function<void(const ScannedFrame&)>& visit) {
  INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
  return ingest::survey_segment(file, SegmentScanner::Depth::kHeaders, visit);
}

struct Row {
  std::uint64_t body_bytes = 0;
  Timestamp first = Timestamp::none();
  Timestamp last = Timestamp::none();
};

void print_segment(const SegmentName& segment, const SegmentSurvey& found, const Row& row,
                   bool json) {
  const std::uint64_t tail = found.file_size - std::min(found.file_size, found.sound_end);
  if (!json) {
    std::puts(fmt::format("{:>8}  {:>12} bytes  {:>9} frames  {} .. {}{}{}", segment.number,
                          found.file_size, found.frames, format_timestamp(row.first),
                          format_timestamp(row.last),
                          found.damaged_places > 0
                              ? fmt::format("  damaged: {} bytes in {} places", found.damaged_bytes,
                                            found.damaged_places)
                              : "",
                          found.is_foreign ? "  another version"
                          : tail > 0       ? fmt::format("  tail: {} bytes", tail)
                                           : "")
                  .c_str());
    return;
  }
  JsonWriter writer;
  writer.begin_object().member("segment", segment.number).member("path", segment.path);
  writer.member("bytes", found.file_size).member("frames", found.frames);
  writer.member("body_bytes", row.body_bytes);
  writer.member("first_arrival", format_timestamp(row.first));
  writer.member("last_arrival", format_timestamp(row.last));
  writer.member("damaged_places", found.damaged_places);
  writer.member("damaged_bytes", found.damaged_bytes).member("tail_bytes", tail);
  writer.member("other_version", found.is_foreign);
  std::puts(writer.end_object().take().c_str());
}

void print_frame(const SegmentName& segment, const ScannedFrame& found, bool json) {
  const ingest::StoredFrame& frame = found.frame;
  if (!json) {
    std::puts(fmt::format("{:>8} {:>12}  {:<20}  format {:>2} encoding {}  {:>9} bytes  {}{}{}",
                          segment.number, found.offset, format_timestamp(frame.arrival),
                          static_cast<int>(frame.format), static_cast<int>(frame.encoding),
                          frame.body_length, frame.origin_name,
                          frame.client_key.empty() ? "" : "  keyed",
                          frame.ends_epoch ? "  ends epoch" : "")
                  .c_str());
    return;
  }
  JsonWriter writer;
  writer.begin_object().member("segment", segment.number).member("offset", found.offset);
  writer.member("skipped", found.skipped).member("bytes", frame.total_length());
  writer.member("body_bytes", frame.body_length);
  writer.member("format", static_cast<int>(frame.format));
  writer.member("encoding", static_cast<int>(frame.encoding));
  writer.member("arrival", format_timestamp(frame.arrival));
  writer.member("origin", frame.origin_name).member("client_key", frame.client_key);
  writer.member("attributes", frame.attributes).member("resume_offset", frame.resume_offset);
  writer.member("ends_epoch", frame.ends_epoch);
  std::puts(writer.end_object().take().c_str());
}

}  // namespace

std::string journal_directory(const JournalArgs& args) {
  return args.journal.empty() ? state_paths(args.state_directory).journal : args.journal;
}

int run_journal_ls(const JournalArgs& args) {
  const auto segments = segments_of(args);
  if (!segments) return fail_with("ls", segments.error());
  for (const SegmentName& segment : *segments) {
    Row row;
    const auto found = survey(segment, [&](const ScannedFrame& scanned) {
      row.body_bytes += scanned.frame.body_length;
      if (!row.first.is_set()) row.first = scanned.frame.arrival;
      row.last = std::max(row.last, scanned.frame.arrival);
    });
    if (!found) return fail_with("ls", found.error());
    print_segment(segment, *found, row, args.json);
  }
  return kExitOk;
}

int run_journal_inspect(const JournalArgs& args) {
  const auto segments = segments_of(args);
  if (!segments) return fail_with("inspect", segments.error());
  for (const SegmentName& segment : *segments) {
    const auto found = survey(
        segment, [&](const ScannedFrame& scanned) { print_frame(segment, scanned, args.json); });
    if (!found) return fail_with("inspect", found.error());
  }
  return kExitOk;
}

}  // namespace inkling::app
