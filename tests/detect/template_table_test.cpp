#include "detect/template_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "detect/skeleton.h"

namespace inkling::detect {
namespace {

TemplateTable::Lookup meet(TemplateTable& table, const std::string& message) {
  return table.meet(skeleton_id(message, {}), message);
}
std::uint64_t group(const TemplateTable& table, const std::string& message) {
  return table.current(skeleton_id(message, {})).value;
}
std::string text_of(const TemplateTable& table, const std::string& message) {
  return table.text({group(table, message)});
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = {"alice",   "bob",   "carol",  "dave",   "erin",
                                                  "frank",   "grace", "heidi",  "ivan",   "judy",
                                                  "mallory", "niaj",  "olivia", "peggy",  "rupert",
                                                  "sybil",   "trent", "victor", "walter", "wendy"};
  return kNames;
}

// Meets the messages in order; all end up in one group or each in its own.
std::size_t groups_of(const std::vector<std::string>& messages) {
  TemplateTable table{TemplateOptions{}};
  for (const auto& message : messages) meet(table, message);
  std::set<std::uint64_t> groups;
  for (const auto& message : messages) groups.insert(group(table, message));
  EXPECT_EQ(groups.size(), table.size());
  return groups.size();
}

// `before` + each of the first `count` names + `after`.
std::vector<std::string> with_names(std::string_view before, std::string_view after,
                                    std::size_t count) {
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < count; ++i) {
    messages.push_back(std::string(before) + names()[i] + std::string(after));
  }
  return messages;
}

TEST(TemplateTableTest, KnowsASkeletonTheSecondTime) {
  TemplateTable table{TemplateOptions{}};
  const auto first = meet(table, "worker 1 started");
  EXPECT_FALSE(first.known);
  EXPECT_TRUE(first.new_template);
  EXPECT_EQ(first.id.value, skeleton_id("worker 1 started", {}));
  const auto second = meet(table, "worker 2 started");
  EXPECT_TRUE(second.known);
  EXPECT_FALSE(second.new_template);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(table.size(), 1u);
}

TEST(TemplateTableTest, SpellsATemplateAsItsMessageDid) {
  TemplateTable table{TemplateOptions{}};
  meet(table, "Connected to 10.0.0.1:80 in 12 ms (retry=3)");
  EXPECT_EQ(text_of(table, "Connected to 10.0.0.1:80 in 12 ms (retry=3)"),
            "Connected to <*> in <*> (retry=<*>)");
  EXPECT_EQ(table.text({12345}), "");
}

TEST(TemplateTableTest, KeepsWordsThatDecide) {
  EXPECT_EQ(groups_of({"VM Started", "VM Paused", "VM Stopped", "VM Resumed", "VM Deleted",
                       "VM Crashed", "VM Moved"}),
            7u);
  EXPECT_EQ(groups_of({"[id: 1] VM Started (Event)", "[id: 1] VM Paused (Event)",
                       "[id: 1] VM Stopped (Event)", "[id: 1] VM Resumed (Event)"}),
            4u);
  EXPECT_EQ(groups_of(with_names("", "", 20)), 20u);  // no constant would be left
}

TEST(TemplateTableTest, NeverMergesTruthAndNothing) {
  EXPECT_EQ(groups_of({"cache ready warm=true now", "cache ready warm=false now",
                       "cache ready warm=null now", "cache ready warm=None now",
                       "cache ready warm=on now", "cache ready warm=off now"}),
            6u);
  EXPECT_EQ(groups_of({"set cache mode to 5 now", "set cache mode to true now",
                       "set cache mode to false now"}),
            3u);
}

TEST(TemplateTableTest, MergesInGeneralAtSixWords) {
  EXPECT_EQ(groups_of(with_names("fetched profile of ", " from disk", 5)), 5u);
  EXPECT_EQ(groups_of(with_names("fetched profile of ", " from disk", 6)), 1u);
}

TEST(TemplateTableTest, MergesValuesAtFourWords) {
  EXPECT_EQ(groups_of(with_names("login accepted name=", " done", 3)), 3u);
  EXPECT_EQ(groups_of(with_names("login accepted name=", " done", 4)), 1u);
  EXPECT_EQ(groups_of(with_names("login accepted \"", "\" done", 4)), 1u);
  EXPECT_EQ(groups_of(with_names("load bean com.", ".Main done", 4)), 1u);
}

TEST(TemplateTableTest, MergesNamesAfterRoleNounsAtThreeWords) {
  EXPECT_EQ(groups_of(with_names("Accepted password for user ", " via proxy", 2)), 2u);
  EXPECT_EQ(groups_of(with_names("Accepted password for user ", " via proxy", 3)), 1u);
}

TEST(TemplateTableTest, VerbsAfterARoleNounAreNoNames) {
  EXPECT_EQ(groups_of({"the user created in store", "the user deleted in store",
                       "the user renamed in store", "the user is in store"}),
            4u);
}

TEST(TemplateTableTest, KeepsValuesThatDecide) {
  EXPECT_EQ(groups_of({"order moved state=NEW now", "order moved state=PAID now",
                       "order moved state=SENT now", "order moved state=LOST now",
                       "order moved state=DONE now", "order moved state=VOID now"}),
            6u);
}

// No two of these differ in one value only.
TEST(TemplateTableTest, CountsTheValuesOfAKeyWhateverTheOthersAre) {
  EXPECT_EQ(groups_of({"lock taken tag=audio name=alice", "lock taken tag=video name=bob",
                       "lock taken tag=radio name=carol", "lock taken tag=touch name=dave"}),
            1u);
  EXPECT_EQ(groups_of({"lock taken tag=audio name=alice", "lock taken tag=video name=bob",
                       "lock taken tag=radio name=carol"}),
            3u);
}

TEST(TemplateTableTest, MergesFirstWordsAndShortMessagesAtTwelveWords) {
  EXPECT_EQ(groups_of(with_names("", " joined the room", 11)), 11u);
  EXPECT_EQ(groups_of(with_names("", " joined the room", 12)), 1u);
  EXPECT_EQ(groups_of(with_names("hello ", "", 11)), 11u);
  EXPECT_EQ(groups_of(with_names("hello ", "", 12)), 1u);
}

TEST(TemplateTableTest, MergesSoonerBesideAVariable) {
  EXPECT_EQ(groups_of({"order placed by 17 today", "order placed by alice today"}), 2u);
  EXPECT_EQ(groups_of({"order placed by 17 today", "order placed by alice today",
                       "order placed by bob today"}),
            1u);
}

TEST(TemplateTableTest, TheOldestIdSurvivesAndTheOthersAreAliases) {
  TemplateTable table{TemplateOptions{}};
  const auto messages = with_names("fetched profile of ", " from disk", 8);
  std::vector<std::uint64_t> arrival;
  for (const auto& message : messages) arrival.push_back(meet(table, message).id.value);
  for (const auto id : arrival) EXPECT_EQ(table.current(id).value, arrival.front());
  EXPECT_EQ(text_of(table, messages.back()), "fetched profile of <*> from disk");
  EXPECT_EQ(table.text({arrival[3]}), "fetched profile of <*> from disk");
  EXPECT_FALSE(meet(table, "fetched profile of zoe from disk").new_template);
  EXPECT_EQ(table.current(99).value, 99u);
}

TEST(TemplateTableTest, MatchesAllOpenPlacesAtOnce) {
  TemplateTable table{TemplateOptions{}};
  for (const auto& host : {"iota", "kappa", "lambda", "omega", "sigma", "theta"}) {
    for (std::size_t i = 0; i < 6; ++i) {
      meet(table, "copied share of " + names()[i] + " over to " + host + " again");
    }
  }
  meet(table, "copied share of zoe over to zeta again");  // both words are new
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(text_of(table, "copied share of bob over to iota again"),
            "copied share of <*> over to <*> again");
}

TEST(TemplateTableTest, FindsOlderSkeletonsThatMatchAPattern) {
  TemplateTable table{TemplateOptions{}};
  meet(table, "copied share of zoe over to zeta again");  // first, and like none of the others
  for (const auto& host : {"iota", "kappa", "lambda", "omega", "sigma", "theta"}) {
    for (std::size_t i = 0; i < 6; ++i) {
      meet(table, "copied share of " + names()[i] + " over to " + host + " again");
    }
  }
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(group(table, "copied share of bob over to iota again"),
            skeleton_id("copied share of zoe over to zeta again", {}));
}

// No two of these share a name: no place fills up while the other stays the same.
TEST(TemplateTableTest, MergesTwoNamesThatNeverMeetAgain) {
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < 20; ++i) {
    messages.push_back("share of " + names()[i] + " was given over to " +
                       names()[(i * 7 + 3) % 20]);
  }
  EXPECT_EQ(groups_of(messages), 1u);
}

TEST(TemplateTableTest, KeepsPairsOfStates) {
  const std::vector<std::string> states = {"NEW", "PAID", "PACKED", "SENT", "LOST"};
  std::vector<std::string> messages;
  for (const auto& from : states) {
    for (const auto& to : states) messages.push_back("the order moved " + from + " to " + to);
  }
  EXPECT_EQ(groups_of(messages), 25u);
}

// A made-up service: constant texts, numbers, names and states.
std::vector<std::string> make_stream(std::uint32_t seed, std::size_t lines) {
  std::mt19937 random(seed);
  const auto pick = [&random](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  const std::vector<std::string> states = {"STARTING", "RUNNING", "STOPPING", "FAILED"};
  const std::vector<std::string> verbs = {"opened", "closed", "renamed"};
  const std::vector<std::string> shops = {"iota",  "kappa", "lambda", "omega", "sigma",
                                          "theta", "alpha", "beta",   "gamma", "delta"};
  std::vector<std::string> messages;
  for (std::size_t i = 0; i < lines; ++i) {
    const auto number = std::to_string(random() % 10'000);
    switch (random() % 8) {
      case 0:
        messages.push_back("user " + pick(names()) + " logged in from 10.0.0." + number);
        break;
      case 1:
        messages.push_back("task " + number + " changed state to " + pick(states));
        break;
      case 2:
        messages.push_back("file /srv/" + number + " " + pick(verbs) + " by worker");
        break;
      case 3:
        messages.push_back("GET /cart/" + number + " 200 in " + number + " ms");
        break;
      case 4:
        messages.push_back("session of " + pick(names()) + " moved to shop " + pick(shops));
        break;
      case 5:
        messages.push_back("cache warm=" + pick({"true", "false"}) + " size=" + number);
        break;
      case 6:
        messages.push_back("retry " + number + " of payment for name=" + pick(names()) + " ok");
        break;
      default:
        messages.push_back("heartbeat");
        break;
    }
  }
  return messages;
}

// For each line, the first line of its group.
std::vector<std::size_t> grouping(const TemplateTable& table,
                                  const std::vector<std::string>& messages) {
  std::map<std::uint64_t, std::size_t> first;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    result.push_back(first.try_emplace(group(table, messages[i]), i).first->second);
  }
  return result;
}

TEST(TemplateTableTest, GroupsAStreamByItsTemplates) {
  TemplateTable table{TemplateOptions{}};
  for (const auto& message : make_stream(3, 20'000)) meet(table, message);
  EXPECT_EQ(table.size(), 1u + 4u + 3u + 1u + 1u + 2u + 1u + 1u);
}

TEST(TemplateTableTest, GroupsAlmostTheSameInAnyOrder) {
  const auto messages = make_stream(5, 20'000);
  TemplateTable in_order{TemplateOptions{}};
  for (const auto& message : messages) meet(in_order, message);
  auto shuffled = messages;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(17));
  TemplateTable out_of_order{TemplateOptions{}};
  for (const auto& message : shuffled) meet(out_of_order, message);

  const auto a = grouping(in_order, messages);
  const auto b = grouping(out_of_order, messages);
  std::size_t same = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) same += a[i] == b[i] ? 1 : 0;
  EXPECT_GE(static_cast<double>(same), 0.999 * static_cast<double>(messages.size()));
}

TEST(TemplateTableTest, IsDeterministic) {
  const auto messages = make_stream(9, 5'000);
  TemplateTable one{TemplateOptions{}};
  TemplateTable two{TemplateOptions{}};
  for (const auto& message : messages) {
    EXPECT_EQ(meet(one, message).id, meet(two, message).id);
  }
  for (const auto& message : messages) {
    EXPECT_EQ(text_of(one, message), text_of(two, message));
  }
}

TEST(TemplateTableTest, StaysBoundedInAFlood) {
  std::mt19937 random(21);
  TemplateTable table{TemplateOptions{.max_templates = 100}};
  bool full = false;
  for (int i = 0; i < 20'000; ++i) {
    std::string message;
    for (int word = 0; word < 5; ++word) {
      for (auto n = 3 + random() % 5; n > 0; --n) {
        message += static_cast<char>('g' + random() % 20);
      }
      message += ' ';
    }
    const auto lookup = meet(table, message);
    full = full || lookup.full;
    EXPECT_TRUE(!lookup.full || lookup.id.value == 0);
    ASSERT_LE(table.size(), 100u);
    ASSERT_LE(table.skeletons(), 800u);
  }
  EXPECT_TRUE(full);
}

TEST(TemplateTableTest, AFullTableStillKnowsWhatItLearned) {
  TemplateTable table{TemplateOptions{.max_templates = 10}};
  for (const auto& message : with_names("fetched profile of ", " from disk", 6))
    meet(table, message);
  for (const auto& message : with_names("", "", 20)) meet(table, message);
  EXPECT_TRUE(meet(table, "something else entirely").full);
  const auto lookup = meet(table, "fetched profile of zoe from disk");
  EXPECT_FALSE(lookup.full);
  EXPECT_EQ(lookup.id.value, skeleton_id("fetched profile of alice from disk", {}));
}

}  // namespace
}  // namespace inkling::detect
