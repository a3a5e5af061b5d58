#include "app/look_back.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"

namespace inkling::app {
namespace {

// Frames decoded at once: enough for a few threads, and at most 8 MiB of a replay.
constexpr std::size_t kGroup = 8;

}  // namespace

LookBack::LookBack(const config::Config& config, FrameStore& store, Pool<Worker>& workers,
                   Executor& executor)
    : config_(config),
      store_(store),
      workers_(workers),
      executor_(executor),
      memory_(static_cast<std::size_t>(config.correlate.look_back_memory)) {
  for (std::size_t i = 0; i < kGroup; ++i) group_.push_back(std::make_unique<Work>());
}

void LookBack::flush(detect::HistoryBuilder& builder, std::uint64_t& bytes) {
  const std::size_t count = std::exchange(collected_, 0);
  executor_.parallel_for(count, [&](std::size_t i) {
    const auto worker = workers_.borrow();
    worker->decoder.decode(group_[i]->batch);
    worker->digests.build(group_[i]->batch, group_[i]->digest);
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (bytes >= config_.correlate.look_back_bytes) return;
    builder.add(group_[i]->batch, group_[i]->digest);
    bytes += group_[i]->batch.bytes().size();
  }
}

void LookBack::add_remembered(const DigestMemory::Frame& frame, detect::HistoryBuilder& builder) {
  for (const DigestMemory::Piece& piece : frame.pieces) {
    restored_.batch.reset();
    restored_.digest.reset();
    const std::uint64_t bytes = DigestMemory::restore(piece, restored_);
    builder.add(restored_.batch, restored_.digest, bytes);
  }
}

bool LookBack::read_into(detect::HistoryBuilder& builder, TimeRange range, bool& damaged) {
  const std::uint64_t limit = config_.correlate.look_back_bytes;
  std::uint64_t bytes = 0;
  const auto choose = [&](Position position) {
    const DigestMemory::Frame* const frame = memory_.find(position);
    if (!frame) return FrameStore::Choice::kRead;
    flush(builder, bytes);  // what lies before it
    if (bytes < limit) {
      add_remembered(*frame, builder);
      bytes += frame->bytes;
    }
    return bytes < limit ? FrameStore::Choice::kSkip : FrameStore::Choice::kStop;
  };
  const auto visited = store_.read_chosen(range, choose, [&](FrameChunk&& chunk) {
    Work& work = *group_[collected_++];
    work.batch.reset();
    work.digest.reset();
    work.batch.chunk = std::move(chunk);
    if (collected_ < kGroup) return true;
    flush(builder, bytes);
    return bytes < limit;
  });
  flush(builder, bytes);
  if (!visited) {
    log_warn(fmt::format("look-back: part of the journal could not be read again: {}",
                         visited.error().message));
    damaged = true;
  }
  return bytes < limit;
}

History LookBack::read(TimeRange range) {
  INKLING_CHECK(merge_ != nullptr);
  // What is nearest to the alarm matters most. Sizes are of frames as stored; the limit on
  // decompressed bytes holds as well, and ends the reading.
  const TimeRange part = store_.latest_part(range, config_.correlate.look_back_bytes);
  auto screen = detect::Screen::create(config_.screen);
  INKLING_CHECK(screen.has_value());  // the same options made the worker's
  detect::HistoryBuilder builder(config_.detect, std::move(*screen), merge_->templates());
  bool damaged = false;
  const bool whole = read_into(builder, part, damaged);
  History history = builder.finish(part);
  history.truncated = damaged || !whole || part != range;
  return history;
}

}  // namespace inkling::app
