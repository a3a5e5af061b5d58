#include "app/look_back.h"

#include <fmt/format.h>

#include <utility>

#include "core/log.h"
#include "detect/history_builder.h"

namespace inkling::app {

LookBack::LookBack(const config::Config& config, FrameStore& store, Worker worker)
    : config_(config), store_(store), worker_(std::move(worker)) {}

History LookBack::read(TimeRange range) {
  INKLING_CHECK(merge_ != nullptr);
  auto screen = detect::Screen::create(config_.screen);
  INKLING_CHECK(screen.has_value());  // the same options made the worker's
  detect::HistoryBuilder builder(config_.detect, std::move(*screen), merge_->templates());
  std::uint64_t bytes = 0;
  bool truncated = false;
  const auto visited = store_.read_range(range, [&](FrameChunk&& chunk) {
    work_.batch.reset();
    work_.digest.reset();
    work_.batch.chunk = std::move(chunk);
    worker_.decoder.decode(work_.batch);
    worker_.digests.build(work_.batch, work_.digest);
    builder.add(work_.batch, work_.digest);
    bytes += work_.batch.bytes().size();
    truncated = bytes >= config_.correlate.look_back_bytes;
    return !truncated;
  });
  if (!visited) {
    log_warn(fmt::format("look-back: part of the journal could not be read again: {}",
                         visited.error().message));
    truncated = true;
  }
  History history = builder.finish(range);
  history.truncated = truncated;
  return history;
}

}  // namespace inkling::app
