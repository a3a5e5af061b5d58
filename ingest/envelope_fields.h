#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/frame_attributes.h"
#include "ingest/field_table.h"
#include "ingest/line_reader.h"

namespace inkling::ingest {

// What names and values beside a line (labels of a stream, tags, attributes of a request) say of
// it, by the names the field table knows: service, version, route, peer and level. Of several names
// of one role the one that ranks first counts, whatever their order. Not thread-safe: one owner.
class EnvelopeFields {
 public:
  // The table outlives this.
  explicit EnvelopeFields(const FieldTable& fields) : fields_(&fields) {}

  // Both are views that live as long as the batch; `value` without escapes.
  void offer(std::string_view name, std::string_view value);
  // Takes the labels from `first` on out of the batch that say what the service and version of the
  // envelope say already.
  void drop_said_labels(std::size_t first, Batch& batch) const;
  const Envelope& envelope() const { return envelope_; }
  void reset();

 private:
  static constexpr std::size_t kRoles = 5;
  static constexpr std::uint8_t kNothing = 255;

  const FieldTable* fields_;
  Envelope envelope_;
  std::array<std::uint8_t, kRoles> ranks_ = {kNothing, kNothing, kNothing, kNothing, kNothing};
};

}  // namespace inkling::ingest
