#include "ingest/wire/datadog_decoder.h"
#include "ingest/wire/ecs_stats_decoder.h"
#include "ingest/wire/elastic_bulk_decoder.h"
#include "ingest/wire/exposition_decoder.h"
#include "ingest/wire/firehose_decoder.h"
#include "ingest/wire/forward_decoder.h"
#include "ingest/wire/hec_decoder.h"
#include "ingest/wire/json_stream_decoder.h"
#include "ingest/wire/loki_json_decoder.h"
#include "ingest/wire/loki_proto_decoder.h"
#include "ingest/wire/otlp_json.h"
#include "ingest/wire/otlp_logs_decoder.h"
#include "ingest/wire/otlp_metrics_decoder.h"
#include "ingest/wire/otlp_traces_decoder.h"
#include "ingest/wire/remote_write_decoder.h"
#include "ingest/wire/statsd_decoder.h"
#include "ingest/wire/syslog_decoder.h"
#include "ingest/wire_decoder.h"

namespace inkling::ingest {

std::unique_ptr<WireDecoder> make_wire_decoder(Format format, const WireContext& context) {
  switch (format) {
    case Format::kOtlpLogs:
      return make_otlp_logs_decoder(context);
    case Format::kOtlpMetrics:
      return std::make_unique<OtlpMetricsDecoder>(context);
    case Format::kForward:
    case Format::kMsgpackEvents:
      return std::make_unique<ForwardDecoder>(format, context);
    case Format::kOtlpTraces:
      return make_otlp_traces_decoder(context);
    case Format::kRemoteWriteV1:
    case Format::kRemoteWriteV2:
      return make_remote_write_decoder(format, context);
    case Format::kOtlpLogsJson:
    case Format::kOtlpMetricsJson:
    case Format::kOtlpTracesJson:
      return make_otlp_json_decoder(format,
                                    make_wire_decoder(*otlp_protobuf_format(format), context));
    case Format::kSyslog:
      return std::make_unique<SyslogDecoder>(context);
    case Format::kStatsd:
      return std::make_unique<StatsdDecoder>(context);
    case Format::kJsonStream:
      return std::make_unique<JsonStreamDecoder>(context);
    case Format::kElasticBulk:
      return std::make_unique<ElasticBulkDecoder>(context);
    case Format::kLokiJson:
      return std::make_unique<LokiJsonDecoder>(context);
    case Format::kLokiProto:
      return std::make_unique<LokiProtoDecoder>(context);
    case Format::kHecEvents:
      return std::make_unique<HecDecoder>(context);
    case Format::kDatadogLogs:
      return std::make_unique<DatadogDecoder>(context);
    case Format::kFirehose:
      return std::make_unique<FirehoseDecoder>(context);
    case Format::kExposition:
      return std::make_unique<ExpositionDecoder>(context);
    case Format::kEcsStats:
      return std::make_unique<EcsStatsDecoder>();
    default:
      return nullptr;
  }
}

}  // namespace inkling::ingest
