#pragma once

#include <vector>

#include "core/batch.h"
#include "ingest/rare_events.h"

namespace inkling::ingest {

// Adds to the batch the calls between services that the spans of one document tell: one for each
// span whose parent is another service, and those spans name themselves. A parent is looked for in
// the same trace first, then by span id alone: some tracers fill in one trace id for all, others
// cut it. Order: that of the spans.
void add_calls(const std::vector<Span>& spans, Batch& batch);

}  // namespace inkling::ingest
