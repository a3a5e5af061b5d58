#include "app/fill_gauges.h"

namespace inkling::app {

void export_fill(const detect::Merge::Fill& fill, const detect::DetectOptions& options,
                 MetricsRegistry& metrics) {
  const auto set = [&metrics](const char* name, const char* help, auto value) {
    metrics.gauge(name, help).set(static_cast<double>(value));
  };
  set("inkling_detect_series", "Series that are watched.", fill.series);
  set("inkling_detect_series_capacity", "Series that can be watched (max_series).",
      options.max_series);
  set("inkling_detect_refused_series", "Series that are not watched because the table is full.",
      fill.refused_series);
  set("inkling_detect_templates", "Templates that are told apart.", fill.templates);
  set("inkling_detect_templates_capacity", "Templates that can be told apart (max_templates).",
      options.templates.max_templates);
  set("inkling_detect_skeletons", "Masked messages that are known; several can be one template.",
      fill.skeletons);
  set("inkling_detect_flooding_services",
      "Services whose every line is another text; what is no template counts as other.",
      fill.flooding_services);
  set("inkling_detect_muted", "Findings in templates that a rule mutes, so far.", fill.muted);
  set("inkling_detect_open_slots", "Slots of event time that are still open.", fill.open_slots);
  set("inkling_detect_capped_names",
      "Services, versions and routes counted as \"other\" because a table was full.",
      fill.capped_names);
}

void export_rules(const std::vector<std::uint64_t>& matches, const detect::ScreenOptions& options,
                  MetricsRegistry& metrics) {
  for (std::size_t rule = 0; rule < options.rules.size(); ++rule) {
    MetricsRegistry::Counter& counter = metrics.counter(
        "inkling_detect_rule_matches_total", "Messages that matched a rule of the screen.",
        {{"rule", options.rules[rule].name}});
    const double now = rule < matches.size() ? static_cast<double>(matches[rule]) : 0;
    if (now > counter.value()) counter.add(now - counter.value());
  }
}

}  // namespace inkling::app
