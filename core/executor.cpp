#include "core/executor.h"

#include <oneapi/tbb/parallel_for.h>

namespace inkling {

void TbbExecutor::parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
  oneapi::tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) { work(i); });
}

}  // namespace inkling
