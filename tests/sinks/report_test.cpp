#include "sinks/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "sinks/incident_json.h"
#include "tests/support/incident_builder.h"
#include "tests/support/report_context.h"
#include "tests/support/temp_directory.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::make_report_context;
using testing::HasSubstr;
using testing::Not;

// Compares with the file, or writes it: INKLING_UPDATE_GOLDEN=1 sinks_tests. Look at the difference
// before committing it.
void expect_golden(const std::string& name, const std::string& content) {
  const std::string path = std::string(INKLING_GOLDEN_DIR) + "/" + name;
  if (std::getenv("INKLING_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << content;
    return;
  }
  const std::string expected = read_file(path);
  if (content == expected) return;
  std::size_t at = 0;
  while (at < content.size() && at < expected.size() && content[at] == expected[at]) ++at;
  const std::size_t from = at < 60 ? 0 : at - 60;
  ADD_FAILURE() << name << " differs at byte " << at << "\n is: " << content.substr(from, 160)
                << "\nwas: " << expected.substr(from, 160);
}

TEST(ReportTest, MarkdownIsAsBefore) {
  expect_golden("bad_deploy.md", report_markdown(IncidentBuilder().build(), make_report_context()));
}

TEST(ReportTest, JsonIsAsBefore) {
  expect_golden("bad_deploy.json", report_json(IncidentBuilder().build(), make_report_context()));
}

TEST(ReportTest, HtmlIsAsBefore) {
  expect_golden("bad_deploy.html", report_html(IncidentBuilder().build(), make_report_context()));
}

TEST(ReportTest, MarkdownWithoutCulpritIsAsBefore) {
  expect_golden("no_change.md",
                report_markdown(IncidentBuilder().without_culprit().resolved().build(),
                                make_report_context()));
}

TEST(ReportTest, SameInputGivesTheSameBytes) {
  const auto context = make_report_context();
  EXPECT_EQ(report_markdown(IncidentBuilder().build(), context),
            report_markdown(IncidentBuilder().build(), context));
  EXPECT_EQ(report_html(IncidentBuilder().build(), context),
            report_html(IncidentBuilder().build(), context));
}

TEST(ReportTest, IsTheSameWhenRenderedFromItsJson) {
  IncidentBuilder builder;
  // Digits beyond the sixth must not decide what a page shows.
  builder.edit().anomalies[0].peak = 0.24149999999;
  builder.edit().changes[0].p = 0.94249999999;
  for (BandPoint& p : builder.edit().evidence[0].plot) p.value *= 1.0000001234567;
  const Incident incident = builder.build();
  const auto context = make_report_context();
  const auto stored = report_from_json(report_json(incident, context));
  ASSERT_TRUE(stored.has_value()) << stored.error().message;
  EXPECT_EQ(report_markdown(stored->incident, stored->context), report_markdown(incident, context));
  EXPECT_EQ(report_html(stored->incident, stored->context), report_html(incident, context));
}

TEST(ReportTest, HtmlFetchesNothingAndRunsNothing) {
  const std::string html = report_html(IncidentBuilder().build(), make_report_context());
  for (const char* forbidden : {"<script", "src=", "@import", "url(", "<link", "<iframe",
                                "http:", "https:", "javascript:", " onload", " onclick"}) {
    EXPECT_THAT(html, Not(HasSubstr(forbidden)));
  }
}

TEST(ReportTest, HtmlLinksLeadToRowsThatExist) {
  const std::string html = report_html(IncidentBuilder().build(), make_report_context());
  const std::regex link("href=\"#(ev-[0-9]+)\"");
  int links = 0;
  for (std::sregex_iterator i(html.begin(), html.end(), link), end; i != end; ++i, ++links) {
    EXPECT_THAT(html, HasSubstr("id=\"" + (*i)[1].str() + "\""));
  }
  EXPECT_GT(links, 10);
}

TEST(ReportTest, HtmlTagsAreBalanced) {
  const std::string html = report_html(IncidentBuilder().build(), make_report_context());
  const auto count = [&](const std::string& pattern) {
    const std::regex regex(pattern);
    return std::distance(std::sregex_iterator(html.begin(), html.end(), regex),
                         std::sregex_iterator());
  };
  for (const std::string tag : {"div", "section", "table", "tr", "td", "ul", "ol", "li", "span",
                                "p", "svg", "g", "details", "figure", "main", "body", "html"}) {
    EXPECT_EQ(count("<" + tag + "[ >]"), count("</" + tag + ">")) << tag;
  }
}

constexpr const char* kHostile =
    "</title></style><script>alert(1)</script><img src=x onerror=alert(1)> \"'>& `code` | cell | "
    "*b* _i_ [l](javascript:x) ![i](http://evil.example/x.png) @everyone #1\n# heading\r\n- "
    "list\x07"
    "\x1B[31m\xE2\x80\xAE"
    "gnp.exe\xE2\x81\xA6\xFF";

TEST(ReportTest, HostileTextStaysTextInHtml) {
  const std::string html =
      report_html(IncidentBuilder().with_text_everywhere(kHostile).build(), make_report_context());
  for (const char* forbidden : {"<script", "<img", "</title></style>", "\xE2\x80\xAE",
                                "\xE2\x81\xA6", "\x07", "\x1B", "\xFF", "\r"}) {
    EXPECT_THAT(html, Not(HasSubstr(forbidden)));
  }
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

// What a Markdown reader may still take as markup: escaped characters and code spans are removed.
std::string without_escapes_and_code(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\\') {
      i += 2;
    } else if (text[i] == '`') {
      const std::size_t end_of_fence = std::min(text.find_first_not_of('`', i), text.size());
      const std::string_view fence = text.substr(i, end_of_fence - i);
      std::size_t close = end_of_fence;
      while ((close = text.find(fence, close)) != std::string_view::npos) {
        const std::size_t behind = text.find_first_not_of('`', close);
        if (std::min(behind, text.size()) - close == fence.size()) break;
        close = std::min(behind, text.size());
      }
      if (close == std::string_view::npos) {
        out += text.substr(i);  // a fence without an end is markup that leaked
        break;
      }
      i = close + fence.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

TEST(ReportTest, HostileTextStaysTextInMarkdown) {
  const std::string markdown = report_markdown(
      IncidentBuilder().with_text_everywhere(kHostile).build(), make_report_context());
  const std::string active = without_escapes_and_code(markdown);
  EXPECT_THAT(active, Not(testing::ContainsRegex("[]<[`~$@!]")));
  for (const char* forbidden :
       {"\n# heading", "\n- list", "\xE2\x80\xAE", "\x07", "\x1B", "\xFF"}) {
    EXPECT_THAT(markdown, Not(HasSubstr(forbidden)));
  }
}

TEST(ReportTest, MarkdownTableRowsKeepTheirCells) {
  const std::string markdown = report_markdown(
      IncidentBuilder().with_text_everywhere(kHostile).build(), make_report_context());
  std::istringstream lines(markdown);
  std::size_t cells = 0;  // of the table we are in
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) {
      cells = 0;
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    }
    if (cells == 0) cells = bars;
    EXPECT_EQ(bars, cells) << line;
  }
}

TEST(ReportTest, LongTextIsCut) {
  const std::string text(100'000, 'x');
  const Incident incident = IncidentBuilder().with_text_everywhere(text).build();
  EXPECT_LT(report_html(incident, make_report_context()).size(), 200'000u);
  EXPECT_LT(report_markdown(incident, make_report_context()).size(), 60'000u);
}

TEST(ReportTest, SizeIsBoundedWithManyParts) {
  IncidentBuilder builder;
  Incident& incident = builder.edit();
  for (int i = 0; i < 2'000; ++i) {
    incident.timeline.push_back(incident.timeline[0]);
    incident.evidence.push_back(incident.evidence[0]);
    incident.changes.push_back(incident.changes[1]);
    incident.services.push_back(incident.services[1]);
  }
  const std::string html = report_html(builder.build(), make_report_context());
  EXPECT_LT(html.size(), 400'000u);
  EXPECT_THAT(html, HasSubstr("more in the JSON report"));
}

TEST(ReportTest, TellsOfBooksThatDoNotBalance) {
  auto context = make_report_context();
  context.ledger.lines += 5;
  EXPECT_THAT(report_markdown(IncidentBuilder().build(), context),
              HasSubstr("The books do not balance"));
}

TEST(ReportTest, RendersAnEmptyIncident) {
  EXPECT_THAT(report_markdown(Incident{}, {}), HasSubstr("**What to do next**"));
  EXPECT_THAT(report_html(Incident{}, {}), HasSubstr("</html>"));
  EXPECT_TRUE(report_from_json(report_json(Incident{}, {})).has_value());
}

}  // namespace
}  // namespace inkling::sinks
