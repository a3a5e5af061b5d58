#include "detect/series_table.h"

namespace inkling::detect {

SeriesRef SeriesTable::derived(SeriesKind kind, std::string_view name, std::string_view unit,
                               std::string_view service, std::string_view version,
                               std::string_view route) {
  return find_or_make(make_series_id(kind, name, service, version, route, {}), [&] {
    SeriesInfo info;
    info.kind = kind;
    info.name = name;
    info.unit = unit;
    info.service = service;
    info.version = version;
    info.route = route;
    return info;
  });
}

SeriesRef SeriesTable::template_count(TemplateId id, std::string_view text,
                                      std::string_view service) {
  const SeriesId series =
      make_series_id(SeriesKind::kTemplateCount, to_string(id), service, {}, {}, {});
  return find_or_make(series, [&] {
    SeriesInfo info;
    info.kind = SeriesKind::kTemplateCount;
    info.name = "log.template_count";
    info.unit = "records";
    info.service = service;
    info.template_id = id;
    info.template_text = text;
    return info;
  });
}

}  // namespace inkling::detect
