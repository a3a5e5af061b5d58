#include "app/replay_input.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "core/units.h"
#include "ingest/file_replay.h"
#include "ingest/journal_reader.h"

namespace inkling::app {
namespace {

std::string plain_size(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < (1u << 20)) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1048576);
}

class FilesInput final : public ReplayInput {
 public:
  explicit FilesInput(std::unique_ptr<ingest::FileReplay> files) : files_(std::move(files)) {}

  ingest::ChunkSource& source() override { return *files_; }
  FrameStore& store() override { return *files_; }
  Line line_of(Position position) const override {
    if (position.segment >= files_->files().size()) return {};
    Position frame = position;
    frame.record = 0;
    return {files_->files()[position.segment].path, files_->first_line(frame) + position.record};
  }
  bool is_files() const override { return true; }
  std::uint64_t bytes_read() const override { return files_->bytes_read(); }
  std::uint64_t total_bytes() const override { return files_->total_bytes(); }
  std::string describe() const override {
    std::size_t read = 0;
    for (const ingest::ReplayFile& file : files_->files()) read += file.unreadable.empty() ? 1 : 0;
    return fmt::format("{} file{}, {}", read, read == 1 ? "" : "s",
                       plain_size(files_->total_bytes()));
  }

 private:
  std::unique_ptr<ingest::FileReplay> files_;
};

class JournalInput final : public ReplayInput {
 public:
  JournalInput(std::unique_ptr<ingest::JournalReader> reader, std::string directory)
      : reader_(std::move(reader)), directory_(std::move(directory)) {}

  ingest::ChunkSource& source() override { return *reader_; }
  FrameStore& store() override { return *reader_; }
  Line line_of(Position position) const override { return {directory_, position.record + 1}; }
  bool is_files() const override { return false; }
  std::uint64_t bytes_read() const override { return reader_->bytes_read(); }
  std::uint64_t total_bytes() const override { return reader_->total_bytes(); }
  std::string describe() const override {
    return fmt::format("journal of {} frames, {}", reader_->frames(),
                       plain_size(reader_->total_bytes()));
  }

 private:
  std::unique_ptr<ingest::JournalReader> reader_;
  std::string directory_;
};

}  // namespace

Result<std::unique_ptr<ReplayInput>> ReplayInput::open(const ReplayArgs& args,
                                                       const config::Config& config) {
  if (args.journal.empty() == args.paths.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "name files or directories to replay, or a journal with --journal, not both");
  }
  std::unique_ptr<ReplayInput> input;
  if (!args.journal.empty()) {
    ingest::JournalReader::Options options;
    if (!args.from.empty()) {
      const auto from = parse_timestamp(args.from);
      if (!from) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("--from must be a time like 2026-03-03T12:00:00Z: {}", args.from));
      }
      options.from = *from;
    }
    INKLING_TRY_ASSIGN(auto reader, ingest::JournalReader::create(args.journal, options));
    input = std::make_unique<JournalInput>(std::move(reader), args.journal);
    return input;
  }
  if (!args.from.empty()) {
    return fail(ErrorCode::kInvalidArgument, "--from needs a journal: files have no arrivals");
  }
  INKLING_TRY_ASSIGN(auto files, ingest::FileReplay::create(args.paths, args.format, config.replay,
                                                            config.decoder));
  for (const ingest::ReplayFile& file : files->files()) {
    if (!file.unreadable.empty() && !args.quiet) {
      log_warn(fmt::format("{}: skipped: {}", file.path, file.unreadable));
    }
  }
  input = std::make_unique<FilesInput>(std::move(files));
  return input;
}

}  // namespace inkling::app
