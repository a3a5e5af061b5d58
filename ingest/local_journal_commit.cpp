#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <iterator>
#include <utility>

#include "core/log.h"
#include "ingest/local_journal.h"

// The journal's own thread: group commits, room on the disk, and what happens when the disk fails.

namespace inkling::ingest {
namespace {

// An epoch ends after a tick, and after this many body bytes: often enough for windows to close
// smoothly at 100 MB/s, seldom enough to cost nothing.
constexpr std::uint64_t kEpochBytes = 1u << 20;

iovec part_of(std::string_view bytes) {
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

void LocalJournal::run() {
  while (true) {
    Taken taken = take_batch();
    for (const auto& [committed, position] : taken.known) {
      if (committed) committed(position);
    }
    commit(taken.batch);
    if (taken.last) break;
  }
  writer_->finish();
  MutexLock lock(mutex_);
  finished_ = true;
  ready_added_.notify_all();
}

LocalJournal::Taken LocalJournal::take_batch() {
  MutexLock lock(mutex_);
  if (failing_ && !closed_) {
    work_.wait_for(mutex_, options_.retry_interval);
  } else {
    while (pending_.empty() && known_.empty() && !closed_) work_.wait(mutex_);
    if (options_.durability == Durability::kDisk && !pending_.empty()) {
      const std::uint64_t enough =
          std::min<std::uint64_t>(options_.commit_bytes, options_.max_pending_bytes);
      const auto deadline = oldest_ + options_.commit_interval;
      while (!closed_ && waiting_bytes_ < enough) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero()) break;
        work_.wait_for(mutex_, left);
      }
    }
  }
  waiting_bytes_ = 0;
  return {
      .batch = std::exchange(pending_, {}), .known = std::exchange(known_, {}), .last = closed_};
}

Result<void> LocalJournal::begin_segment() {
  INKLING_TRY(writer_->begin(next_number_));
  ++next_number_;
  MutexLock lock(mutex_);
  shelf_.add({.number = writer_->number(), .bytes = writer_->end()});
  return {};
}

void LocalJournal::commit(std::vector<Pending>& batch) {
  if (!writer_->is_open()) {  // the disk failed before
    if (const auto begun = begin_segment(); !begun) {
      fail_from(batch, 0, begun.error());
      return;
    }
    log_info("journal: the disk takes data again");
    MutexLock lock(mutex_);
    failing_.reset();
    meters_->failing.set(0);
  }
  if (batch.empty()) return;
  std::uint64_t weight = 0;
  for (const Pending& pending : batch) weight += pending.weight;
  prune(weight);
  for (std::size_t begin = 0; begin < batch.size();) {
    const auto end = commit_some(batch, begin);
    if (!end) {
      fail_from(batch, begin, end.error());
      return;
    }
    begin = *end;
  }
}

Result<std::size_t> LocalJournal::commit_some(std::vector<Pending>& batch, std::size_t begin) {
  const auto started = std::chrono::steady_clock::now();
  const auto fits = [&](std::uint64_t end, const Pending& pending) {
    return end + pending.weight <= options_.segment_bytes || end <= kSegmentHeaderBytes;
  };
  if (!fits(writer_->end(), batch[begin])) INKLING_TRY(begin_segment());
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
    // Senders will send these frames again.
    const std::uint32_t number = writer_->number();
    writer_->abandon(first);
    const bool is_gone = ::access(segment_path(options_.directory, number).c_str(), F_OK) != 0;
    MutexLock lock(mutex_);
    if (is_gone) {
      shelf_.drop_newest();
      next_number_ = number;
    }
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

  std::shared_ptr<const std::string>& name = origins_[frame.origin];
  if (!frame.origin_name.empty() && (name == nullptr || *name != frame.origin_name)) {
    name = std::make_shared<const std::string>(frame.origin_name);
  }
  pending.origin_name = name;
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
       .origin_name = name != nullptr ? std::string_view(*name) : std::string_view(),
       .client_key = frame.client_key,
       .attributes = frame.attributes});
}

FrameChunk LocalJournal::chunk_of(Pending& pending) {
  IncomingFrame& frame = pending.frame;
  FrameChunk chunk;
  chunk.header = {
      .position = pending.position,
      .origin = pending.origin_name != nullptr ? origin_number(*pending.origin_name) : frame.origin,
      .format = frame.format,
      .encoding = frame.encoding,
      .arrival = frame.arrival};
  chunk.origin_name = pending.origin_name;
  if (!frame.attributes.empty()) {
    chunk.attributes = std::make_shared<const std::string>(std::move(frame.attributes));
  }
  chunk.ends_epoch = pending.ends_epoch;
  chunk.bytes = std::move(frame.bytes);
  return chunk;
}

void LocalJournal::publish(std::vector<Pending>& batch, std::size_t begin, std::size_t end) {
  std::uint64_t bytes = 0;
  std::uint64_t weight = 0;
  Timestamp latest = Timestamp::none();
  for (std::size_t i = begin; i < end; ++i) {
    bytes += batch[i].frame.bytes.size();
    weight += batch[i].weight;
    latest = std::max(latest, batch[i].frame.arrival);
  }
  meters_->frames.add(static_cast<double>(end - begin));
  meters_->bytes.add(static_cast<double>(bytes));
  std::vector<std::pair<Committed, Position>> waiters;  // senders of the same frames
  const auto now = std::chrono::steady_clock::now();
  {
    MutexLock lock(mutex_);
    for (std::size_t i = begin; i < end; ++i) {
      backlog_.add(chunk_of(batch[i]), batch[i].weight, now);
      if (batch[i].frame.client_key.empty()) continue;
      for (auto& waiter : keys_.commit(batch[i].frame.client_key, batch[i].position)) {
        waiters.emplace_back(std::move(waiter), batch[i].position);
      }
    }
    shelf_.grow(writer_->end(), latest);
    show_shelf();
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
  std::vector<Pending> told;
  std::vector<Committed> doubles;  // senders of the same frames
  std::size_t lost = 0;
  {
    MutexLock lock(mutex_);
    if (!failing_) {
      log_error(fmt::format(
          "journal: the disk failed, nothing is accepted until it works again: {}", error.message));
    }
    failing_ = error;
    std::vector<Pending> all(
        std::make_move_iterator(batch.begin() + static_cast<std::ptrdiff_t>(begin)),
        std::make_move_iterator(batch.end()));
    std::ranges::move(std::exchange(pending_, {}), std::back_inserter(all));
    waiting_bytes_ = 0;
    pending_bytes_ = 0;
    for (Pending& pending : all) {
      const bool comes_again = pending.committed != nullptr || !pending.frame.client_key.empty();
      if (!comes_again && !closed_) {
        pending_bytes_ += pending.weight;
        pending_.push_back(std::move(pending));
        continue;
      }
      if (!comes_again) ++lost;
      if (!pending.frame.client_key.empty()) {
        std::ranges::move(keys_.forget(pending.frame.client_key), std::back_inserter(doubles));
      }
      told.push_back(std::move(pending));
    }
    meters_->pending_bytes.set(static_cast<double>(pending_bytes_));
    meters_->failing.set(1);
  }
  batch.clear();
  meters_->disk_failures.add();
  meters_->errors.add(static_cast<double>(told.size()));
  if (lost > 0) {
    log_error(fmt::format("journal: {} frames that nobody sends again are lost: {}", lost,
                          error.message));
  }
  const Result<Position> failed = fail(std::move(error));
  for (const Pending& pending : told) {
    if (pending.committed) pending.committed(failed);
  }
  for (const Committed& committed : doubles) {
    if (committed) committed(failed);
  }
}

void LocalJournal::prune(std::uint64_t more) {
  while (true) {
    std::optional<JournalShelf::Segment> due;
    {
      MutexLock lock(mutex_);
      due = shelf_.due(more);
    }
    if (!due) return;
    if (before_removal_) {
      if (const auto kept = before_removal_(due->number); !kept) {
        log_warn(fmt::format("journal: segment {} stays, what is needed of it cannot be copied: {}",
                             due->number, kept.error().message));
        return;
      }
    }
    const std::string path = segment_path(options_.directory, due->number);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      log_warn(fmt::format("journal: cannot remove a segment: {}", path));
      return;
    }
    frames_.forget_before(due->number + 1);
    meters_->removed_segments.add();
    MutexLock lock(mutex_);
    shelf_.drop_oldest();
    show_shelf();
  }
}

void LocalJournal::show_shelf() {
  meters_->stored_bytes.set(static_cast<double>(shelf_.bytes()));
  meters_->needed_bytes.set(static_cast<double>(shelf_.needed_bytes()));
}

}  // namespace inkling::ingest
