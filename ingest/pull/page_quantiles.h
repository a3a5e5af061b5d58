#pragma once

#include <string>
#include <string_view>

namespace inkling::ingest {

// What the histograms of a page say of the time since the page before: lines
// "name.p50{labels} value", likewise .p90 and .p99, for each histogram whose buckets grew. Buckets
// on a page hold the whole past of their process; only who has seen the page before can tell the
// new values from it. A histogram that began anew (its count went down) counts from zero; one whose
// bounds changed says nothing this time. Inside a bucket: as ingest/wire/histogram_quantiles.h.
// Cost: a map entry per bucket. Thread-safe.
std::string quantile_lines(std::string_view before, std::string_view now);

}  // namespace inkling::ingest
