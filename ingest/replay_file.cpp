#include "ingest/replay_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/csv_decoder.h"
#include "ingest/format_detector.h"
#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

// How much of a frame is decoded to find its first time, and at most. Most first records have one.
constexpr std::size_t kFirstPeek = 8u << 10;
constexpr std::size_t kLastPeek = 128u << 10;

// The time of the first record that has one, in record order.
Timestamp first_time(const Batch& batch) {
  Timestamp time = Timestamp::none();
  std::uint32_t record = UINT32_MAX;
  const auto offer = [&](const auto& events) {
    for (const auto& event : events) {
      if (!event.time.is_set()) continue;
      if (event.record < record) {
        record = event.record;
        time = event.time;
      }
      return;
    }
  };
  offer(batch.logs);
  offer(batch.points);
  offer(batch.changes);
  offer(batch.alarms);
  return time.is_set() ? time : batch.min_time;
}

}  // namespace

Result<ReplayFileReader> ReplayFileReader::open(std::string path, Format format,
                                                const FileReplayOptions& options,
                                                const DecoderOptions& decoder_options) {
  ReplayFileReader file;
  INKLING_TRY_ASSIGN(OpenedInput opened, open_replay_input(path));
  file.info_.path = path;
  file.info_.format = format;
  file.info_.encoding = opened.encoding;
  file.info_.bytes = opened.bytes;
  file.name_ = std::make_shared<const std::string>(std::move(path));
  file.input_ = std::move(opened.input);
  PaddedBuffer head;
  INKLING_TRY_ASSIGN(const std::size_t got, file.input_->read(0, kDetectBytes, head));
  if (format == Format::kAuto) {
    DetectedFormat detected =
        detect_format(head, got < kDetectBytes, file.info_.path, decoder_options);
    if (detected.needs_whole) {
      const std::size_t limit = options.max_document_bytes;
      head.clear();
      INKLING_TRY_ASSIGN(const std::size_t all, file.input_->read(0, limit + 1, head));
      if (all <= limit) {
        detected = detect_format(head, true, file.info_.path, decoder_options);
      } else {
        detected.unreadable = fmt::format("a JSON document is larger than {} bytes", limit);
      }
    }
    file.info_.format = detected.format;
    file.info_.unreadable = std::move(detected.unreadable);
  }
  if (file.info_.format == Format::kCsvMetrics) {
    std::string_view bytes = without_mark(head.view());
    while (!bytes.empty()) {
      const std::size_t newline = bytes.find('\n');
      std::string_view line = bytes.substr(0, newline);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!is_blank(line)) {
        if (read_csv_header(line)) file.preamble_ = std::make_shared<const std::string>(line);
        break;
      }
      if (newline == std::string_view::npos) break;
      bytes.remove_prefix(newline + 1);
    }
  }
  file.cut_ = {.format = file.info_.format,
               .frame_bytes = std::max<std::uint64_t>(options.frame_bytes, 1),
               .max_line_bytes = decoder_options.max_line_bytes,
               .max_document_bytes = options.max_document_bytes};
  return file;
}

Result<void> ReplayFileReader::advance(Decoder& decoder, Batch& scratch) {
  input_->release(next_.offset);
  next_.offset += next_.size;
  INKLING_TRY_ASSIGN(next_.size, cut_frame(*input_, next_.offset, cut_, scratch_));
  if (next_.size == 0) return {};
  return look_ahead(decoder, scratch);
}

Result<void> ReplayFileReader::look_ahead(Decoder& decoder, Batch& scratch) {
  const bool is_document = info_.format == Format::kJsonDocument;
  std::size_t size = is_document ? static_cast<std::size_t>(next_.size) : kFirstPeek;
  while (true) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, next_.size));
    scratch.reset();
    scratch.chunk.header.format = info_.format;
    scratch.chunk.header.encoding = Encoding::kIdentity;
    scratch.chunk.preamble = preamble_;
    INKLING_TRY(input_->read(next_.offset, size, scratch.chunk.bytes));
    if (size < next_.size && !is_document) {
      // A line cut in two would look broken, or worse, like another.
      const std::size_t newline = scratch.chunk.bytes.view().rfind('\n');
      scratch.chunk.bytes.resize(newline == std::string_view::npos ? 0 : newline + 1);
    }
    decoder.decode(scratch);
    // A document is told whole, so its earliest event counts.
    const Timestamp time = is_document ? scratch.min_time : first_time(scratch);
    if (time.is_set()) {
      next_time_ = time;
      return {};
    }
    if (size == next_.size || size >= kLastPeek) return {};
    size *= 4;
  }
}

}  // namespace inkling::ingest
