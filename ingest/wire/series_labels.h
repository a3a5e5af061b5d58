#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/batch.h"
#include "ingest/record_fields.h"
#include "ingest/wire/attribute_names.h"

namespace inkling::ingest {

// The series that a point belongs to. Views into the batch.
struct LabeledSeries {
  std::string_view service;
  std::string_view version;
  std::uint32_t first_label = 0;
  std::uint32_t label_count = 0;
};

// Collects the labels of one series in the batch, and finds out whose series it is: of the labels
// that stand for a service (a version) the one of the best rank, unless the sender said it
// elsewhere. Service and version are no labels then; a label that says something else stays.
// Not thread-safe: one per decoder.
class SeriesLabels {
 public:
  // `names` outlives this.
  explicit SeriesLabels(AttributeNames& names) : names_(names) {}

  void begin(const Batch& batch) {
    first_ = batch.labels.size();
    fields_.reset();
    named_.clear();
  }
  void add(std::string_view name, std::string_view value, ScalarKind kind, Batch& batch);
  // Takes the labels back.
  void drop(Batch& batch) const { batch.labels.resize(first_); }
  std::size_t count(const Batch& batch) const { return batch.labels.size() - first_; }
  // `service` and `version`: as said elsewhere, "" = not. More labels may be pushed before.
  LabeledSeries finish(std::string_view service, std::string_view version, Batch& batch);

 private:
  AttributeNames& names_;
  RecordFields fields_;               // what the labels say of service and version
  std::vector<std::uint32_t> named_;  // labels that stand for a service or a version
  std::size_t first_ = 0;
};

}  // namespace inkling::ingest
