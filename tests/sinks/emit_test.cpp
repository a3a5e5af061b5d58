#include "sinks/emit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "core/json.h"
#include "tests/support/incident_builder.h"
#include "tests/support/report_context.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::make_series;
using test::night;

TEST(EmitTest, VerdictRow) {
  Verdict verdict;
  verdict.series = make_series(SeriesKind::kMetric, "cpu", "web");
  verdict.begin = verdict.end = night(5);
  verdict.value = 0.1234567890123;
  verdict.low = 0;
  verdict.raw = 3.5;
  verdict.score = 0.5;
  verdict.anomalous = true;
  verdict.kind = VerdictKind::kBand;
  EXPECT_EQ(verdict_line("a/b.csv", 7, verdict),
            R"({"source":"a/b.csv","line":7,"series":"web/cpu","time":"2026-03-14T02:00:05Z",)"
            R"("value":0.1234567890123,"low":0,"high":null,"raw":3.5,"score":0.5,)"
            R"("anomalous":true,"kind":"band","gate":"normal","confidence":1})"
            "\n");
}

TEST(EmitTest, VerdictRowWithoutValue) {
  EXPECT_EQ(
      verdict_line("x", 2, Verdict{}),
      R"({"source":"x","line":2,"series":"","time":null,"value":null,"low":null,)"
      R"("high":null,"raw":0,"score":0,"anomalous":false,"kind":"none","gate":"normal","confidence":1})"
      "\n");
}

TEST(EmitTest, TemplateRow) {
  EXPECT_EQ(template_line({.source = "a.log",
                           .line = 3,
                           .skeleton_id = TemplateId{1},
                           .arrival_id = TemplateId{2},
                           .template_id = TemplateId{3},
                           .text = "user <*> \"x\""}),
            R"({"source":"a.log","line":3,"skeleton_id":"0000000000000001",)"
            R"("arrival_id":"0000000000000002","template_id":"0000000000000003",)"
            R"("template":"user <*> \"x\""})"
            "\n");
}

TEST(EmitTest, ImpactRow) {
  EXPECT_EQ(impact_line({"c44d", make_series(SeriesKind::kMetric, "cpu", "web"), 1.25}),
            R"({"change":"c44d","series":"web/cpu","score":1.25})"
            "\n");
}

std::vector<JsonValue> rows(const std::string& lines) {
  std::vector<JsonValue> all;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    auto row = parse_json(line);
    EXPECT_TRUE(row.has_value()) << line;
    if (row) all.push_back(std::move(*row));
  }
  return all;
}

TEST(EmitTest, SuspectRowsRankChangesAndNoneByPThenNodes) {
  const auto all = rows(suspect_lines(IncidentBuilder().build()));
  std::vector<std::string> order;
  for (const JsonValue& row : all) {
    order.push_back(std::string(row.find("kind")->text()) + " " +
                    std::to_string(row.find("rank")->integer()) + " " +
                    std::string(row.find("id")->text()));
  }
  EXPECT_THAT(order, testing::ElementsAre("change 1 9b1f6c2e07d4a83b55e1c09f7a2d44b6e8013c7d",
                                          "change 2 none", "change 3 c44d0a91be",
                                          "change 4 flag-express-pay", "change 5 e07b3fd1",
                                          "node 1 checkout", "node 2 web"));
  EXPECT_EQ(all[1].find("p")->number(), 0.031);
  EXPECT_EQ(all[0].find("verdict")->text(), "caused");
  EXPECT_EQ(all[0].find("terms")->array().size(), 7u);
  EXPECT_EQ(all[0].find("terms")->array()[1].find("name")->text(), "time");
  EXPECT_EQ(all[0].find("incident")->text(), "7f3a9c12d4e8b065");
}

TEST(EmitTest, NoneIsARowWithoutAnyChange) {
  Incident incident;
  incident.id = "aa";
  EXPECT_EQ(suspect_lines(incident),
            R"({"incident":"aa","kind":"change","rank":1,"id":"none","p":1,"verdict":"likely",)"
            R"("terms":[]})"
            "\n");
}

TEST(EmitTest, EveryRowIsOneLine) {
  const Incident incident = IncidentBuilder().with_text_everywhere("a\nb\r\n\xFF").build();
  for (const std::string& line : {incident_line(incident), anomaly_line(incident.anomalies[0]),
                                  report_line(incident, test::make_report_context())}) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_TRUE(parse_json(line).has_value());
  }
}

}  // namespace
}  // namespace inkling::sinks
