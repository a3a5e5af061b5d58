#include "ingest/wire/series_labels.h"

#include <algorithm>

namespace inkling::ingest {

void SeriesLabels::add(std::string_view name, std::string_view value, ScalarKind kind,
                       Batch& batch) {
  const FieldMeaning& meaning = names_.find(name);
  if (meaning.role == FieldRole::kService || meaning.role == FieldRole::kVersion) {
    offer_attribute(meaning, value, kind, fields_);
  }
  batch.labels.push_back({name, value});
}

LabeledSeries SeriesLabels::finish(std::string_view service, std::string_view version,
                                   Batch& batch) {
  LabeledSeries series{.service = service, .version = version};
  const FieldValue* const own_service = fields_.find(FieldRole::kService);
  const FieldValue* const own_version = fields_.find(FieldRole::kVersion);
  if (service.empty() && own_service) series.service = own_service->text;
  if (version.empty() && own_version) series.version = own_version->text;
  if (own_service || own_version) {
    const auto is_said = [&](const LabelView& label) {
      const FieldRole role = names_.find(label.name).role;
      return (role == FieldRole::kService && label.value == series.service) ||
             (role == FieldRole::kVersion && label.value == series.version);
    };
    const auto first = batch.labels.begin() + static_cast<std::ptrdiff_t>(first_);
    batch.labels.erase(std::remove_if(first, batch.labels.end(), is_said), batch.labels.end());
  }
  series.first_label = static_cast<std::uint32_t>(first_);
  series.label_count = static_cast<std::uint32_t>(count(batch));
  return series;
}

}  // namespace inkling::ingest
