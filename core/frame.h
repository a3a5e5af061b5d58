#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/padded_buffer.h"
#include "core/position.h"
#include "core/timestamp.h"

namespace inkling {

// How the bytes of a frame are to be read. kAuto: told by content when the origin is opened; it
// never reaches a decoder.
enum class Format : std::uint8_t {
  kAuto,
  kNdjson,        // a JSON object per line: logs, metrics, changes, alarms, told apart per line
  kJsonDocument,  // one JSON array or object: changes, alarms, spans
  kCsvMetrics,    // header line, then timestamp,value or timestamp,service,metric,value
  kText,          // a line is a message
  kTick,          // a reading of the clock, written by ourselves; no bytes
  // Wire formats of shippers. The numbers are on disk (docs/formats.md): new ones go to the end.
  kMessage,       // a line is a message, as it is; no layout is recognised
  kJsonStream,    // JSON values one behind the other, with or without anything between them
  kOtlpLogs,      // ExportLogsServiceRequest, protobuf
  kOtlpMetrics,   // ExportMetricsServiceRequest, protobuf
  kOtlpTraces,    // ExportTraceServiceRequest, protobuf
  kOtlpLogsJson,  // the same three in the protobuf JSON mapping of OTLP
  kOtlpMetricsJson,
  kOtlpTracesJson,
  kElasticBulk,    // action and document lines of an Elasticsearch _bulk request
  kLokiProto,      // logproto.PushRequest
  kLokiJson,       // {"streams": [...]}
  kHecEvents,      // Splunk HTTP event collector: JSON objects one behind the other
  kDatadogLogs,    // logs intake v2: array or object
  kFirehose,       // Data Firehose HTTP delivery: records of CloudWatch logs, metric streams, text
  kRemoteWriteV1,  // prometheus.WriteRequest
  kRemoteWriteV2,  // io.prometheus.write.v2.Request
  kForward,        // messages of the Fluent forward protocol v1, msgpack
  kMsgpackEvents,  // entries [[time, metadata], record] or [time, record], msgpack
  kSyslog,         // a message of RFC 5424 or RFC 3164 per line
  kStatsd,         // a StatsD or DogStatsD message per line
  kExposition,     // a scraped page, Prometheus text 0.0.4 or OpenMetrics
  kEcsStats,       // task stats of the ECS metadata endpoint v4
};
inline constexpr std::size_t kFormatCount = 28;
inline constexpr Format kLastFormat = Format::kEcsStats;

// kSnappyBlock has no magic number and knows no streaming: whole bodies only.
enum class Encoding : std::uint8_t {
  kIdentity,
  kGzip,
  kZstd,
  kDeflate,
  kSnappyBlock,
  kSnappyFramed
};
inline constexpr std::size_t kEncodingCount = 6;
inline constexpr Encoding kLastEncoding = Encoding::kSnappyFramed;

// Names one source of frames, e.g. a file or a client; decides nothing but the watermark.
using OriginId = std::uint32_t;

// What travels with the bytes of a frame.
struct FrameHeader {
  Position position;  // of the frame's first record
  OriginId origin = 0;
  Format format = Format::kNdjson;
  Encoding encoding = Encoding::kIdentity;
  // Wall-clock time of arrival; none() in file replay, which has no arrival.
  Timestamp arrival = Timestamp::none();
};

// The unit of work of the pipeline: a whole frame, or a part of a large one cut at record
// boundaries. How frames are cut changes no result: positions inside are counted from the chunk,
// and the merge adds what the earlier chunks of the frame held.
struct FrameChunk {
  FrameHeader header;
  PaddedBuffer bytes;
  // The columns of a CSV origin: its header line, known once per origin. Shared by all its chunks.
  std::shared_ptr<const std::string> preamble;
  // What the sender said beside the bytes and holds for all records of the frame, e.g. in the query
  // of the request: lines "name=value" (core/frame_attributes.h). Null: nothing.
  std::shared_ptr<const std::string> attributes;
  // What the origin is called, e.g. the path of a file: names the series of a CSV file that has
  // only times and values. Null: not known.
  std::shared_ptr<const std::string> origin_name;
  bool begins_frame = true;
  bool ends_frame = true;
  // Windows close, and whatever else depends on order happens, only after such a chunk. The place
  // of these cuts is a function of the journal alone, never of the batch size.
  bool ends_epoch = true;
  // File replay only: every frame still to come begins at or after this time; holds the watermark
  // back for files that have not spoken yet. none() = not known.
  Timestamp horizon = Timestamp::none();
  // The origin will not speak again: its silence holds no watermark back.
  bool ends_origin = false;
};

}  // namespace inkling
