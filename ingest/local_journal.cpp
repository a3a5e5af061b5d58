#include "ingest/local_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "core/crc32c.h"
#include "core/log.h"
#include "ingest/journal_checks.h"
#include "ingest/journal_recovery.h"

namespace inkling::ingest {
namespace {

// An epoch ends after a tick, and after this many body bytes: often enough for windows to close
// smoothly at 100 MB/s, seldom enough to cost nothing.
constexpr std::uint64_t kEpochBytes = 1u << 20;

iovec part_of(std::string_view bytes) {
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

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
      keys_(options.key_memory, options.max_key_bytes),
      backlog_(options.max_pending_bytes, *meters_) {
  meters_->pending_capacity.set(static_cast<double>(options.max_pending_bytes));
  meters_->backlog_capacity.set(static_cast<double>(options.max_backlog_bytes));
}

LocalJournal::~LocalJournal() {
  close();
  if (thread_.joinable()) thread_.join();
}

Result<void> LocalJournal::open() {
  INKLING_TRY_ASSIGN(auto writer,
                     JournalWriter::create(options_.directory, options_.segment_bytes, *disk_));
  writer_.emplace(std::move(writer));
  JournalSurvey found;
  {
    MutexLock lock(mutex_);
    INKLING_TRY_ASSIGN(found, recover_journal(options_.directory, frames_, keys_));
  }
  next_number_ = found.next_number;
  meters_->damaged.add(static_cast<double>(found.damaged_places));
  meters_->cut_bytes.add(static_cast<double>(found.cut_bytes));
  if (options_.durability == Durability::kMemory) {
    log_warn(
        "journal.durability is memory: frames are acknowledged before they are on the disk; "
        "a crash of the machine loses the last seconds");
  }
  // Now rather than with the first frame: a directory that cannot be written is an error of the
  // start.
  return writer_->begin(next_number_++);
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
  if (failure_) {
    meters_->refused_failed.add();
    return fail(*failure_);
  }
  if (closed_) {
    meters_->refused_closed.add();
    return fail(ErrorCode::kUnavailable, "the journal is closing");
  }
  if (!pending.frame.client_key.empty() && options_.key_memory > Duration(0)) {
    const std::string& key = pending.frame.client_key;
    switch (keys_.meet(key, pending.frame.arrival)) {
      case ClientKeys::Known::kPending:
        meters_->duplicates.add();
        keys_.add_waiter(key, std::move(pending.committed));
        return {};
      case ClientKeys::Known::kCommitted:
        meters_->duplicates.add();
        known_.emplace_back(std::move(pending.committed), keys_.position(key));
        work_.notify_one();
        return {};
      case ClientKeys::Known::kNew:
        break;
    }
  }
  // A frame heavier than the limit fits when nothing else waits, or it would never be taken.
  if (pending_bytes_ > 0 && pending_bytes_ + pending.weight > options_.max_pending_bytes) {
    meters_->refused_full.add();
    keys_.forget(pending.frame.client_key);
    return fail(ErrorCode::kUnavailable, fmt::format("journal.max_pending_bytes is reached: {}",
                                                     options_.max_pending_bytes));
  }
  // The same for what the pipeline has not taken yet, but for readings of the clock: they are few
  // bytes, and without them time would stand still.
  const std::uint64_t lag = backlog_.bytes() + pending_bytes_;
  if (lag > 0 && lag + pending.weight > options_.max_backlog_bytes &&
      pending.frame.format != Format::kTick) {
    meters_->refused_backlog.add();
    keys_.forget(pending.frame.client_key);
    return fail(ErrorCode::kUnavailable, fmt::format("journal.max_backlog_bytes is reached: {}",
                                                     options_.max_backlog_bytes));
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
    JournalBacklog::Taken taken;
    {
      MutexLock lock(mutex_);
      while (backlog_.empty() && !finished_) ready_added_.wait(mutex_);
      if (backlog_.empty()) {
        if (failure_) return fail(*failure_);
        return false;
      }
      taken = backlog_.take(std::chrono::steady_clock::now());
    }
    if (taken.chunk) {
      chunk = std::move(*taken.chunk);
      return true;
    }
    const auto read = frames_.read(taken.position, chunk);
    if (read) return true;
    if (read.error().code == ErrorCode::kIo) return fail(read.error());
    meters_->damaged.add();
    log_error(fmt::format("journal: a committed frame is lost: {}", read.error().message));
  }
}

void LocalJournal::note_times(Position frame, Timestamp min, Timestamp max) {
  frames_.note_times(frame, min, max);
}
Result<void> LocalJournal::read_range(TimeRange range,
                                      const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_range(range, visit);
}
TimeRange LocalJournal::latest_part(TimeRange range, std::uint64_t bytes) {
  return frames_.latest_part(range, bytes);
}
Result<std::string> LocalJournal::read_record(Position position) {
  return frames_.read_record(position);
}

void LocalJournal::run() {
  while (true) {
    auto [batch, known] = take_batch();
    if (batch.empty() && known.empty()) break;
    for (const auto& [committed, position] : known) {
      if (committed) committed(position);
    }
    for (std::size_t begin = 0; begin < batch.size();) {
      auto end = commit_some(batch, begin);
      if (!end) {
        fail_from(batch, begin, end.error());
        break;
      }
      begin = *end;
    }
  }
  writer_->finish();
  MutexLock lock(mutex_);
  finished_ = true;
  ready_added_.notify_all();
}

LocalJournal::Taken LocalJournal::take_batch() {
  MutexLock lock(mutex_);
  while (pending_.empty() && known_.empty() && !closed_ && !failure_) work_.wait(mutex_);
  if (pending_.empty()) return {.batch = {}, .known = std::exchange(known_, {})};
  if (options_.durability == Durability::kDisk) {
    const std::uint64_t enough =
        std::min<std::uint64_t>(options_.commit_bytes, options_.max_pending_bytes);
    const auto deadline = oldest_ + options_.commit_interval;
    while (!closed_ && waiting_bytes_ < enough) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left <= left.zero()) break;
      work_.wait_for(mutex_, left);
    }
  }
  waiting_bytes_ = 0;
  return {.batch = std::exchange(pending_, {}), .known = std::exchange(known_, {})};
}

Result<std::size_t> LocalJournal::commit_some(std::vector<Pending>& batch, std::size_t begin) {
  const auto started = std::chrono::steady_clock::now();
  const auto fits = [&](std::uint64_t end, const Pending& pending) {
    return end + pending.weight <= options_.segment_bytes || end <= kSegmentHeaderBytes;
  };
  if (!fits(writer_->end(), batch[begin])) {
    INKLING_TRY(writer_->begin(next_number_++));
  }
  static constexpr std::array<char, kFrameAlignment> kZeros{};
  const std::uint64_t first = writer_->end();
  std::uint64_t offset = first;
  std::deque<std::string> headers;
  std::vector<iovec> parts;
  std::size_t end = begin;
  for (; end < batch.size() && fits(offset, batch[end]); ++end) {
    Pending& pending = batch[end];
    pending.position = {.segment = writer_->number(), .record = 0, .offset = offset};
    const std::string& header = headers.emplace_back(encode(pending));
    const std::size_t length = header.size() + pending.frame.bytes.size();
    parts.push_back(part_of(header));
    if (pending.frame.bytes.size() > 0) parts.push_back(part_of(pending.frame.bytes.view()));
    if (align_frame(length) > length) {
      parts.push_back(part_of({kZeros.data(), align_frame(length) - length}));
    }
    offset += align_frame(length);
  }
  auto written = writer_->write(parts);
  if (written && options_.durability == Durability::kDisk) written = writer_->sync();
  if (!written) {
    writer_->cut_back(first);  // senders will send these frames again
    return fail(written.error());
  }
  meters_->commits.add();
  meters_->commit_seconds.add(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  publish(batch, begin, end);
  return end;
}

std::string LocalJournal::encode(Pending& pending) {
  IncomingFrame& frame = pending.frame;
  epoch_bytes_ += frame.bytes.size();
  pending.ends_epoch = frame.format == Format::kTick || epoch_bytes_ >= kEpochBytes;
  if (pending.ends_epoch) epoch_bytes_ = 0;

  OriginState& origin = origins_[frame.origin];
  if (!frame.origin_name.empty() && (!origin.name || *origin.name != frame.origin_name)) {
    origin = {.name = std::make_shared<const std::string>(std::move(frame.origin_name))};
  }
  pending.origin_name = origin.name;
  const bool tells_name = origin.name != nullptr && origin.told_in != pending.position.segment;
  if (tells_name) {
    origin.told_in = pending.position.segment;
    frames_.name_origin(pending.position.segment, frame.origin, frame.origin, origin.name);
  }
  return encode_frame_header(
      {.body_length = static_cast<std::uint32_t>(frame.bytes.size()),
       .body_crc = pending.body_crc,
       .origin = frame.origin,
       .format = frame.format,
       .encoding = frame.encoding,
       .ends_epoch = pending.ends_epoch,
       .arrival = frame.arrival,
       .resume_offset = frame.resume_offset,
       .salt = writer_->salt(),
       .origin_name = tells_name ? std::string_view(*origin.name) : std::string_view(),
       .client_key = frame.client_key,
       .attributes = frame.attributes});
}

void LocalJournal::publish(std::vector<Pending>& batch, std::size_t begin, std::size_t end) {
  std::uint64_t bytes = 0;
  std::uint64_t weight = 0;
  for (std::size_t i = begin; i < end; ++i) {
    bytes += batch[i].frame.bytes.size();
    weight += batch[i].weight;
    frames_.add(batch[i].position.segment, batch[i].position.offset);
  }
  meters_->frames.add(static_cast<double>(end - begin));
  meters_->bytes.add(static_cast<double>(bytes));
  std::vector<std::pair<Committed, Position>> waiters;  // senders of the same frames
  const auto now = std::chrono::steady_clock::now();
  {
    MutexLock lock(mutex_);
    for (std::size_t i = begin; i < end; ++i) {
      Pending& pending = batch[i];
      FrameChunk chunk;
      chunk.header = {.position = pending.position,
                      .origin = pending.frame.origin,
                      .format = pending.frame.format,
                      .encoding = pending.frame.encoding,
                      .arrival = pending.frame.arrival};
      chunk.origin_name = pending.origin_name;
      if (!pending.frame.attributes.empty()) {
        chunk.attributes = std::make_shared<const std::string>(std::move(pending.frame.attributes));
      }
      chunk.ends_epoch = pending.ends_epoch;
      chunk.bytes = std::move(pending.frame.bytes);
      backlog_.add(std::move(chunk), pending.weight, now);
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (batch[i].frame.client_key.empty()) continue;
      for (auto& waiter : keys_.commit(batch[i].frame.client_key, batch[i].position)) {
        waiters.emplace_back(std::move(waiter), batch[i].position);
      }
    }
    pending_bytes_ -= weight;
    meters_->pending_bytes.set(static_cast<double>(pending_bytes_));
    ready_added_.notify_all();
  }
  for (std::size_t i = begin; i < end; ++i) {
    if (batch[i].committed) batch[i].committed(batch[i].position);
    batch[i].frame.bytes = PaddedBuffer();
  }
  for (const auto& [committed, position] : waiters) {
    if (committed) committed(position);
  }
}

void LocalJournal::fail_from(std::vector<Pending>& batch, std::size_t begin, Error error) {
  log_error(fmt::format("journal: the disk failed, nothing more is accepted: {}", error.message));
  std::vector<Pending> waiting;
  std::vector<Committed> doubles;  // senders of the same frames
  {
    MutexLock lock(mutex_);
    failure_ = error;
    waiting = std::exchange(pending_, {});
    const auto forget = [&](const Pending& pending) INKLING_REQUIRES(mutex_) {
      if (pending.frame.client_key.empty()) return;
      std::ranges::move(keys_.forget(pending.frame.client_key), std::back_inserter(doubles));
    };
    for (std::size_t i = begin; i < batch.size(); ++i) forget(batch[i]);
    for (const Pending& pending : waiting) forget(pending);
    waiting_bytes_ = 0;
    pending_bytes_ = 0;
    meters_->pending_bytes.set(0);
  }
  meters_->errors.add(static_cast<double>(batch.size() - begin + waiting.size()));
  const Result<Position> failed = fail(std::move(error));
  for (std::size_t i = begin; i < batch.size(); ++i) {
    if (batch[i].committed) batch[i].committed(failed);
  }
  for (const Pending& pending : waiting) {
    if (pending.committed) pending.committed(failed);
  }
  for (const Committed& committed : doubles) {
    if (committed) committed(failed);
  }
}

}  // namespace inkling::ingest
