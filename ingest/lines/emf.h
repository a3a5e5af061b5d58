#pragma once

#include <cstdint>

#include "core/batch.h"
#include "core/json.h"

namespace inkling::ingest {

// True if an object has the metadata of CloudWatch's embedded metric format: "_aws" with
// "CloudWatchMetrics".
bool looks_like_emf(const JsonValue& object);

// Adds a point for each value of each metric in each dimension set of an EMF object; dimensions are
// labels, the namespace is the label "namespace", "service" and its like are the service. Returns
// how many points were added; 0: the metadata names nothing that is there. Counts are amounts since
// the point before, everything else is a level. At most 4096 points per object.
std::uint32_t add_emf_points(const JsonValue& object, std::uint32_t record, Batch& batch);

}  // namespace inkling::ingest
