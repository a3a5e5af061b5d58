#pragma once

#include <string_view>

#include "core/batch.h"
#include "ingest/json_cursor.h"
#include "ingest/line_reader.h"

namespace inkling::ingest {

// The service a log group belongs to: "/aws/lambda/api", "/ecs/api" and the like are "api", any
// other group is its own name.
std::string_view service_of_log_group(std::string_view group);

// Reads the documents that CloudWatch Logs sends to its subscribers:
//
//   {"messageType":"DATA_MESSAGE","owner":"...","logGroup":"/ecs/api","logStream":"...",
//    "logEvents":[{"id":"...","timestamp":<ms>,"message":"..."}]}
//
// A record is an event of the log; its message is read as any line inside an envelope. A control
// message (the probe when a subscription is made) counts as an empty line. Not thread-safe.
class CloudWatchLogs {
 public:
  explicit CloudWatchLogs(LineReader& lines) : lines_(lines) {}

  // True if an object looks like one of these.
  static bool is_one(std::string_view object);
  // Adds the events of the document. `service` is what the frame says for all: it counts more than
  // the log group.
  void read(std::string_view object, std::string_view service, Batch& batch);

 private:
  void read_events(JsonCursor& cursor, const Envelope& group, Batch& batch);
  ParseError read_event(std::string_view event, Envelope envelope, std::uint32_t record,
                        Batch& batch);

  LineReader& lines_;
};

}  // namespace inkling::ingest
