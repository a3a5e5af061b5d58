#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/wire/frame_limits.h"
#include "ingest/wire/otlp_resource.h"
#include "ingest/wire/protobuf_reader.h"

namespace inkling::ingest {

// The way from a request of OTLP to its records: ExportLogsServiceRequest and
// ExportTraceServiceRequest are built alike (field 1 resources, 2 scopes, 2 records). Not
// thread-safe: one per decoder.
class OtlpWalk {
 public:
  OtlpWalk(AttributeNames& names, std::size_t max_records) : names_(names), limits_(max_records) {}

  // Of the record being visited.
  const OtlpResource& resource() const { return resource_; }

  // Calls decode(message, record) for each record, in order: what it says is wrong, and bytes that
  // are no such message, become broken lines.
  template <class Decode>
  void visit(std::string_view request, Batch& batch, Decode&& decode) {
    limits_.begin();
    each(request, bytes_key(1), batch, [&](std::string_view of_resource) {
      // A broken resource does not make its records unreadable.
      if (!read_otlp_resource(of_resource, names_, batch, resource_)) {
        add_broken(of_resource, batch);
      }
      each(of_resource, bytes_key(2), batch, [&](std::string_view scope) {
        each(scope, bytes_key(2), batch, [&](std::string_view message) {
          if (limits_.is_full(message, batch)) return;
          const std::uint32_t record = batch.lines++;
          const ParseError error = decode(message, record);
          if (error != ParseError::kNone) batch.broken.push_back({record, error, message});
        });
      });
    });
  }

 private:
  template <class Visit>
  static void each(std::string_view message, std::uint32_t key, Batch& batch, Visit&& visit) {
    ProtobufReader reader(message);
    while (reader.next()) {
      if (reader.key() == key) visit(reader.bytes());
    }
    if (reader.failed()) add_broken(message, batch);
  }

  static void add_broken(std::string_view message, Batch& batch) {
    batch.broken.push_back({batch.lines++, ParseError::kBadMessage, message});
  }

  AttributeNames& names_;
  FrameLimits limits_;
  OtlpResource resource_;
};

}  // namespace inkling::ingest
