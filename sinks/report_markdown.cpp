#include <fmt/format.h>

#include <algorithm>

#include "core/json_writer.h"
#include "sinks/escape.h"
#include "sinks/narrative.h"
#include "sinks/quantity.h"
#include "sinks/report.h"
#include "sinks/report_parts.h"

namespace inkling::sinks {
namespace {

constexpr std::size_t kSparkColumns = 40;

// Escaped running text of something untrusted.
std::string prose(std::string_view text, std::size_t most = kMaxText) {
  return markdown_escape(clean_text(text, most));
}
std::string code(std::string_view text, std::size_t most = kMaxText) {
  return markdown_code(clean_text(text, most));
}

std::string bullets(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "- " + markdown_escape(line) + "\n";
  return out;
}

std::string handles(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (const std::uint32_t number : numbers) {
    out += fmt::format("{}`ev:{}`", out.empty() ? "" : " ", number);
  }
  return out.empty() ? "-" : out;
}

std::string head(const Incident& incident) {
  std::string out = fmt::format("# {} {}\n\n", severity_name(incident.severity),
                                prose(incident.title, kMaxTitle));
  out += fmt::format("**{}** · incident {} revision {} · updated {}\n\n",
                     incident_state_name(incident.state), code(incident.id, 64), incident.revision,
                     utc_time(incident.updated));
  return out;
}

std::string first_screen(const Incident& incident) {
  const Narrative n = narrate(incident);
  std::string out;
  if (!n.broken.empty()) out += "**What is broken**\n\n" + bullets(n.broken) + "\n";
  out += "**For whom**\n\n" + bullets(n.affected);
  if (!incident.severity_reason.empty()) {
    out += fmt::format("- {} ({})\n", prose(incident.severity_reason),
                       severity_name(incident.severity));
  }
  out += "\n**Since** " + markdown_escape(n.since) + "\n\n";
  out += fmt::format("**Most likely cause** {}\n\n", markdown_escape(n.cause));
  out += fmt::format("**How sure** {}\n\n", markdown_escape(n.confidence));
  if (!n.because.empty()) out += bullets(n.because) + "\n";
  out += "**What to do next**\n\n";
  for (std::size_t i = 0; i < n.next.size(); ++i) {
    out += fmt::format("{}. {}\n", i + 1, markdown_escape(n.next[i]));
  }
  if (!n.ruled_out.empty()) out += "\n**Ruled out**\n\n" + bullets(n.ruled_out);
  return out + "\n";
}

std::string timeline(const Incident& incident) {
  if (incident.timeline.empty()) return "";
  std::string out = "## Timeline (UTC)\n\n";
  const std::size_t shown = std::min(incident.timeline.size(), kMaxTimeline);
  for (std::size_t i = 0; i < shown; ++i) {
    const TimelineEntry& entry = incident.timeline[i];
    out += fmt::format("- `{}` {}", utc_clock(entry.time), prose(entry.text));
    if (entry.evidence > 0) out += fmt::format(" (`ev:{}`)", entry.evidence);
    out += "\n";
  }
  if (const std::string rest = rest_note(incident.timeline.size(), shown); !rest.empty()) {
    out += "- " + rest + "\n";
  }
  return out + "\n";
}

std::string signals(const Incident& incident) {
  const ChartList list = choose_charts(incident);
  if (list.charts.empty()) return "";
  std::string out = "## Signals\n\n";
  for (const Chart& chart : list.charts) {
    out += fmt::format("- {} {}", markdown_code(chart.label), markdown_escape(chart.caption));
    if (!chart.handle.empty()) out += fmt::format(" (`{}`)", chart.handle);
    const auto& points = chart.plot.points;
    const std::string shape = sparkline(points, kSparkColumns);
    if (!shape.empty()) {
      out += fmt::format("  \n  `{}` {} to {}", shape, utc_clock(points.front().time),
                         utc_clock(points.back().time));
    }
    out += "\n";
  }
  if (list.left_out > 0) {
    out += fmt::format("- and {} more in the JSON report\n", list.left_out);
  }
  return out + "\n";
}

std::string suspect(const Suspect& s, std::size_t rank) {
  const bool is_change = s.kind == Suspect::Kind::kChange;
  std::string out =
      fmt::format("**{}. {}** {} · p = {} · {}\n\n", rank,
                  markdown_escape(is_change ? change_name(s) : clean_text(s.id, kMaxTitle)),
                  suspect_verdict_name(s.verdict), percent(s.p), utc_time(s.time));
  if (!s.title.empty()) {
    out += prose(s.title, kMaxTitle);
    if (!s.author.empty()) out += ", by " + prose(s.author, 80);
    out += "\n\n";
  }
  if (is_change) out += "id " + code(s.id, 80) + "\n\n";
  if (s.terms.empty()) return out;
  out += "| term | log-odds | reason | evidence |\n|---|---:|---|---|\n";
  for (const SuspectTerm& term : s.terms) {
    out +=
        fmt::format("| {} | {}{} | {} | {} |\n", prose(term.name, 60), term.log_odds > 0 ? "+" : "",
                    format_number(term.log_odds, 3), prose(term.reason), handles(term.evidence));
  }
  out += fmt::format("| **total** | **{}{}** | | |\n\n", s.log_odds > 0 ? "+" : "",
                     format_number(s.log_odds, 3));
  return out;
}

std::string suspects(const Incident& incident) {
  std::string out = fmt::format("## Suspects: changes\n\nNo change explains this: p = {}\n\n",
                                percent(incident.p_no_change));
  const auto list = [&](const std::vector<Suspect>& all) {
    const std::size_t shown = std::min(all.size(), kMaxSuspectsShown);
    for (std::size_t i = 0; i < shown; ++i) out += suspect(all[i], i + 1);
    if (const std::string rest = rest_note(all.size(), shown); !rest.empty()) out += rest + "\n\n";
  };
  list(incident.changes);
  if (!incident.nodes.empty()) {
    out += "## Suspects: services\n\n";
    list(incident.nodes);
  }
  return out;
}

std::string services(const Incident& incident) {
  if (incident.services.empty()) return "";
  std::string out =
      "## Services\n\n| service | part | first sign | deviation | strongest sign |\n"
      "|---|---|---|---:|---|\n";
  const std::size_t shown = std::min(incident.services.size(), kMaxServices);
  for (std::size_t i = 0; i < shown; ++i) {
    const AffectedService& s = incident.services[i];
    out += fmt::format("| {} | {} | {} | {} | {} |\n", code(s.service, 80),
                       s.is_core ? "core" : "victim", utc_clock(s.first_sign),
                       format_number(s.deviation, 3), prose(s.summary));
  }
  if (const std::string rest = rest_note(incident.services.size(), shown); !rest.empty()) {
    out += "\n" + rest + "\n";
  }
  return out + "\n";
}

std::string exemplars(const Incident& incident) {
  const std::vector<Exemplar> all = choose_exemplars(incident);
  if (all.empty()) return "";
  std::string out = "## Log lines\n\n";
  for (const Exemplar& e : all) {
    out += fmt::format("- {}  \n  {}\n", markdown_escape(e.origin), markdown_code(e.text));
  }
  return out + "\n";
}

std::string evidence(const Incident& incident) {
  if (incident.evidence.empty()) return "";
  std::string out =
      "## Evidence\n\n| handle | kind | time | fact | where |\n|---|---|---|---|---|\n";
  const std::size_t shown = std::min(incident.evidence.size(), kMaxEvidence);
  for (std::size_t i = 0; i < shown; ++i) {
    const Evidence& e = incident.evidence[i];
    out += fmt::format("| `ev:{}` | {} | {} | {} | {} |\n", e.number, evidence_kind_name(e.kind),
                       utc_clock(e.time), markdown_escape(evidence_text(e)), evidence_place(e));
  }
  if (const std::string rest = rest_note(incident.evidence.size(), shown); !rest.empty()) {
    out += "\n" + rest + "\n";
  }
  return out + "\n";
}

}  // namespace

std::string report_markdown(const Incident& original, const ReportContext& context) {
  const Incident incident = as_reported(original);
  std::string out = head(incident) + first_screen(incident);
  if (context.explanation) out += explanation_markdown(*context.explanation);
  out += timeline(incident) + signals(incident) + suspects(incident) + services(incident) +
         exemplars(incident) + evidence(incident);
  out += "## Quality of the data\n\n" + bullets(data_quality(incident, context.ledger)) + "\n";
  out += fmt::format("---\nInkling {} · input: {} · all times UTC · same input, same bytes\n",
                     prose(context.version, 60), prose(context.input, 200));
  return out;
}

}  // namespace inkling::sinks
