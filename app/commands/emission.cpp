#include "app/commands/emission.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <tuple>

#include "app/exit_code.h"
#include "sinks/emit.h"

namespace inkling::app {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    std::fputs("inkling: stdout cannot be written\n", stderr);
    std::_Exit(kExitIo);
  }
}

void Emission::print_verdicts(const EpochResult& epoch) const {
  for (const Verdict& verdict : epoch.verdicts) {
    const bool is_row = verdict.series->kind == SeriesKind::kMetric &&
                        verdict.kind != VerdictKind::kSilence &&
                        verdict.kind != VerdictKind::kStale;
    const ReplayInput::Line line =
        is_row ? input_.line_of(verdict.position) : ReplayInput::Line{"", 0};
    print(sinks::verdict_line(line.source, line.number, verdict));
  }
}

void Emission::take(const EpochResult& epoch) {
  if (kind_ == EmitKind::kVerdicts) print_verdicts(epoch);
  if (kind_ == EmitKind::kAnomalies) {
    for (const AnomalyUpdate& update : epoch.anomalies) {
      anomalies_[update.anomaly.id] = update.anomaly;
    }
  }
}

void Emission::print_templates(Pipeline& pipeline) const {
  detect::TemplateTable& templates = pipeline.merge().templates();
  std::map<std::uint64_t, std::string> texts;
  for (const detect::TemplateLine& kept : pipeline.merge().lines()) {
    const ReplayInput::Line line = input_.line_of(kept.position);
    const TemplateId id = templates.current(kept.skeleton);
    const auto [text, is_new] = texts.try_emplace(id.value);
    if (is_new) text->second = templates.text(id);
    sinks::TemplateRow row;
    row.source = line.source;
    row.line = line.number;
    row.skeleton_id = TemplateId{kept.skeleton};
    row.arrival_id = kept.arrival;
    row.template_id = id;
    row.text = text->second;
    print(sinks::template_line(row));
  }
}

void Emission::finish(Pipeline& pipeline, const std::vector<Incident>& incidents,
                      const sinks::ReportContext& context) {
  switch (kind_) {
    case EmitKind::kNone:
    case EmitKind::kVerdicts:
      break;
    case EmitKind::kTemplates:
      print_templates(pipeline);
      break;
    case EmitKind::kAnomalies: {
      std::vector<const Anomaly*> sorted;
      for (const auto& [id, anomaly] : anomalies_) sorted.push_back(&anomaly);
      std::sort(sorted.begin(), sorted.end(), [](const Anomaly* a, const Anomaly* b) {
        return std::tie(a->onset, a->series->id) < std::tie(b->onset, b->series->id);
      });
      for (const Anomaly* anomaly : sorted) print(sinks::anomaly_line(*anomaly));
      break;
    }
    case EmitKind::kIncidents:
      for (const Incident& incident : incidents) print(sinks::incident_line(incident));
      break;
    case EmitKind::kSuspects:
      if (const Incident* principal = principal_incident(incidents)) {
        print(sinks::suspect_lines(*principal));
      }
      break;
    case EmitKind::kImpacts:
      for (const Impact& impact : pipeline.correlator().impacts())
        print(sinks::impact_line(impact));
      break;
    case EmitKind::kReport:
      for (const Incident& incident : incidents) print(sinks::report_line(incident, context));
      break;
  }
}

const Incident* principal_incident(const std::vector<Incident>& incidents) {
  const auto rank = [](const Incident& incident) {
    return std::make_tuple(incident.alarms.empty(), incident.severity, incident.onset, incident.id);
  };
  const Incident* best = nullptr;
  for (const Incident& incident : incidents) {
    if (!best || rank(incident) < rank(*best)) best = &incident;
  }
  return best;
}

}  // namespace inkling::app
