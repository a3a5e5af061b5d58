#include "sinks/html_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/json_writer.h"
#include "sinks/escape.h"
#include "sinks/narrative.h"
#include "sinks/plot_svg.h"
#include "sinks/quantity.h"
#include "sinks/report_parts.h"

namespace inkling::sinks {
namespace {

// Log-odds are clipped to this range (core/incident.h).
constexpr double kLowestOdds = -6;
constexpr double kHighestOdds = 4;
// The first suspect is unfolded, and those still in question; the rest waits folded.
constexpr double kInQuestion = 0.1;

std::string text_of(std::string_view text, std::size_t most = kMaxText) {
  return html_escape(clean_text(text, most));
}

std::string handle_link(std::uint32_t number) {
  return fmt::format("<a class=\"mono\" href=\"#ev-{0}\">ev:{0}</a>", number);
}

std::string rest_paragraph(std::size_t total, std::size_t shown) {
  const std::string rest = rest_note(total, shown);
  return rest.empty() ? "" : "<p class=\"soft\">" + rest + "</p>";
}

std::string signed_number(double value) {
  return fmt::format("{}{}", value > 0 ? "+" : "", format_number(value, 3));
}

// A bar from zero to the left (speaks against) or to the right (speaks for).
std::string odds_bar(double log_odds) {
  const auto x = [](double value) {
    return (value - kLowestOdds) / (kHighestOdds - kLowestOdds) * 100;
  };
  const double end = std::isfinite(log_odds) ? std::clamp(log_odds, kLowestOdds, kHighestOdds) : 0;
  return fmt::format(
      "<svg class=\"odds\" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\">"
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"2\" width=\"{:.1f}\" height=\"10\"/>"
      "<line class=\"zero\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"0\" y2=\"14\"/></svg>",
      end < 0 ? "neg" : "pos", std::min(x(0), x(end)), std::abs(x(end) - x(0)), x(0), x(0));
}

std::string term_rows(const Suspect& s) {
  std::string out;
  for (const SuspectTerm& term : s.terms) {
    std::string handles;
    for (const std::uint32_t number : term.evidence) handles += " " + handle_link(number);
    out += fmt::format(
        "<tr><td class=\"nowrap\"><b>{}</b></td><td class=\"oddscell\">{}{}</td>"
        "<td class=\"full\">{}</td><td class=\"full\">{}</td></tr>",
        text_of(term.name, 60), odds_bar(term.log_odds), signed_number(term.log_odds),
        text_of(term.reason), handles);
  }
  out += fmt::format(
      "<tr><td><b>total</b></td><td class=\"oddscell\">{}<b>{}</b></td>"
      "<td class=\"full soft\">log-odds; the bar is cut at {} and +{}</td><td></td></tr>",
      odds_bar(s.log_odds), signed_number(s.log_odds), format_number(kLowestOdds, 1),
      format_number(kHighestOdds, 1));
  return out;
}

std::string suspect(const Suspect& s, bool unfolded) {
  const bool is_change = s.kind == Suspect::Kind::kChange;
  const std::string name = is_change ? change_name(s) : clean_text(s.id, kMaxTitle);
  const std::string_view verdict = suspect_verdict_name(s.verdict);
  std::string out = fmt::format(
      "<details{}><summary><span class=\"row\"><span class=\"name\"><b>{}</b> "
      "<span class=\"soft\">{}</span></span>"
      "<span class=\"meter\" aria-hidden=\"true\"><i style=\"width:{}%\"></i></span>"
      "<span class=\"p\">{}</span><span class=\"verdict v-{}\">{}</span></span></summary><div>",
      unfolded ? " open" : "", html_escape(name), utc_clock(s.time), meter_width(s.p),
      html_escape(percent(s.p)), verdict, verdict);
  if (!s.title.empty()) out += "<p>" + text_of(s.title, kMaxTitle) + "</p>";
  if (is_change) {
    out += "<p class=\"soft\">id <span class=\"mono\">" + text_of(s.id, 80) + "</span>";
    if (!s.previous_version.empty()) out += ", was " + text_of(s.previous_version, 60);
    if (!s.author.empty()) out += ", by " + text_of(s.author, 80);
    out += "</p>";
  }
  if (!s.terms.empty()) {
    out +=
        "<table class=\"stack terms\"><thead><tr><th>term</th><th>log-odds</th><th>why</th>"
        "<th>evidence</th></tr></thead><tbody>" +
        term_rows(s) + "</tbody></table>";
  }
  return out + "</div></details>\n";
}

std::string suspect_list(const std::vector<Suspect>& all) {
  std::string out;
  const std::size_t shown = std::min(all.size(), kMaxSuspectsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool open_case = all[i].verdict != SuspectVerdict::kExonerated && all[i].p >= kInQuestion;
    out += suspect(all[i], i == 0 || open_case);
  }
  return out + rest_paragraph(all.size(), shown);
}

}  // namespace

std::string meter_width(double p) {
  return std::isfinite(p) ? format_number(std::clamp(p, 0.0, 1.0) * 100, 3) : "0";
}

std::string html_plots(const Incident& incident) {
  const ChartList list = choose_charts(incident);
  if (list.charts.empty()) return "";
  std::string out =
      "<section><h2>Signals</h2><p class=\"legend\"><span>observed</span>"
      "<span class=\"k-band\">expected</span><span class=\"k-out\">outside</span>"
      "<span class=\"k-onset\">onset</span><span class=\"k-culprit\">change blamed</span>"
      "<span class=\"k-change\">other change</span></p>"
      "<div class=\"plots\">\n";
  for (const Chart& chart : list.charts) {
    std::string handle;
    if (!chart.handle.empty()) {
      handle = fmt::format(" <a class=\"mono\" href=\"#ev-{}\">{}</a>", chart.handle.substr(3),
                           chart.handle);
    }
    out += fmt::format("<figure class=\"card\"><figcaption><b>{}</b>{}{}</figcaption>{}</figure>\n",
                       html_escape(chart.label), html_escape(chart.caption), handle,
                       plot_svg(chart.plot));
  }
  out += "</div>";
  if (list.left_out > 0) {
    out += fmt::format("<p class=\"soft\">and {} more in the JSON report</p>", list.left_out);
  }
  return out + "</section>\n";
}

std::string html_timeline(const Incident& incident) {
  if (incident.timeline.empty()) return "";
  std::string out = "<section><h2>Timeline</h2><ol class=\"timeline\">\n";
  const std::size_t shown = std::min(incident.timeline.size(), kMaxTimeline);
  for (std::size_t i = 0; i < shown; ++i) {
    const TimelineEntry& entry = incident.timeline[i];
    out += fmt::format("<li><time datetime=\"{}\">{}</time><span>{}{}</span></li>\n",
                       format_timestamp(entry.time), utc_clock(entry.time), text_of(entry.text),
                       entry.evidence > 0 ? " " + handle_link(entry.evidence) : "");
  }
  return out + "</ol>" + rest_paragraph(incident.timeline.size(), shown) + "</section>\n";
}

std::string html_suspects(const Incident& incident) {
  std::string out = fmt::format(
      "<section><h2>Suspects: changes</h2><p class=\"soft\">No change explains this: p = {}</p>\n",
      html_escape(percent(incident.p_no_change)));
  out += suspect_list(incident.changes) + "</section>\n";
  if (incident.nodes.empty()) return out;
  return out + "<section><h2>Suspects: services</h2>\n" + suspect_list(incident.nodes) +
         "</section>\n";
}

std::string html_services(const Incident& incident) {
  if (incident.services.empty()) return "";
  std::string out =
      "<section><h2>Services</h2><div class=\"card\"><table class=\"stack\"><thead><tr>"
      "<th>service</th><th>part</th><th>first sign</th><th "
      "class=\"num\">deviation</th><th>strongest sign</th>"
      "</tr></thead><tbody>\n";
  const std::size_t shown = std::min(incident.services.size(), kMaxServices);
  for (std::size_t i = 0; i < shown; ++i) {
    const AffectedService& s = incident.services[i];
    out += fmt::format(
        "<tr><td><b>{}</b></td><td>{}</td><td class=\"nowrap\">{}</td><td class=\"num\">{}</td>"
        "<td class=\"full\">{}</td></tr>\n",
        text_of(s.service, 80), s.is_core ? "core" : "victim", utc_clock(s.first_sign),
        format_number(s.deviation, 3), text_of(s.summary));
  }
  return out + "</tbody></table></div>" + rest_paragraph(incident.services.size(), shown) +
         "</section>\n";
}

std::string html_exemplars(const Incident& incident) {
  const std::vector<Exemplar> all = choose_exemplars(incident);
  if (all.empty()) return "";
  std::string out = "<section><h2>Log lines</h2><ul class=\"lines\">\n";
  for (const Exemplar& e : all) {
    out += fmt::format("<li><span class=\"soft\">{}</span><code>{}</code></li>\n",
                       html_escape(e.origin), html_escape(e.text));
  }
  return out + "</ul></section>\n";
}

std::string html_evidence(const Incident& incident) {
  if (incident.evidence.empty()) return "";
  std::string out =
      "<section><h2>Evidence</h2><div class=\"card\"><table class=\"stack\"><thead><tr>"
      "<th>handle</th><th>kind</th><th>time</th><th>fact</th><th>where</th></tr></thead><tbody>\n";
  const std::size_t shown = std::min(incident.evidence.size(), kMaxEvidence);
  for (std::size_t i = 0; i < shown; ++i) {
    const Evidence& e = incident.evidence[i];
    out += fmt::format(
        "<tr id=\"ev-{0}\"><td class=\"mono nowrap\">ev:{0}</td><td class=\"nowrap\">{1}</td>"
        "<td class=\"nowrap\">{2}</td><td class=\"full\">{3}</td>"
        "<td class=\"full soft\">{4}</td></tr>\n",
        e.number, evidence_kind_name(e.kind), utc_clock(e.time), html_escape(evidence_text(e)),
        html_escape(evidence_place(e)));
  }
  return out + "</tbody></table></div>" + rest_paragraph(incident.evidence.size(), shown) +
         "</section>\n";
}

}  // namespace inkling::sinks
