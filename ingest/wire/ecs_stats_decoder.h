#pragma once

#include <string_view>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// {"task": ..., "stats": ...}: the replies of "/task" and "/task/stats" of the ECS task metadata
// endpoint v4, as EcsSource puts them together. Gives points of CPU, memory, network, throttling,
// processes, restarts and health per container, and of the task's ephemeral storage. The service is
// the task's service, else its family; the version is its revision. Each container is one record.
class EcsStatsDecoder final : public WireDecoder {
 public:
  void decode(std::string_view bytes, Batch& batch) override;
};

}  // namespace inkling::ingest
