#include "ingest/local_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/crc32c.h"
#include "core/log.h"
#include "ingest/journal_checks.h"
#include "ingest/journal_recovery.h"

namespace inkling::ingest {
namespace {

// Is there when the run before ended by itself.
std::string clean_stop_path(const std::string& directory) { return directory + "/clean.stop"; }

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open_local(const JournalOptions& options,
                                                     MetricsRegistry& metrics) {
  INKLING_TRY_ASSIGN(auto journal, LocalJournal::create(options, metrics));
  return std::unique_ptr<Journal>(std::move(journal));
}

Result<std::unique_ptr<LocalJournal>> LocalJournal::create(const JournalOptions& options,
                                                           MetricsRegistry& metrics,
                                                           std::unique_ptr<JournalDisk> disk) {
  INKLING_TRY(check_journal(options));
  if (disk == nullptr) disk = std::make_unique<JournalDisk>();
  std::unique_ptr<LocalJournal> journal(new LocalJournal(options, metrics, std::move(disk)));
  INKLING_TRY(journal->open());
  journal->thread_ = std::jthread([raw = journal.get()] { raw->run(); });
  return journal;
}

LocalJournal::LocalJournal(const JournalOptions& options, MetricsRegistry& metrics,
                           std::unique_ptr<JournalDisk> disk)
    : options_(options),
      disk_(std::move(disk)),
      meters_(std::make_unique<JournalMeters>(metrics)),
      frames_(options.directory),
      quarantine_(options.directory, options.max_quarantine_bytes),
      cursor_(options.directory,
              [this](const SegmentFile& file, const BadBytes& bad) {
                const std::uint64_t before = quarantine_.places();
                quarantine_.keep(file, bad);
                if (quarantine_.places() == before) return;  // counted at the start
                meters_->damaged.add();
                meters_->damaged_bytes.add(static_cast<double>(bad.end - bad.begin));
              }),
      keys_(options.key_memory, options.max_key_bytes),
      shelf_(options.max_bytes, options.max_age),
      backlog_(options.max_pending_bytes, *meters_) {
  meters_->backlog_capacity.set(static_cast<double>(options.max_backlog_bytes));
  meters_->pending_capacity.set(static_cast<double>(options.max_pending_bytes));
  meters_->stored_capacity.set(static_cast<double>(options.max_bytes));
}

LocalJournal::~LocalJournal() {
  close();
  if (!thread_.joinable()) return;
  thread_.join();
  // Everyone was told what became of his frames.
  static_cast<void>(write_note(clean_stop_path(options_.directory), ""));
}

Result<void> LocalJournal::open() {
  INKLING_TRY_ASSIGN(auto writer,
                     JournalWriter::create(options_.directory, options_.segment_bytes, *disk_,
                                           options_.durability == Durability::kDisk));
  writer_.emplace(std::move(writer));
  JournalSurvey found;
  {
    MutexLock lock(mutex_);
    INKLING_TRY_ASSIGN(found, recover_journal(options_.directory, options_.key_memory, keys_,
                                              unanswered_, quarantine_));
    if (std::remove(clean_stop_path(options_.directory).c_str()) == 0) unanswered_.clear();
    for (const JournalShelf::Segment& segment : found.segments) shelf_.add(segment);
  }
  next_number_ = found.next_number;
  meters_->damaged.add(static_cast<double>(quarantine_.places()));
  meters_->damaged_bytes.add(static_cast<double>(quarantine_.bytes()));
  meters_->missing_segments.add(static_cast<double>(found.missing_segments));
  meters_->cut_bytes.add(static_cast<double>(found.cut_bytes));
  if (options_.durability == Durability::kMemory) {
    log_warn(
        "journal.durability is memory: frames are acknowledged before they are on the disk; "
        "a crash of the machine loses the last seconds");
  }
  // Now rather than with the first frame: a directory that cannot be written is an error of the
  // start.
  INKLING_TRY(begin_segment());
  const Position begin{writer_->number(), 0, 0};
  frames_.set_earlier(begin);
  MutexLock lock(mutex_);
  shelf_.need_from(begin.segment);
  show_shelf();
  return {};
}

Result<void> LocalJournal::resume_behind(Position last) {
  MutexLock lock(mutex_);
  // What open() counted as missing is not counted again when it is passed by.
  missing_told_ = shelf_.gaps_from(last.segment);
  if (last.segment >= writer_->number()) {
    // Segments that a checkpoint knows are gone; their numbers must not come again.
    shelf_.drop_newest();
    next_number_ = last.segment + 1;
    INKLING_TRY(writer_->begin(next_number_++));
    shelf_.add({.number = writer_->number(), .bytes = writer_->end()});
  }
  const bool is_begin = last.segment == 0;
  const Position begin{last.segment, 0, is_begin ? 0 : last.offset + 1};
  frames_.set_earlier(begin);
  is_pinned_ = true;
  shelf_.need_from(last.segment);
  const std::uint64_t left = shelf_.needed_bytes();
  backlog_.add_earlier(begin, {writer_->number(), 0, 0}, left - std::min(left, last.offset));
  show_shelf();
  return {};
}

void LocalJournal::set_needed_from(Position last) {
  MutexLock lock(mutex_);
  const bool moves = !is_pinned_ || last.segment > shelf_.needed_from();
  is_pinned_ = true;
  if (!moves) return;
  shelf_.need_from(std::max(shelf_.needed_from(), last.segment));
  show_shelf();
  if (const auto noted = write_needed_from(options_.directory, shelf_.needed_from()); !noted) {
    log_warn(fmt::format("journal: {}", noted.error().message));
  }
}

void LocalJournal::set_before_removal(BeforeRemoval before_removal) {
  MutexLock lock(mutex_);
  before_removal_ = std::move(before_removal);
}

bool LocalJournal::take_duplicate(Pending& pending) {
  const std::string& key = pending.frame.client_key;
  if (key.empty() && unanswered_.size() > 0) {
    const auto earlier = unanswered_.take({.format = pending.frame.format,
                                           .origin_name = pending.frame.origin_name,
                                           .length = pending.frame.bytes.size(),
                                           .crc = pending.body_crc,
                                           .arrival = pending.frame.arrival});
    if (!earlier) return false;
    meters_->duplicates.add();
    known_.emplace_back(std::move(pending.committed), *earlier);
    work_.notify_one();
    return true;
  }
  if (key.empty() || options_.key_memory <= Duration(0)) return false;
  switch (keys_.meet(key, pending.frame.arrival)) {
    case ClientKeys::Known::kPending:
      meters_->duplicates.add();
      keys_.add_waiter(key, std::move(pending.committed));
      return true;
    case ClientKeys::Known::kCommitted:
      meters_->duplicates.add();
      known_.emplace_back(std::move(pending.committed), keys_.position(key));
      work_.notify_one();
      return true;
    case ClientKeys::Known::kNew:
      break;
  }
  return false;
}

Result<void> LocalJournal::check_room(const Pending& pending) {
  if (options_.max_bytes > 0 && pending.weight > options_.max_bytes / 2) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a journal frame has at most half of journal.max_bytes: {} bytes",
                            pending.weight));
  }
  // A frame heavier than the limit fits when nothing else waits, or it would never be taken.
  if (pending_bytes_ > 0 && pending_bytes_ + pending.weight > options_.max_pending_bytes) {
    meters_->refused_full.add();
    return fail(ErrorCode::kUnavailable, fmt::format("journal.max_pending_bytes is reached: {}",
                                                     options_.max_pending_bytes));
  }
  // The same for what the pipeline has not taken yet, but for readings of the clock: they are few
  // bytes, and without them time would stand still.
  const std::uint64_t lag = backlog_.bytes() + pending_bytes_;
  if (lag > 0 && lag + pending.weight > options_.max_backlog_bytes &&
      pending.frame.format != Format::kTick) {
    meters_->refused_backlog.add();
    return fail(ErrorCode::kUnavailable, fmt::format("journal.max_backlog_bytes is reached: {}",
                                                     options_.max_backlog_bytes));
  }
  if (!shelf_.has_room(pending_bytes_ + pending.weight)) {
    meters_->refused_space.add();
    return fail(ErrorCode::kUnavailable,
                fmt::format("journal.max_bytes is reached, and what is kept is still needed: {}",
                            options_.max_bytes));
  }
  return {};
}

Result<void> LocalJournal::append(IncomingFrame frame, Committed committed) {
  INKLING_TRY(check_frame(frame));
  if (frame.origin_name.size() > kMaxOriginNameBytes) frame.origin_name.resize(kMaxOriginNameBytes);

  Pending pending;
  pending.body_crc = crc32c(frame.bytes.view());
  pending.weight =
      align_frame(frame_header_length(frame.origin_name.size(), frame.client_key.size(),
                                      frame.attributes.size()) +
                  frame.bytes.size());
  pending.frame = std::move(frame);
  pending.committed = std::move(committed);

  MutexLock lock(mutex_);
  if (failing_) {
    meters_->refused_failed.add();
    return fail(ErrorCode::kUnavailable,
                fmt::format("the disk of the journal fails: {}", failing_->message));
  }
  if (closed_) {
    meters_->refused_closed.add();
    return fail(ErrorCode::kUnavailable, "the journal is closing");
  }
  if (take_duplicate(pending)) return {};
  if (auto room = check_room(pending); !room) {
    keys_.forget(pending.frame.client_key);
    return room;
  }
  if (pending_.empty()) oldest_ = std::chrono::steady_clock::now();
  waiting_bytes_ += pending.weight;
  pending_bytes_ += pending.weight;
  meters_->pending_bytes.set(static_cast<double>(pending_bytes_));
  pending_.push_back(std::move(pending));
  if (pending_.size() == 1 || waiting_bytes_ >= options_.commit_bytes) work_.notify_one();
  return {};
}

void LocalJournal::close() {
  MutexLock lock(mutex_);
  closed_ = true;
  work_.notify_one();
}

Result<bool> LocalJournal::next(FrameChunk& chunk) {
  while (true) {
    JournalBacklog::Stretch stretch;
    {
      MutexLock lock(mutex_);
      while (backlog_.empty() && !finished_) ready_added_.wait(mutex_);
      if (auto ready = backlog_.take(std::chrono::steady_clock::now())) {
        chunk = std::move(*ready);
        return true;
      }
      if (!backlog_.on_disk()) {
        if (failing_) return fail(*failing_);
        return false;
      }
      stretch = *backlog_.on_disk();
    }
    if (reading_ != stretch.begin) {
      cursor_.seek(stretch.begin);
      reading_ = stretch.begin;
    }
    INKLING_TRY_ASSIGN(const bool more, cursor_.next(stretch.end, chunk));
    if (const std::uint64_t missing = cursor_.damage().missing_segments; missing > missing_told_) {
      meters_->missing_segments.add(static_cast<double>(missing - missing_told_));
      missing_told_ = missing;
    }
    MutexLock lock(mutex_);
    if (more) {
      backlog_.took(chunk, cursor_.position().offset - chunk.header.position.offset);
      return true;
    }
    backlog_.caught_up(stretch.end);
  }
}

void LocalJournal::note_times(Position frame, Timestamp min, Timestamp max) {
  frames_.note_times(frame, min, max);
  MutexLock lock(mutex_);
  if (is_pinned_ || frame.segment <= shelf_.needed_from()) return;
  shelf_.need_from(frame.segment);
  show_shelf();
}
Result<void> LocalJournal::read_range(TimeRange range,
                                      const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_range(range, visit);
}
Result<void> LocalJournal::read_chosen(TimeRange range,
                                       const std::function<Choice(Position)>& choose,
                                       const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_chosen(range, choose, visit);
}
TimeRange LocalJournal::latest_part(TimeRange range, std::uint64_t bytes) {
  return frames_.latest_part(range, bytes);
}
Result<std::string> LocalJournal::read_record(Position position) {
  return frames_.read_record(position);
}

}  // namespace inkling::ingest
