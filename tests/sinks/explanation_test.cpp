#include "sinks/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sinks/incident_json.h"
#include "sinks/report.h"
#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Explanation explained() {
  Explanation e;
  e.by_model = true;
  e.model = "us.amazon.nova-pro-v1:0";
  e.statements = {{"headline", "checkout fails <b>24 %</b>", {"svc:1"}},
                  {"cause", "2.4.1 caused it", {"chg:1", "ev:5"}}};
  e.struck = {{"number", 2}};
  e.input_tokens = 2000;
  e.output_tokens = 300;
  e.calls = 1;
  e.dollars = 0.00256;
  return e;
}

ReportContext context_of(Explanation e) { return {"journal", {}, "0.1", std::move(e)}; }

TEST(ExplanationTest, SurvivesTheJsonReport) {
  const std::string json = report_json(test::IncidentBuilder().build(), context_of(explained()));
  const auto stored = report_from_json(json);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(report_json(stored->incident, stored->context), json);
}

TEST(ExplanationTest, StandsInTheReportsEscaped) {
  const Incident incident = test::IncidentBuilder().build();
  const std::string html = report_html(incident, context_of(explained()));
  EXPECT_THAT(html, HasSubstr("Explained by a language model"));
  EXPECT_THAT(html, HasSubstr("checkout fails &lt;b&gt;24 %&lt;/b&gt;"));
  EXPECT_THAT(html, HasSubstr("struck out: 2 number. 2000 tokens in, 300 out, $0.00256."));
  const std::string markdown = report_markdown(incident, context_of(explained()));
  EXPECT_THAT(markdown, HasSubstr("2.4.1 caused it (`chg:1, ev:5`)"));
  EXPECT_THAT(markdown, Not(HasSubstr("<b>24")));
}

TEST(ExplanationTest, SaysThatThereIsNone) {
  Explanation e;
  e.reason = "over_budget: day_tokens";
  EXPECT_THAT(explanation_html(e), HasSubstr("Without a language model"));
  EXPECT_THAT(explanation_html(e), HasSubstr("from the numbers alone (over_budget: day_tokens)"));
}

}  // namespace
}  // namespace inkling::sinks
