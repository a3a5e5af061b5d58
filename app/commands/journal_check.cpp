#include "app/commands/journal_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "app/exit_code.h"
#include "core/json_writer.h"
#include "core/units.h"
#include "ingest/journal_cursor.h"
#include "ingest/journal_frames.h"
#include "ingest/journal_quarantine.h"
#include "ingest/journal_recovery.h"
#include "ingest/journal_shelf.h"
#include "ingest/journal_writer.h"

namespace inkling::app {
namespace {

using ingest::BadBytes;
using ingest::JournalCursor;
using ingest::SegmentFile;
using ingest::SegmentName;

int fail_with(const char* command, const Error& error) {
  std::fputs(fmt::format("inkling journal {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

Result<void> check_directory(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return {};
  return fail(ErrorCode::kNotFound, fmt::format("no journal directory: {}", directory));
}

struct Verdict {
  std::uint64_t segments = 0;
  std::uint64_t frames = 0;
  std::uint64_t body_bytes = 0;
  JournalCursor::Damage damage;
  std::uint64_t tail_bytes = 0;  // of the last segment
};

// Reads every frame there is.
Result<Verdict> read_all(const std::string& directory, JournalCursor::OnBad on_bad) {
  INKLING_TRY_ASSIGN(const auto segments, ingest::list_segments(directory));
  Verdict verdict;
  verdict.segments = segments.size();
  if (segments.empty()) return verdict;
  INKLING_TRY_ASSIGN(const SegmentFile last, SegmentFile::open(segments.back().path));
  INKLING_TRY_ASSIGN(const std::uint64_t size, last.size());
  const Position end{segments.back().number, 0, size};
  JournalCursor cursor(directory, std::move(on_bad));
  FrameChunk chunk;
  while (true) {
    INKLING_TRY_ASSIGN(const bool more, cursor.next(end, chunk));
    if (!more) break;
    ++verdict.frames;
    verdict.body_bytes += chunk.bytes.size();
  }
  verdict.damage = cursor.damage();
  const Position at = cursor.position();
  if (at.segment == end.segment) verdict.tail_bytes = size - std::min(size, at.offset);
  if (at == Position{}) verdict.tail_bytes = 0;
  return verdict;
}

void print(const Verdict& verdict, bool json) {
  if (json) {
    JsonWriter writer;
    writer.begin_object().member("segments", verdict.segments);
    writer.member("frames", verdict.frames).member("body_bytes", verdict.body_bytes);
    writer.member("damaged_places", verdict.damage.places);
    writer.member("damaged_bytes", verdict.damage.bytes);
    writer.member("missing_segments", verdict.damage.missing_segments);
    writer.member("tail_bytes", verdict.tail_bytes);
    std::puts(writer.end_object().take().c_str());
    return;
  }
  std::puts(fmt::format("{} segments, {} frames, {} bytes; damaged: {} bytes in {} places; missing "
                        "segments: {}; torn tail: {} bytes",
                        verdict.segments, verdict.frames, verdict.body_bytes, verdict.damage.bytes,
                        verdict.damage.places, verdict.damage.missing_segments, verdict.tail_bytes)
                .c_str());
}

void print_bad(const BadBytes& bad, const char* what, bool json) {
  if (json) return;
  std::puts(fmt::format("segment {}: {} bytes at {} {}", bad.segment, bad.end - bad.begin,
                        bad.begin, what)
                .c_str());
}

Result<JournalPruneArgs> checked(const JournalPruneArgs& args) {
  if (args.max_bytes.empty() && args.max_age.empty()) {
    return fail(ErrorCode::kInvalidArgument, "say --max-bytes, --max-age or both");
  }
  if (!args.max_bytes.empty() && !parse_size(args.max_bytes)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--max-bytes must be a size like 10GiB: {}", args.max_bytes));
  }
  if (!args.max_age.empty() && !parse_duration(args.max_age)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--max-age must be a duration like 7d: {}", args.max_age));
  }
  return args;
}

// The segments with their sizes and ages, as a running journal knows them.
Result<ingest::JournalShelf> shelf_of(const std::string& directory, const JournalPruneArgs& args) {
  const std::uint64_t max_bytes = args.max_bytes.empty() ? 0 : *parse_size(args.max_bytes);
  const Duration max_age = args.max_age.empty() ? Duration(0) : *parse_duration(args.max_age);
  ingest::JournalShelf shelf(max_bytes, max_age);
  INKLING_TRY_ASSIGN(const auto segments, ingest::list_segments(directory));
  for (const SegmentName& segment : segments) {
    INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
    Timestamp last = Timestamp::none();
    INKLING_TRY_ASSIGN(const auto found,
                       ingest::survey_segment(file, ingest::SegmentScanner::Depth::kHeaders,
                                              [&](const ingest::ScannedFrame& scanned) {
                                                last = std::max(last, scanned.frame.arrival);
                                              }));
    shelf.add({segment.number, found.file_size, last});
  }
  return shelf;
}

Result<std::uint64_t> prune(const JournalPruneArgs& args) {
  const std::string directory = journal_directory(args.journal);
  INKLING_TRY(check_directory(directory));
  ingest::JournalDisk disk;
  INKLING_TRY_ASSIGN(const auto lock, ingest::JournalWriter::create(directory, 1 << 20, disk));
  const auto needed = ingest::read_needed_from(directory);
  if (!needed && !args.force) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no checkpoint has said what it needs of {}: with --force everything "
                            "but the last segment may go",
                            directory));
  }
  INKLING_TRY_ASSIGN(ingest::JournalShelf shelf, shelf_of(directory, args));
  shelf.need_from(needed ? *needed : std::numeric_limits<std::uint32_t>::max());
  std::uint64_t removed = 0;
  while (const auto due = shelf.due(0)) {
    const std::string path = ingest::segment_path(directory, due->number);
    if (!args.journal.json) {
      std::puts(fmt::format("segment {}: {} bytes {}", due->number, due->bytes,
                            args.dry_run ? "would go" : "removed")
                    .c_str());
    }
    if (!args.dry_run && ::unlink(path.c_str()) != 0) {
      return fail(ErrorCode::kIo, fmt::format("cannot remove: {}", path));
    }
    shelf.drop_oldest();
    ++removed;
  }
  return removed;
}

}  // namespace

int run_journal_verify(const JournalArgs& args) {
  const std::string directory = journal_directory(args);
  if (const auto there = check_directory(directory); !there) {
    return fail_with("verify", there.error());
  }
  const auto verdict = read_all(directory, [&](const SegmentFile&, const BadBytes& bad) {
    print_bad(bad, "cannot be read", args.json);
  });
  if (!verdict) return fail_with("verify", verdict.error());
  print(*verdict, args.json);
  return verdict->damage == JournalCursor::Damage{} ? kExitOk : kExitGate;
}

int run_journal_repair(const JournalArgs& args) {
  const std::string directory = journal_directory(args);
  if (const auto there = check_directory(directory); !there) {
    return fail_with("repair", there.error());
  }
  ingest::JournalDisk disk;
  const auto lock = ingest::JournalWriter::create(directory, 1 << 20, disk);
  if (!lock) return fail_with("repair", lock.error());
  ingest::JournalQuarantine quarantine(directory, std::numeric_limits<std::uint64_t>::max());
  ingest::ClientKeys keys(Duration(0), 0);
  ingest::UnansweredFrames unanswered;
  const auto recovered =
      ingest::recover_journal(directory, Duration(0), keys, unanswered, quarantine);
  if (!recovered) return fail_with("repair", recovered.error());
  const auto verdict = read_all(directory, [&](const SegmentFile& file, const BadBytes& bad) {
    quarantine.keep(file, bad);
    print_bad(bad, "copied to the quarantine", args.json);
  });
  if (!verdict) return fail_with("repair", verdict.error());
  print(*verdict, args.json);
  if (!args.json) {
    std::puts(fmt::format("cut {} bytes of a torn tail; copies in {}", recovered->cut_bytes,
                          quarantine.directory())
                  .c_str());
  }
  return kExitOk;
}

int run_journal_prune(const JournalPruneArgs& args) {
  const auto good = checked(args);
  if (!good) return fail_with("prune", good.error());
  const auto removed = prune(*good);
  if (!removed) return fail_with("prune", removed.error());
  if (args.journal.json) {
    JsonWriter writer;
    writer.begin_object().member("removed_segments", *removed).member("dry_run", args.dry_run);
    std::puts(writer.end_object().take().c_str());
  } else if (*removed == 0) {
    std::puts("nothing to remove");
  }
  return kExitOk;
}

}  // namespace inkling::app
