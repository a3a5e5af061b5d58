#include "correlate/alternatives.h"

#include <gmock/gmock.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::IsEmpty;

Signal moved(const std::string& service, const std::string& name, double minute, double before,
             double after) {
  Signal signal;
  signal.service = service;
  signal.series = make_series(service, name);
  signal.role = series_role(*signal.series);
  signal.deviation = 50;
  signal.onset = at_minute(minute);
  signal.before = before;
  signal.after = after;
  return signal;
}

std::vector<std::string> names(const Findings& findings, const std::vector<NodeScore>& nodes = {},
                               const ChangeLog& log = ChangeLog({}),
                               const SymptomText& symptoms = {}) {
  std::vector<std::string> result;
  for (const Alternative& one : find_alternatives(findings, nodes, symptoms, log, kNoon)) {
    if (one.strength >= 1) result.push_back(one.name);
  }
  return result;
}

TEST(AlternativesTest, MoreRequestsEverywhereExplain) {
  Findings findings;
  findings.signals = {moved("front", "requests_per_sec", -1, 100, 600),
                      moved("cart", "requests_per_sec", -1, 80, 500),
                      moved("front", "latency_p99", 0, 100, 900)};
  EXPECT_THAT(names(findings), ::testing::ElementsAre("demand"));
}

TEST(AlternativesTest, MoreRequestsAtOneCalleeDoNot) {
  Findings findings;
  findings.signals = {moved("catalog", "requests_per_sec", 0, 100, 600),
                      moved("checkout", "latency_p99", 0, 100, 900)};
  findings.quiet = {{"checkout", make_series("checkout", "requests_per_sec"), 100}};
  EXPECT_THAT(names(findings), IsEmpty());
}

TEST(AlternativesTest, RequestsThatRoseLongAfterTheSymptomsDoNot) {
  Findings findings;
  findings.signals = {moved("front", "requests_per_sec", 8, 100, 600),
                      moved("cart", "requests_per_sec", 8, 80, 500),
                      moved("front", "latency_p99", 0, 100, 900)};
  EXPECT_THAT(names(findings), IsEmpty());
}

TEST(AlternativesTest, AProviderInTroubleExplains) {
  ChangeLog log({});
  Change change;
  change.kind = ChangeKind::kExternal;
  change.id = "status-1";
  change.service = "Object Storage (OBJ)";
  change.title = "degraded: Increased error rates";
  change.time = at_minute(-2);
  log.add(change);
  const SymptomText symptoms{{{"storage", 1}, {"obj", 1}}, {}};
  EXPECT_THAT(names({}, {}, log, symptoms), ::testing::ElementsAre("external"));
}

TEST(AlternativesTest, AProviderWithoutTroubleDoesNot) {
  ChangeLog log({});
  Change change;
  change.kind = ChangeKind::kExternal;
  change.id = "status-2";
  change.service = "Object Storage";
  change.title = "operating normally";
  change.time = at_minute(-2);
  log.add(change);
  EXPECT_THAT(names({}, {}, log), IsEmpty());
}

TEST(AlternativesTest, ABusyNeighbourExplains) {
  Findings findings;
  findings.signals = {moved("batch-job", "cpu_usage_cores", -1, 0.1, 6),
                      moved("cart", "latency_p99", 0, 100, 900)};
  NodeScore outsider;
  outsider.service = "batch-job";
  outsider.is_outsider = true;
  EXPECT_THAT(names(findings, {outsider}), ::testing::ElementsAre("neighbour"));
  EXPECT_THAT(names(findings), IsEmpty());
}

TEST(AlternativesTest, RejectedDataExplains) {
  Signal message;
  message.service = "loader";
  message.level = Level::kError;
  message.text = "invalid row in feed: value out of range; offset 7 of partition 2";
  message.count = 40;
  message.deviation = 30;
  message.onset = kNoon;
  Findings findings;
  findings.signals = {message};
  EXPECT_THAT(names(findings), ::testing::ElementsAre("bad_data"));
}

TEST(AlternativesTest, MessagesTellOfCausesOutside) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"x509: certificate has expired", "expired"},
      {"POST https://pay.example.com/charge: 503 Service Unavailable", "dependency"},
      {"pod evicted: node is low on memory", "infrastructure"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.text);
    Signal message;
    message.service = "cart";
    message.level = Level::kError;
    message.text = one.text;
    message.deviation = 20;
    message.onset = kNoon;
    Findings findings;
    findings.signals = {message};
    EXPECT_THAT(names(findings), ::testing::ElementsAre(one.expected));
  }
}

TEST(AlternativesTest, OrdinaryFaultsAreNoCauseOutside) {
  Findings findings;
  for (const char* text : {"null pointer in basket.total()", "upstream cart returned 503",
                           "deadline exceeded after 300ms", "main.go:17 index out of bounds"}) {
    Signal message;
    message.service = "front";
    message.level = Level::kError;
    message.text = text;
    message.deviation = 20;
    message.onset = kNoon;
    findings.signals.push_back(message);
  }
  EXPECT_THAT(names(findings), IsEmpty());
}

}  // namespace
}  // namespace inkling::correlate
