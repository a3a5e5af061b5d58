#include "detect/scope_table.h"

#include <gtest/gtest.h>

#include "core/hash.h"

namespace inkling::detect {
namespace {

class Names {
 public:
  explicit Names(const DetectOptions& options)
      : options_(options), table_(options_, [](std::string_view name) {
          return name == "secret" ? std::string("[name]") : std::string(name);
        }) {}

  std::string name(std::string_view service, std::string_view version = {},
                   std::string_view route = {}) {
    const std::uint64_t hash =
        hash_combine(hash_combine(hash_bytes(service), hash_bytes(version)), hash_bytes(route));
    const auto& scope = table_.at(table_.intern({hash, service, version, route, 0}));
    return scope.service + "|" + scope.version + "|" + scope.route;
  }
  const ScopeTable& table() const { return table_; }

 private:
  DetectOptions options_;
  ScopeTable table_;
};

TEST(ScopeTableTest, GivesTheSameNumberAgain) {
  Names names{DetectOptions{}};
  EXPECT_EQ(names.name("a", "1", "/x"), "a|1|/x");
  EXPECT_EQ(names.name("a", "1", "/x"), "a|1|/x");
  EXPECT_EQ(names.name("a"), "a||");
  EXPECT_EQ(names.table().size(), 2u);
}

TEST(ScopeTableTest, CapsEachKindOfName) {
  DetectOptions options;
  options.max_services = 2;
  options.max_versions_per_service = 1;
  options.max_routes_per_service = 2;
  Names names(options);
  EXPECT_EQ(names.name("a", "1", "/x"), "a|1|/x");
  EXPECT_EQ(names.name("a", "2", "/y"), "a|(other)|/y");
  EXPECT_EQ(names.name("a", "1", "/z"), "a|1|(other)");
  EXPECT_EQ(names.name("b", "9"), "b|9|");
  EXPECT_EQ(names.name("c", "9", "/x"), "(other)|9|/x");
  EXPECT_EQ(names.name("d"), "(other)||");
  EXPECT_EQ(names.name("a", "", "/x"), "a||/x");  // known names stay known
  EXPECT_EQ(names.table().capped(), 4u);
}

TEST(ScopeTableTest, BoundsTheirCombinationsToo) {
  DetectOptions options;
  options.max_series = 10;
  Names names(options);
  for (int version = 0; version < 20; ++version) {
    for (int route = 0; route < 20; ++route) {
      names.name("a", std::to_string(version), "/" + std::to_string(route));
    }
  }
  EXPECT_LE(names.table().size(), 12u);
  EXPECT_EQ(names.name("a", "19", "/19"), "a|(other)|(other)");
  EXPECT_EQ(names.name("a", "0", "/0"), "a|0|/0");
}

TEST(ScopeTableTest, RedactsNames) {
  Names names{DetectOptions{}};
  EXPECT_EQ(names.name("secret", "secret", "secret"), "[name]|[name]|[name]");
}

}  // namespace
}  // namespace inkling::detect
