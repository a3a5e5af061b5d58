#include "ingest/wire/otlp_schema.h"

namespace inkling::ingest {
namespace {

using enum OtlpFieldType;

constexpr bool kMany = true;

// Field numbers: opentelemetry-proto 1.x.

extern const OtlpMessageType kAnyValue;
extern const OtlpMessageType kKeyValue;

constexpr OtlpField kArrayFields[] = {{"values", 1, kMessage, kMany, &kAnyValue}};
constexpr OtlpMessageType kArrayValue{kArrayFields};
constexpr OtlpField kMapFields[] = {{"values", 1, kMessage, kMany, &kKeyValue}};
constexpr OtlpMessageType kMapValue{kMapFields};
constexpr OtlpField kAnyFields[] = {
    {"stringValue", 1, kString},
    {"boolValue", 2, kVarint},
    {"intValue", 3, kVarint},
    {"doubleValue", 4, kDouble},
    {"arrayValue", 5, kMessage, !kMany, &kArrayValue},
    {"kvlistValue", 6, kMessage, !kMany, &kMapValue},
    {"bytesValue", 7, kBase64},
};
constexpr OtlpMessageType kAnyValue{kAnyFields};
constexpr OtlpField kKeyValueFields[] = {{"key", 1, kString},
                                         {"value", 2, kMessage, !kMany, &kAnyValue}};
constexpr OtlpMessageType kKeyValue{kKeyValueFields};

constexpr OtlpField kResourceFields[] = {{"attributes", 1, kMessage, kMany, &kKeyValue}};
constexpr OtlpMessageType kResource{kResourceFields};

constexpr OtlpField kLogFields[] = {
    {"timeUnixNano", 1, kFixed64},
    {"observedTimeUnixNano", 11, kFixed64},
    {"severityNumber", 2, kVarint},
    {"severityText", 3, kString},
    {"body", 5, kMessage, !kMany, &kAnyValue},
    {"attributes", 6, kMessage, kMany, &kKeyValue},
    {"traceId", 9, kHex},
    {"spanId", 10, kHex},
    {"eventName", 12, kString},
};
constexpr OtlpMessageType kLogRecord{kLogFields, true};
constexpr OtlpField kScopeLogsFields[] = {{"logRecords", 2, kMessage, kMany, &kLogRecord}};
constexpr OtlpMessageType kScopeLogs{kScopeLogsFields};
constexpr OtlpField kResourceLogsFields[] = {{"resource", 1, kMessage, !kMany, &kResource},
                                             {"scopeLogs", 2, kMessage, kMany, &kScopeLogs}};
constexpr OtlpMessageType kResourceLogs{kResourceLogsFields};
constexpr OtlpField kLogsFields[] = {{"resourceLogs", 1, kMessage, kMany, &kResourceLogs}};
constexpr OtlpMessageType kLogs{kLogsFields};

constexpr OtlpField kNumberPointFields[] = {
    {"attributes", 7, kMessage, kMany, &kKeyValue},
    {"startTimeUnixNano", 2, kFixed64},
    {"timeUnixNano", 3, kFixed64},
    {"asDouble", 4, kDouble},
    {"asInt", 6, kFixed64},
    {"flags", 8, kVarint},
};
constexpr OtlpMessageType kNumberPoint{kNumberPointFields, true};
constexpr OtlpField kHistogramPointFields[] = {
    {"attributes", 9, kMessage, kMany, &kKeyValue},
    {"startTimeUnixNano", 2, kFixed64},
    {"timeUnixNano", 3, kFixed64},
    {"count", 4, kFixed64},
    {"sum", 5, kDouble},
    {"bucketCounts", 6, kFixed64, kMany},
    {"explicitBounds", 7, kDouble, kMany},
    {"flags", 10, kVarint},
    {"min", 11, kDouble},
    {"max", 12, kDouble},
};
constexpr OtlpMessageType kHistogramPoint{kHistogramPointFields, true};
constexpr OtlpField kBucketsFields[] = {{"offset", 1, kZigzag},
                                        {"bucketCounts", 2, kVarint, kMany}};
constexpr OtlpMessageType kBuckets{kBucketsFields};
constexpr OtlpField kExponentialPointFields[] = {
    {"attributes", 1, kMessage, kMany, &kKeyValue},
    {"startTimeUnixNano", 2, kFixed64},
    {"timeUnixNano", 3, kFixed64},
    {"count", 4, kFixed64},
    {"sum", 5, kDouble},
    {"scale", 6, kZigzag},
    {"zeroCount", 7, kFixed64},
    {"positive", 8, kMessage, !kMany, &kBuckets},
    {"negative", 9, kMessage, !kMany, &kBuckets},
    {"flags", 10, kVarint},
    {"min", 12, kDouble},
    {"max", 13, kDouble},
};
constexpr OtlpMessageType kExponentialPoint{kExponentialPointFields, true};
constexpr OtlpField kQuantileFields[] = {{"quantile", 1, kDouble}, {"value", 2, kDouble}};
constexpr OtlpMessageType kQuantile{kQuantileFields};
constexpr OtlpField kSummaryPointFields[] = {
    {"attributes", 7, kMessage, kMany, &kKeyValue},
    {"startTimeUnixNano", 2, kFixed64},
    {"timeUnixNano", 3, kFixed64},
    {"count", 4, kFixed64},
    {"sum", 5, kDouble},
    {"quantileValues", 6, kMessage, kMany, &kQuantile},
    {"flags", 8, kVarint},
};
constexpr OtlpMessageType kSummaryPoint{kSummaryPointFields, true};

constexpr OtlpField kNumberFields[] = {
    {"dataPoints", 1, kMessage, kMany, &kNumberPoint},
    {"aggregationTemporality", 2, kVarint},
    {"isMonotonic", 3, kVarint},
};
constexpr OtlpMessageType kNumber{kNumberFields};
constexpr OtlpField kHistogramFields[] = {
    {"dataPoints", 1, kMessage, kMany, &kHistogramPoint},
    {"aggregationTemporality", 2, kVarint},
};
constexpr OtlpMessageType kHistogram{kHistogramFields};
constexpr OtlpField kExponentialFields[] = {
    {"dataPoints", 1, kMessage, kMany, &kExponentialPoint},
    {"aggregationTemporality", 2, kVarint},
};
constexpr OtlpMessageType kExponential{kExponentialFields};
constexpr OtlpField kSummaryFields[] = {{"dataPoints", 1, kMessage, kMany, &kSummaryPoint}};
constexpr OtlpMessageType kSummary{kSummaryFields};
constexpr OtlpField kMetricFields[] = {
    {"name", 1, kString},
    {"description", 2, kString},
    {"unit", 3, kString},
    {"gauge", 5, kMessage, !kMany, &kNumber},
    {"sum", 7, kMessage, !kMany, &kNumber},
    {"histogram", 9, kMessage, !kMany, &kHistogram},
    {"exponentialHistogram", 10, kMessage, !kMany, &kExponential},
    {"summary", 11, kMessage, !kMany, &kSummary},
};
constexpr OtlpMessageType kMetric{kMetricFields};
constexpr OtlpField kScopeMetricsFields[] = {{"metrics", 2, kMessage, kMany, &kMetric}};
constexpr OtlpMessageType kScopeMetrics{kScopeMetricsFields};
constexpr OtlpField kResourceMetricsFields[] = {
    {"resource", 1, kMessage, !kMany, &kResource},
    {"scopeMetrics", 2, kMessage, kMany, &kScopeMetrics}};
constexpr OtlpMessageType kResourceMetrics{kResourceMetricsFields};
constexpr OtlpField kMetricsFields[] = {{"resourceMetrics", 1, kMessage, kMany, &kResourceMetrics}};
constexpr OtlpMessageType kMetrics{kMetricsFields};

constexpr OtlpField kStatusFields[] = {{"message", 2, kString}, {"code", 3, kVarint}};
constexpr OtlpMessageType kStatus{kStatusFields};
constexpr OtlpField kSpanFields[] = {
    {"traceId", 1, kHex},
    {"spanId", 2, kHex},
    {"parentSpanId", 4, kHex},
    {"name", 5, kString},
    {"kind", 6, kVarint},
    {"startTimeUnixNano", 7, kFixed64},
    {"endTimeUnixNano", 8, kFixed64},
    {"attributes", 9, kMessage, kMany, &kKeyValue},
    {"status", 15, kMessage, !kMany, &kStatus},
};
constexpr OtlpMessageType kSpan{kSpanFields, true};
constexpr OtlpField kScopeSpansFields[] = {{"spans", 2, kMessage, kMany, &kSpan}};
constexpr OtlpMessageType kScopeSpans{kScopeSpansFields};
constexpr OtlpField kResourceSpansFields[] = {{"resource", 1, kMessage, !kMany, &kResource},
                                              {"scopeSpans", 2, kMessage, kMany, &kScopeSpans}};
constexpr OtlpMessageType kResourceSpans{kResourceSpansFields};
constexpr OtlpField kTracesFields[] = {{"resourceSpans", 1, kMessage, kMany, &kResourceSpans}};
constexpr OtlpMessageType kTraces{kTracesFields};

}  // namespace

const OtlpMessageType* otlp_request_type(Format format) {
  switch (format) {
    case Format::kOtlpLogsJson:
      return &kLogs;
    case Format::kOtlpMetricsJson:
      return &kMetrics;
    case Format::kOtlpTracesJson:
      return &kTraces;
    default:
      return nullptr;
  }
}

}  // namespace inkling::ingest
