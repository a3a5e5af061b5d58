#include "ingest/field_names.h"

namespace inkling::ingest {
namespace {

using enum FieldRole;
using enum FieldUnit;

// Spelling variants that differ only in case, "_" and "-" are one name.
constexpr KnownField kKnownFields[] = {
    // Time. The strong names come first: if they hold no time, the line is broken.
    {"timestamp", kTime},   // OpenTelemetry, Datadog, logback, python-json-logger
    {"@timestamp", kTime},  // Elastic, logstash
    {"time", kTime},        // pino, bunyan, slog, logrus, Fluent Bit
    {"ts", kTime},          // zap
    {"@t", kTime, kNone, false, kHintSerilog},  // Serilog compact
    {"timeUnixNano", kTime, kNanos},            // OTLP
    {"timestamp_ns", kTime, kNanos},
    {"timestamp_us", kTime, kMicros},
    {"timestamp_ms", kTime, kMillis},
    {"timestampMillis", kTime, kMillis},
    {"ts_ms", kTime, kMillis},
    {"time_ms", kTime, kMillis},
    {"epoch_ms", kTime, kMillis},
    {"timeMillis", kTime, kMillis},  // log4j2
    {"instant.epochSecond", kTime, kSeconds},
    {"timestamp.seconds", kTime, kSeconds},    // Google Cloud, protobuf JSON
    {"__REALTIME_TIMESTAMP", kTime, kMicros},  // journald
    {"time.timestamp", kTime, kSeconds},       // loguru
    {"eventTime", kTime},                      // AWS CloudTrail
    {"observedTimeUnixNano", kTime, kNanos},
    {"datetime", kTime, kNone, true},
    {"date", kTime, kNone, true},     // Fluent Bit's http output
    {"asctime", kTime, kNone, true},  // python-json-logger
    {"event.created", kTime, kNone, true},
    {"created", kTime, kNone, true},
    {"created_at", kTime, kNone, true},
    {"receivedTimestamp", kTime, kNone, true},
    {"ingestionTime", kTime, kMillis, true},
    {"fired_at", kTime, kNone, true, kHintFired},
    {"started_at", kTime, kNone, true},
    {"start", kTime, kNone, true, kHintSpanDetail},
    {"start_time", kTime, kNone, true, kHintSpanDetail},
    {"startTimeUnixNano", kTime, kNanos, true, kHintSpanDetail},

    // Severity.
    {"severity_text", kLevel},  // OpenTelemetry
    {"log.level", kLevel},      // Elastic
    {"levelname", kLevel},      // python-json-logger
    {"level_name", kLevel},     // Monolog
    {"level", kLevel},          // pino, bunyan, winston, logrus, zap, structlog, logback
    {"level.name", kLevel},     // loguru
    {"@l", kLevel},             // Serilog compact
    {"severity", kLevel},       // Google Cloud
    {"loglevel", kLevel},       // Microsoft.Extensions.Logging, AWS Lambda
    {"lvl", kLevel},            // log15
    {"severity_number", kLevel},
    {"log.severity", kLevel},
    {"priority", kLevel, kSyslog},  // journald
    {"syslog.severity", kLevel, kSyslog},
    {"log.syslog.severity.code", kLevel, kSyslog},

    // Message.
    {"message", kMessage},
    {"msg", kMessage},
    {"body", kMessage},
    {"body.stringValue", kMessage},  // OTLP
    {"body.message", kMessage},
    {"@m", kMessage},                                           // Serilog compact, rendered
    {"RenderedMessage", kMessage},                              // Serilog
    {"short_message", kMessage, kNone, false, kHintShortText},  // GELF
    {"textPayload", kMessage},                                  // Google Cloud
    {"jsonPayload.message", kMessage},
    {"event", kMessage},  // structlog
    {"event.original", kMessage},
    {"log.message", kMessage},
    {"log", kMessage},  // Docker, Fluent Bit
    {"text", kMessage},
    {"full_message", kMessage},
    {"@mt", kMessage},  // Serilog compact, template
    {"MessageTemplate", kMessage},
    {"error.message", kMessage},
    {"err.message", kMessage},  // pino
    {"error", kMessage},
    {"err", kMessage},
    {"errorMessage", kMessage},  // AWS Lambda
    {"exception.message", kMessage},

    // Service and its version.
    {"service.name", kService},  // OpenTelemetry, Elastic
    {"service", kService},
    {"service_name", kService},
    {"app", kService},
    {"app.name", kService},
    {"application", kService},
    {"application_name", kService},
    {"microservice", kService},
    {"dd.service", kService},           // Datadog
    {"aws.ecs.task.family", kService},  // OpenTelemetry
    {"k8s.deployment.name", kService},
    {"kubernetes.labels.app", kService},
    {"container_name", kService},
    {"kubernetes.container_name", kService},
    {"k8s.container.name", kService},
    {"functionName", kService},  // AWS Lambda
    {"faas.name", kService},
    {"cloud.resource_id", kService},
    {"job", kService},                  // Prometheus
    {"aws.log.group.names", kService},  // OpenTelemetry: the last resort
    {"service.version", kVersion},
    {"version", kVersion},
    {"app.version", kVersion},
    {"application_version", kVersion},
    {"dd.version", kVersion},
    {"release", kVersion},
    {"image_tag", kVersion},
    {"functionVersion", kVersion},

    // HTTP and RPC.
    {"http.route", kRoute},
    {"route", kRoute},
    {"rpc.method", kRoute},
    {"grpc.method", kRoute},
    {"path", kRoute},
    {"url.path", kRoute},
    {"http.target", kRoute},
    {"http.path", kRoute},
    {"request.path", kRoute},
    {"RequestPath", kRoute},  // Serilog
    {"req.route", kRoute},
    {"req.path", kRoute},
    {"req.url", kRoute},  // pino-http
    {"request.uri", kRoute},
    {"request.url", kRoute},
    {"endpoint", kRoute},
    {"uri", kRoute},  // nginx
    {"request_uri", kRoute},
    {"httpRequest.requestUrl", kRoute},  // Google Cloud
    {"http.url", kRoute},
    {"url", kRoute},
    {"http.response.status_code", kStatus},
    {"http.status_code", kStatus},
    {"http.status", kStatus},
    {"status_code", kStatus},
    {"http_status", kStatus},
    {"http_status_code", kStatus},
    {"status", kStatus},
    {"response.status_code", kStatus},
    {"response.status", kStatus},
    {"res.status_code", kStatus},  // pino-http
    {"res.status", kStatus},
    {"response_status", kStatus},
    {"response_code", kStatus},  // Envoy, Istio
    {"elb_status_code", kStatus},
    {"httpRequest.status", kStatus},
    {"sc-status", kStatus},  // CloudFront, IIS

    // Durations: the unit is the name's; without one, milliseconds.
    {"duration_ms", kDurationMs},
    {"latency_ms", kDurationMs},
    {"elapsed_ms", kDurationMs},
    {"response_time_ms", kDurationMs},
    {"request_time_ms", kDurationMs},
    {"time_ms_total", kDurationMs},
    {"took_ms", kDurationMs},
    {"http.server.request.duration", kDurationS},  // OpenTelemetry, stable conventions
    {"http.server.duration", kDurationMs},         // OpenTelemetry, old conventions
    {"rpc.server.duration", kDurationMs},
    {"duration_s", kDurationS},
    {"duration_sec", kDurationS},
    {"duration_seconds", kDurationS},
    {"latency_s", kDurationS},
    {"latency_seconds", kDurationS},
    {"elapsed_seconds", kDurationS},
    {"duration_us", kDurationUs},
    {"duration_micros", kDurationUs},
    {"latency_us", kDurationUs},
    {"latency_micros", kDurationUs},
    {"elapsed_us", kDurationUs},
    {"duration_ns", kDurationNs},
    {"duration_nanos", kDurationNs},
    {"latency_ns", kDurationNs},
    {"elapsed_ns", kDurationNs},
    {"event.duration", kDurationNs},  // Elastic
    {"duration", kDurationMs},
    {"latency", kDurationMs},
    {"elapsed", kDurationMs},        // Serilog
    {"response_time", kDurationMs},  // pino-http
    {"request_duration", kDurationMs},
    {"elapsed_time", kDurationMs},
    {"grpc.time_ms", kDurationMs},
    {"took", kDurationMs},
    {"request_time", kDurationS},            // nginx
    {"upstream_response_time", kDurationS},  // nginx
    {"target_processing_time", kDurationS},  // AWS load balancers
    {"httpRequest.latency", kDurationS},     // Google Cloud: "0.25s"

    {"peer.service", kPeer},       // OpenTelemetry
    {"service.peer.name", kPeer},  // OpenTelemetry, newer
    {"peer_service", kPeer},
    {"peer", kPeer},
    {"upstream_service", kPeer},
    {"target_service", kPeer},
    {"remote_service", kPeer},
    {"callee", kPeer},
    {"upstream", kPeer},
    {"downstream", kPeer},

    {"trace_id", kTraceId},
    {"trace.id", kTraceId},  // Elastic
    {"dd.trace_id", kTraceId},
    {"@tr", kTraceId},  // Serilog compact
    {"xray_trace_id", kTraceId},
    {"request_id", kTraceId},

    // Metrics.
    {"metric", kMetricName},
    {"metric_name", kMetricName},
    {"__name__", kMetricName},
    {"name", kMetricName},
    {"value", kMetricValue},
    {"metric_value", kMetricValue},
    {"metric_type", kMetricKind},
    {"kind", kMetricKind},
    {"type", kMetricKind},
    {"unit", kUnit},
    {"labels", kLabels},
    {"dimensions", kLabels},
    {"tags", kLabels},

    // Parts of changes, alarms and spans.
    {"commit_sha", kIgnore, kNone, false, kHintCommit},
    {"commit", kIgnore, kNone, false, kHintCommit},
    {"sha", kIgnore, kNone, false, kHintCommit},
    {"files_changed", kIgnore, kNone, false, kHintFiles},
    {"files", kIgnore, kNone, false, kHintFiles},
    {"paths", kIgnore, kNone, false, kHintFiles},
    {"diff", kIgnore, kNone, false, kHintFiles},
    {"flag", kIgnore, kNone, false, kHintFlag},
    {"_aws", kIgnore, kNone, false, kHintEmf},  // CloudWatch's embedded metric format
    {"change", kIgnore, kNone, false, kHintChange},
    {"monitor", kIgnore, kNone, false, kHintAlarm},
    {"alert", kIgnore, kNone, false, kHintAlarm},
    {"alarm", kIgnore, kNone, false, kHintAlarm},
    {"alert_name", kIgnore, kNone, false, kHintAlarm},
    {"alarm_name", kIgnore, kNone, false, kHintAlarm},
    {"threshold", kIgnore, kNone, false, kHintAlarmDetail},
    {"observed", kIgnore, kNone, false, kHintAlarmDetail},
    {"state", kIgnore, kNone, false, kHintAlarmDetail},
    {"span_id", kIgnore, kNone, false, kHintSpan},
    {"parent_id", kIgnore, kNone, false, kHintSpanDetail},
    {"parent_span_id", kIgnore, kNone, false, kHintSpanDetail},
};

constexpr std::string_view kContainers[] = {
    "fields",      // tracing (Rust), winston
    "attributes",  // OpenTelemetry, Datadog
    "resource",    // OpenTelemetry
    "resource.attributes",
    "properties",   // Serilog
    "jsonPayload",  // Google Cloud
    "record",       // loguru
    "metadata",     // winston
    "meta",
    "extra",
    "context",  // Monolog
    "data",
    "ctx",
};

}  // namespace

std::span<const KnownField> known_fields() { return kKnownFields; }

std::span<const std::string_view> container_fields() { return kContainers; }

}  // namespace inkling::ingest
