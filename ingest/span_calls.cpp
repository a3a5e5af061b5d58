#include "ingest/span_calls.h"

#include <string>
#include <unordered_map>

namespace inkling::ingest {
namespace {

std::string trace_and_span(const std::string& trace_id, const std::string& span_id) {
  return trace_id + '\0' + span_id;
}

}  // namespace

void add_calls(const std::vector<Span>& spans, Batch& batch) {
  std::unordered_map<std::string, const Span*> by_trace;
  std::unordered_map<std::string, const Span*> by_span;
  for (const Span& span : spans) {
    by_trace.try_emplace(trace_and_span(span.trace_id, span.span_id), &span);
    by_span.try_emplace(span.span_id, &span);
  }
  for (const Span& span : spans) {
    add_named_calls(span, batch);
    if (span.parent_id.empty() || span.service.empty()) continue;
    const Span* parent = nullptr;
    if (const auto same = by_trace.find(trace_and_span(span.trace_id, span.parent_id));
        same != by_trace.end()) {
      parent = same->second;
    } else if (const auto any = by_span.find(span.parent_id); any != by_span.end()) {
      parent = any->second;
    }
    if (!parent || parent->service.empty() || parent->service == span.service) continue;
    if (span.parent_service == parent->service || parent->peer == span.service) continue;
    batch.calls.push_back(
        {span.start, parent->service, span.service, span.duration_ms, span.failed});
  }
}

}  // namespace inkling::ingest
