#include "ingest/wire/series_labels.h"

namespace inkling::ingest {

void SeriesLabels::add(std::string_view name, std::string_view value, ScalarKind kind,
                       Batch& batch) {
  const FieldMeaning& meaning = names_.find(name);
  if (meaning.role == FieldRole::kService || meaning.role == FieldRole::kVersion) {
    offer_attribute(meaning, value, kind, fields_);
    named_.push_back(static_cast<std::uint32_t>(batch.labels.size()));
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
  for (std::size_t i = named_.size(); i-- > 0;) {
    const auto label = batch.labels.begin() + named_[i];
    const FieldRole role = names_.find(label->name).role;
    const std::string_view said = role == FieldRole::kService ? series.service : series.version;
    if (!label->value.empty() && label->value == said) batch.labels.erase(label);
  }
  series.first_label = static_cast<std::uint32_t>(first_);
  series.label_count = static_cast<std::uint32_t>(count(batch));
  return series;
}

}  // namespace inkling::ingest
