#include "sinks/explanation.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

struct Heading {
  std::string_view kind;
  std::string_view title;
};
constexpr std::array<Heading, 4> kHeadings = {{{"cause", "Why"},
                                               {"finding", "What else the facts say"},
                                               {"next_step", "What to do"},
                                               {"ruled_out", "Ruled out"}}};

std::string title_of(const Explanation& e) {
  return e.by_model ? "Explained by a language model" : "Without a language model";
}

// What it cost and what was struck, in one line.
std::string account_of(const Explanation& e) {
  std::string text;
  if (!e.by_model) {
    text = fmt::format("Written from the numbers alone ({}).", clean_text(e.reason, kMaxTitle));
  } else {
    text = fmt::format("{}{}; every number, name and quotation was checked against the evidence",
                       clean_text(e.model, kMaxTitle), e.reused ? ", an earlier answer" : "");
    std::uint64_t struck = 0;
    std::string why;
    for (const auto& [reason, count] : e.struck) {
      struck += count;
      why += fmt::format("{}{} {}", why.empty() ? "" : ", ", count, clean_text(reason, 20));
    }
    text += struck == 0 ? ", nothing was struck out." : fmt::format(", struck out: {}.", why);
  }
  const std::uint64_t input = e.input_tokens + e.cache_read_tokens + e.cache_write_tokens;
  if (e.calls > 0) {
    text += fmt::format(" {} tokens in, {} out", input, e.output_tokens);
    text += std::isfinite(e.dollars) ? fmt::format(", ${}.", format_number(e.dollars, 3))
                                     : std::string(", price not known.");
  }
  return text;
}

std::string handles_of(const ExplainedStatement& statement) {
  std::string text;
  for (const std::string& handle : statement.evidence) {
    text += (text.empty() ? "" : ", ") + clean_text(handle, 40);
  }
  return text;
}

}  // namespace

void write_explanation(JsonWriter& w, const Explanation& e) {
  w.begin_object().member("by_model", e.by_model).member("model", e.model);
  w.member("reason", e.reason).member("reused", e.reused);
  w.key("statements").begin_array();
  for (const ExplainedStatement& statement : e.statements) {
    w.begin_object().member("kind", statement.kind).member("text", statement.text);
    w.key("evidence").begin_array();
    for (const std::string& handle : statement.evidence) w.value(handle);
    w.end_array().end_object();
  }
  w.end_array();
  w.key("struck").begin_object();
  for (const auto& [reason, count] : e.struck) w.member(reason, count);
  w.end_object();
  w.member("input_tokens", e.input_tokens).member("output_tokens", e.output_tokens);
  w.member("cache_read_tokens", e.cache_read_tokens);
  w.member("cache_write_tokens", e.cache_write_tokens);
  w.member("calls", e.calls).member("dollars", e.dollars).end_object();
}

Explanation read_explanation(const JsonValue& value) {
  Explanation e;
  const auto number = [&](std::string_view name) {
    const JsonValue* member = value.find(name);
    const std::int64_t count = member ? member->integer() : 0;
    return static_cast<std::uint64_t>(count < 0 ? 0 : count);
  };
  const auto flag = [&](std::string_view name) {
    const JsonValue* member = value.find(name);
    return member != nullptr && member->boolean();
  };
  e.by_model = flag("by_model");
  e.reused = flag("reused");
  e.model = value.text_of({"model"});
  e.reason = value.text_of({"reason"});
  if (const JsonValue* statements = value.find("statements")) {
    for (const JsonValue& row : statements->array()) {
      ExplainedStatement statement;
      statement.kind = row.text_of({"kind"});
      statement.text = row.text_of({"text"});
      if (const JsonValue* evidence = row.find("evidence")) {
        for (const JsonValue& handle : evidence->array()) {
          statement.evidence.emplace_back(handle.text());
        }
      }
      e.statements.push_back(std::move(statement));
    }
  }
  if (const JsonValue* struck = value.find("struck")) {
    for (const auto& [reason, count] : struck->object()) {
      e.struck.emplace_back(reason, static_cast<std::uint64_t>(count.integer()));
    }
  }
  e.input_tokens = number("input_tokens");
  e.output_tokens = number("output_tokens");
  e.cache_read_tokens = number("cache_read_tokens");
  e.cache_write_tokens = number("cache_write_tokens");
  e.calls = static_cast<std::uint32_t>(number("calls"));
  const JsonValue* dollars = value.find("dollars");
  e.dollars = dollars ? dollars->number() : kAbsent;
  return e;
}

std::string explanation_markdown(const Explanation& e) {
  std::string out = "## " + title_of(e) + "\n\n";
  for (const ExplainedStatement& s : e.statements) {
    if (s.kind == "headline") out += "**" + markdown_escape(clean_text(s.text)) + "**\n\n";
  }
  for (const Heading& heading : kHeadings) {
    std::string lines;
    for (const ExplainedStatement& s : e.statements) {
      if (s.kind != heading.kind) continue;
      lines += fmt::format("- {} ({})\n", markdown_escape(clean_text(s.text)),
                           markdown_code(handles_of(s)));
    }
    if (!lines.empty()) out += fmt::format("{}:\n\n{}\n", heading.title, lines);
  }
  return out + "_" + markdown_escape(account_of(e)) + "_\n\n";
}

std::string explanation_html(const Explanation& e) {
  std::string out = "<section><h2>" + title_of(e) + "</h2>\n";
  for (const ExplainedStatement& s : e.statements) {
    if (s.kind == "headline") {
      out += "<p><b>" + html_escape(clean_text(s.text)) + "</b></p>\n";
    }
  }
  for (const Heading& heading : kHeadings) {
    std::string lines;
    for (const ExplainedStatement& s : e.statements) {
      if (s.kind != heading.kind) continue;
      lines += fmt::format("<li>{} <span class=\"soft mono\">{}</span></li>",
                           html_escape(clean_text(s.text)), html_escape(handles_of(s)));
    }
    if (!lines.empty()) out += fmt::format("<h3>{}</h3><ul>{}</ul>\n", heading.title, lines);
  }
  return out + "<p class=\"soft\">" + html_escape(account_of(e)) + "</p></section>\n";
}

}  // namespace inkling::sinks
