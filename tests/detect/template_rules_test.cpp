#include "detect/template_rules.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "detect/skeleton.h"
#include "detect/template_table.h"

namespace inkling::detect {
namespace {

using ::testing::HasSubstr;

constexpr const char* kWords[] = {"Started", "Paused",  "Stopped", "Resumed",
                                  "Removed", "Created", "Frozen",  "Thawed"};

TemplateTable table_with(std::vector<TemplateRule> rules) {
  TemplateOptions options;
  options.rules = std::move(rules);
  return TemplateTable(options);
}

TemplateId meet(TemplateTable& table, const std::string& message) {
  return table.meet(skeleton_id(message, {}), message).id;
}

// The ids of "machine was <word> by the manager" for eight words, as they are in the end.
std::vector<TemplateId> ids_of_words(TemplateTable& table) {
  std::vector<std::uint64_t> skeletons;
  for (const char* word : kWords) {
    const std::string message = std::string("machine was ") + word + " by the manager";
    skeletons.push_back(skeleton_id(message, {}));
    table.meet(skeletons.back(), message);
  }
  std::vector<TemplateId> ids;
  for (const auto skeleton : skeletons) ids.push_back(table.current(skeleton));
  return ids;
}

std::size_t distinct(std::vector<TemplateId> ids) {
  std::sort(ids.begin(), ids.end());
  return static_cast<std::size_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
}

TEST(TemplateRulesTest, WithoutARuleManyWordsAreOneTemplate) {
  auto table = table_with({});
  EXPECT_EQ(distinct(ids_of_words(table)), 1u);
}

TEST(TemplateRulesTest, AKeptPlaceNeverBecomesAVariable) {
  auto table = table_with({{.match = "machine was <keep> by the manager"}});
  EXPECT_EQ(distinct(ids_of_words(table)), 8u);
}

TEST(TemplateRulesTest, AWrongMergeIsUndoneWhenTheTableIsLoaded) {
  StateWriter writer;
  {
    auto table = table_with({});
    EXPECT_EQ(distinct(ids_of_words(table)), 1u);
    table.save(writer);
  }
  const std::string saved = writer.take();
  auto table = table_with({{.match = "machine was <keep> by the manager"}});
  StateReader reader(saved);
  ASSERT_TRUE(table.load(reader).has_value());
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(distinct(ids_of_words(table)), 8u);
  EXPECT_EQ(table.size(), 8u);
}

TEST(TemplateRulesTest, ASplitTableIsTheSameAfterSavingAndLoading) {
  StateWriter first;
  {
    auto table = table_with({});
    ids_of_words(table);
    table.save(first);
  }
  const std::vector<TemplateRule> rules = {{.match = "machine was <keep> by the manager"}};
  auto table = table_with(rules);
  const std::string saved = first.take();
  StateReader reader(saved);
  ASSERT_TRUE(table.load(reader).has_value());
  const auto ids = ids_of_words(table);
  StateWriter second;
  table.save(second);
  const std::string again = second.take();
  auto loaded = table_with(rules);
  StateReader second_reader(again);
  ASSERT_TRUE(loaded.load(second_reader).has_value());
  EXPECT_EQ(loaded.size(), 8u);
  EXPECT_EQ(ids_of_words(loaded), ids);
}

TEST(TemplateRulesTest, APinnedTemplateKeepsAllItsWords) {
  auto table = table_with({{.match = "machine was Paused by the manager", .pin = true}});
  const auto ids = ids_of_words(table);
  EXPECT_EQ(distinct(ids), 2u);
  EXPECT_EQ(table.text(ids[1]), "machine was Paused by the manager");
}

TEST(TemplateRulesTest, APinByIdHoldsAsWell) {
  const std::string text = "machine was Paused by the manager";
  const TemplateId id{skeleton_id(text, {})};
  auto table = table_with({{.match = to_string(id), .pin = true}});
  EXPECT_EQ(ids_of_words(table)[1], id);
}

TEST(TemplateRulesTest, AForcedVariableIsOneAtOnce) {
  auto table = table_with({{.match = "machine was <vary> by the manager"}});
  EXPECT_EQ(meet(table, "machine was Started by the manager"),
            meet(table, "machine was Paused by the manager"));
}

TEST(TemplateRulesTest, ANameIsShownInsteadOfTheText) {
  auto table = table_with({{.match = "machine <*> was lost", .name = "lost machine"}});
  EXPECT_EQ(table.text(meet(table, "machine 17 was lost")), "lost machine");
  EXPECT_EQ(table.text(meet(table, "machine 17 was found")), "machine <*> was found");
}

TEST(TemplateRulesTest, AMuteSaysUntilWhenWhoAndWhy) {
  auto table = table_with({{.match = "machine <*> was lost",
                            .mute = true,
                            .until = "2026-03-03T12:00:00Z",
                            .owner = "ann",
                            .reason = "moving house"}});
  const auto said = table.said_of(meet(table, "machine 17 was lost"));
  EXPECT_EQ(said.muted_until, parse_timestamp("2026-03-03T12:00:00Z"));
  EXPECT_EQ(said.owner, "ann");
  EXPECT_EQ(said.reason, "moving house");
  EXPECT_FALSE(table.said_of(meet(table, "all is well")).muted_until.is_set());
}

TEST(TemplateRulesTest, ARuleByIdHoldsForAliases) {
  const TemplateId first{skeleton_id("machine was Started by the manager", {})};
  auto table = table_with({{.match = to_string(first), .name = "states"}});
  const auto ids = ids_of_words(table);
  EXPECT_EQ(table.text(ids[7]), "states");
}

TEST(TemplateRulesTest, WhatIsWrongIsSaid) {
  const auto error_of = [](const TemplateRule& rule) {
    const auto rules = TemplateRules::create({rule}, {});
    return rules ? std::string() : rules.error().message;
  };
  EXPECT_THAT(error_of({.match = "", .pin = true}), HasSubstr("match must be the id"));
  EXPECT_THAT(error_of({.match = "a b"}), HasSubstr("needs pin, mute, name"));
  EXPECT_THAT(error_of({.match = "a b", .mute = true, .until = "soon"}), HasSubstr("until"));
  EXPECT_THAT(error_of({.match = "a b", .mute = true, .until = "2026-03-03T12:00:00Z"}),
              HasSubstr("owner and reason"));
}

}  // namespace
}  // namespace inkling::detect
