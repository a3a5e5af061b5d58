#include "core/executor.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace inkling {

void TbbExecutor::parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
  // Isolated: while it waits for its own shards, the caller must not pick up a task of the pipeline
  // around it, which may block on the source.
  oneapi::tbb::this_task_arena::isolate(
      [&] { oneapi::tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) { work(i); }); });
}

}  // namespace inkling
