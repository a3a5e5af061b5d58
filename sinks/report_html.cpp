#include <fmt/format.h>

#include <algorithm>

#include "sinks/escape.h"
#include "sinks/html_sections.h"
#include "sinks/narrative.h"
#include "sinks/quantity.h"
#include "sinks/report.h"
#include "sinks/report_parts.h"
#include "sinks/report_style.h"

namespace inkling::sinks {
namespace {

std::string text_of(std::string_view text, std::size_t most = kMaxText) {
  return html_escape(clean_text(text, most));
}

std::string items(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "<li>" + html_escape(line) + "</li>";
  return out;
}

// The policy holds even if an escape were forgotten: no script runs and nothing is fetched.
std::string opening(const Incident& incident) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
      "<meta name=\"referrer\" content=\"no-referrer\">"
      "<title>{} {}</title>\n<style>{}</style></head>\n<body><main>\n",
      severity_name(incident.severity), text_of(incident.title, kMaxTitle), report_style());
}

std::string head(const Incident& incident) {
  const std::string_view state = incident_state_name(incident.state);
  return fmt::format(
      "<header><div class=\"chips\"><span class=\"sev {0}\">{0}</span>"
      "<span class=\"chip state-{1}\">{1}</span>"
      "<span class=\"soft\">incident <span class=\"mono\">{2}</span> · revision {3} · updated {4}"
      "</span></div><h1>{5}</h1></header>\n",
      severity_name(incident.severity), state, text_of(incident.id, 64), incident.revision,
      utc_time(incident.updated), text_of(incident.title, kMaxTitle));
}

std::string card(std::string_view classes, std::string_view body) {
  return fmt::format("<div class=\"card{}{}\">{}</div>\n", classes.empty() ? "" : " ", classes,
                     body);
}

std::string cause_card(const Narrative& n) {
  std::string body = "<h3>What most likely caused it</h3>";
  body += "<p class=\"lead\">" + html_escape(n.cause) + "</p>";
  body += fmt::format("<div class=\"meter\" aria-hidden=\"true\"><i style=\"width:{}%\"></i></div>",
                      meter_width(n.cause_p));
  body += "<p><b>How sure:</b> " + html_escape(n.confidence) + "</p>";
  if (!n.because.empty()) body += "<ul>" + items(n.because) + "</ul>";
  return card("cause", body);
}

std::string answers(const Incident& incident) {
  const Narrative n = narrate(incident);
  std::string out = "<section class=\"answers\" aria-label=\"Summary\">\n";
  out += card("", "<h3>What is broken</h3><ul>" + items(n.broken) + "</ul>");
  std::string whom = "<h3>Since when</h3><p><b>" + html_escape(n.since) + "</b></p>";
  whom += "<h3 class=\"second\">For whom</h3><ul>" + items(n.affected);
  if (!incident.severity_reason.empty()) {
    whom += fmt::format("<li>{} ({})</li>", text_of(incident.severity_reason),
                        severity_name(incident.severity));
  }
  out += card("since", whom + "</ul>");
  out += cause_card(n);
  out += card("next", "<h3>What to do next</h3><ol>" + items(n.next) + "</ol>");
  const std::string ruled_out = n.ruled_out.empty()
                                    ? "<p class=\"soft\">nothing, no other change is known</p>"
                                    : "<ul>" + items(n.ruled_out) + "</ul>";
  out += card("wide", "<h3>Ruled out</h3>" + ruled_out);
  return out + "</section>\n";
}

}  // namespace

std::string report_html(const Incident& original, const ReportContext& context) {
  const Incident incident = as_reported(original);
  std::string out = opening(incident) + head(incident) + answers(incident);
  if (context.explanation) out += explanation_html(*context.explanation);
  out += html_plots(incident);
  out += html_timeline(incident);
  out += html_suspects(incident);
  out += html_services(incident);
  out += html_exemplars(incident);
  out += html_evidence(incident);
  out += "<section><h2>Quality of the data</h2><ul>" +
         items(data_quality(incident, context.ledger)) + "</ul></section>\n";
  out += fmt::format(
      "<footer>Inkling {} · input: {} · all times UTC · the same input gives the same bytes"
      "</footer>\n</main></body></html>\n",
      text_of(context.version, 60), text_of(context.input, 200));
  return out;
}

}  // namespace inkling::sinks
