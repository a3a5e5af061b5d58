#include "correlate/diff_findings.h"

#include <gmock/gmock.h>

#include <string>

#include "correlate/change_profile.h"

namespace inkling::correlate {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

std::vector<Mechanism> mechanisms(std::string_view diff, PathClass path = PathClass::kCode) {
  std::vector<Mechanism> found;
  for (const DiffFinding& finding : find_mechanisms(read_diff(diff), path)) {
    found.push_back(finding.mechanism);
  }
  return found;
}

double strongest(std::string_view diff) {
  const auto found = find_mechanisms(read_diff(diff), PathClass::kCode);
  return found.empty() ? 0 : found.front().strength;
}

TEST(DiffFindingsTest, FindsEachMechanism) {
  struct Case {
    const char* name;
    const char* diff;
    Mechanism expected;
  };
  const Case cases[] = {
      {"limit", "-  pool_size: 50\n+  pool_size: 5\n", Mechanism::kSetting},
      {"units", "-call(ctx, 2*time.Second)\n+call(ctx, 100*time.Millisecond)\n",
       Mechanism::kSetting},
      {"level", "-  level: warn\n+  level: trace\n", Mechanism::kSetting},
      {"switch", "-  use_cache: true\n+  use_cache: false\n", Mechanism::kSetting},
      {"literal", "-  row[\"amount\"] = total\n+  row[\"sum\"] = total\n",
       Mechanism::kRenamedLiteral},
      {"lock", "-  std::lock_guard<std::mutex> hold(mutex_);\n+  // single writer\n",
       Mechanism::kRemovedLock},
      {"call", "-  seedDefaults(registry);\n", Mechanism::kRemovedCall},
      {"close", "-  defer rows.Close()\n", Mechanism::kRemovedCleanup},
      {"check", "-  if (basket == nullptr) return kEmpty;\n+  use(basket)\n",
       Mechanism::kRemovedCheck},
      {"loop",
       "+  for (const Line& line : lines) {\n+    auto price = client.get(line.sku, context);\n",
       Mechanism::kCallInLoop},
      {"batch", "-  store.writeBatch(rows);\n+  for (auto& row : rows) store.write(row);\n",
       Mechanism::kUnbatched},
      {"growth", "+var seen []string\n+func note(id string) {\n+\tseen = append(seen, id)\n",
       Mechanism::kUnboundedGrowth},
      {"wait", "+  Thread.sleep(200);\n", Mechanism::kAddedWait},
      {"version", "-  example.org/codec v1.2.0\n+  example.org/codec v2.0.0\n",
       Mechanism::kDependency},
      {"address", "-  host: db-1.internal\n+  host: db-2.internal\n", Mechanism::kAccess},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    EXPECT_THAT(mechanisms(one.diff), Contains(one.expected));
  }
  EXPECT_THAT(mechanisms("+ALTER TABLE orders ADD COLUMN note text;\n", PathClass::kMigration),
              Contains(Mechanism::kSchema));
}

TEST(DiffFindingsTest, MovedCodeIsNoMechanism) {
  EXPECT_THAT(mechanisms("-  file = open(path, 0644)\n"
                         "-  defer file.Close()\n"
                         "-  return file.Write(line)\n"
                         "+  return writeLine(path, line)\n"
                         "+}\n"
                         "+func writeLine(path, line) {\n"
                         "+  file = open(path, 0644)\n"
                         "+  defer file.Close()\n"
                         "+  return file.Write(line)\n"),
              IsEmpty());
}

TEST(DiffFindingsTest, RewordedErrorHandlingIsNoMechanism) {
  EXPECT_THAT(mechanisms("-  if err != nil {\n"
                         "-    http.Error(w, err.Error(), 500)\n"
                         "-    return\n"
                         "-  }\n"
                         "+  if err != nil {\n"
                         "+    writeError(w, http.StatusInternalServerError, err)\n"
                         "+    return\n"
                         "+  }\n"),
              IsEmpty());
}

TEST(DiffFindingsTest, ABoundedContainerDoesNotGrow) {
  EXPECT_THAT(mechanisms("+const recentMax = 64\n"
                         "+var recent = lru.New(recentMax)\n"
                         "+func note(id) { recent.add(id) }\n"),
              IsEmpty());
}

TEST(DiffFindingsTest, LoweringALimitWeighsMoreThanRaisingIt) {
  EXPECT_GT(strongest("-timeout_ms = 4000\n+timeout_ms = 1000\n"),
            2 * strongest("-timeout_ms = 1000\n+timeout_ms = 4000\n"));
}

TEST(DiffFindingsTest, ASmallStepWeighsLessThanALargeOne) {
  EXPECT_LT(strongest("-entries: 50000\n+entries: 60000\n"), 0.2);
  EXPECT_DOUBLE_EQ(strongest("-sample_rate: 0.1\n+sample_rate: 1.0\n"), 1.0);
}

TEST(DiffFindingsTest, PatchVersionsWeighLittle) {
  EXPECT_DOUBLE_EQ(strongest("-  lib v1.4.1\n+  lib v1.4.2\n"), 0.1);
  EXPECT_GT(strongest("-  lib v1.4.1\n+  lib v1.9.0\n"), 0.4);
}

TEST(DiffFindingsTest, CommentsAndLogLinesAreInert) {
  Change change;
  change.diff =
      "-  // old words\n"
      "+  // new words\n"
      "-  log.Printf(\"took %s\", took)\n"
      "+  logger.Info(\"handled\",\n"
      "+    \"took_ms\", took,\n"
      "+  )\n";
  const ChangeProfile profile = profile_change(change);
  EXPECT_TRUE(profile.inert);
  EXPECT_THAT(profile.findings, IsEmpty());
}

TEST(PathClassTest, TellsByTheKindOfFile) {
  EXPECT_EQ(path_class("docs/setup.md"), PathClass::kDocs);
  EXPECT_EQ(path_class("pkg/cart/cart_test.go"), PathClass::kTest);
  EXPECT_EQ(path_class(".github/workflows/build.yml"), PathClass::kTooling);
  EXPECT_EQ(path_class("web/button.css"), PathClass::kStyle);
  EXPECT_EQ(path_class("go.sum"), PathClass::kLock);
  EXPECT_EQ(path_class("api/package.json"), PathClass::kManifest);
  EXPECT_EQ(path_class("db/migrations/7.sql"), PathClass::kMigration);
  EXPECT_EQ(path_class("services/cart/config/cart.yaml"), PathClass::kConfig);
  EXPECT_EQ(path_class("deploy/staging/tls.yaml"), PathClass::kTooling);
  EXPECT_EQ(path_class("services/cart/cart.go"), PathClass::kCode);
}

TEST(FileScopeTest, MatchesFoldersToServices) {
  EXPECT_EQ(file_scope({"services/checkout/order.go"}, "checkoutservice"), FileScope::kService);
  EXPECT_EQ(file_scope({"checkout-svc/main.go"}, "checkout-svc"), FileScope::kService);
  EXPECT_EQ(file_scope({"pkg/retry/retry.go"}, "checkoutservice"), FileScope::kShared);
  EXPECT_EQ(file_scope({"go.mod"}, "checkoutservice"), FileScope::kShared);
  EXPECT_EQ(file_scope({"services/cart/cart.go"}, "checkoutservice"), FileScope::kForeign);
}

}  // namespace
}  // namespace inkling::correlate
