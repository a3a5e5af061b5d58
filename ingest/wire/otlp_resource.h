#pragma once

#include <string_view>

#include "core/batch.h"
#include "ingest/record_fields.h"
#include "ingest/wire/attribute_names.h"
#include "ingest/wire/otlp_value.h"

namespace inkling::ingest {

// Whose telemetry it is: what the Resource message of OTLP says. Views into the batch.
//
// Service: service.name, unless it is the "unknown_service" of an SDK; else the first of the other
// names that stand for a service (ingest/field_names.cpp), e.g. aws.ecs.task.family, and the log
// group as the last. Names of the user's configuration come before all of them.
struct OtlpResource {
  RecordFields fields;           // service and version only
  std::string_view environment;  // deployment.environment.name, or its older name
  // service.instance.id, else the task, pod or host: keeps the counters of replicas apart.
  std::string_view instance;

  std::string_view region;   // cloud.region
  std::string_view account;  // cloud.account.id

  void reset() {
    fields.reset();
    environment = instance = region = account = {};
  }
  // Reads a Resource message. False if its bytes are broken; what was readable counts.
  bool read(std::string_view message, AttributeNames& names, Batch& batch);

  std::string_view service() const { return text_of(FieldRole::kService); }
  std::string_view version() const { return text_of(FieldRole::kVersion); }

 private:
  std::string_view text_of(FieldRole role) const {
    const FieldValue* const value = fields.find(role);
    return value ? value->text : std::string_view();
  }
};

// The Resource message (field 1) of a ResourceLogs, ResourceMetrics or ResourceSpans, wherever in
// it it stands: read into `resource`. False if one of them is broken.
bool read_otlp_resource(std::string_view message, AttributeNames& names, Batch& batch,
                        OtlpResource& resource);

}  // namespace inkling::ingest
