#include "detect/screen.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inkling::detect {
namespace {

Screen screen_with(std::vector<ScreenRule> rules, bool defaults = false) {
  ScreenOptions options;
  options.redact_defaults = defaults;
  options.rules = std::move(rules);
  auto screen = Screen::create(options);
  EXPECT_TRUE(screen.has_value());
  return std::move(*screen);
}

std::string redacted(std::string_view text) {
  return Screen::create(ScreenOptions{}).value().redact(text);
}

struct Applied {
  Screen::Outcome outcome;
  std::string message;
  std::string route;
  bool operator==(const Applied&) const = default;
};
void PrintTo(const Applied& a, std::ostream* out) {
  *out << static_cast<int>(a.outcome) << " \"" << a.message << "\" route \"" << a.route << "\"";
}
Applied apply(Screen& screen, const std::string& message) {
  Arena arena;
  LogRecord record;
  record.message = message;
  const auto outcome = screen.apply(record, arena);
  return {outcome, std::string(record.message), std::string(record.route)};
}

TEST(ScreenTest, DefaultPatternsMask) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"login password=hunter2 ok", "login password=[secret] ok"},
      {R"({"client_secret": "abc"})", R"({"client_secret": "[secret]"})"},
      {"API-KEY: 123abc, next", "API-KEY: [secret], next"},
      {"Authorization: Bearer abcdefghijklmnop", "Authorization: [secret]"},
      {"sent bearer abcdefghijklmnop twice", "sent bearer [token] twice"},
      {"id AKIAABCDEFGHIJKLMNOP used", "id [key] used"},
      {"push with ghp_abcdefghijklmnopqrst", "push with [token]"},
      {"jwt eyJhbGciOiJIUzI1.eyJzdWIiOiJhIn0.c2ln seen", "jwt [jwt] seen"},
      {"mail to jane.doe+x@example.co.uk now", "mail to [email] now"},
      {"card 4111 1111 1111 1111 declined", "card [card] declined"},
      {"two a@b.io c@d.io", "two [email] [email]"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(redacted(text), expected);
  }
}

TEST(ScreenTest, LeavesWhatOnlyLooksAlike) {
  for (const std::string text :
       {"order 4111111111111112 shipped", "passport office", "tokens used by nobody",
        "user@localhost", "basic auth", "AKIA and ASIA", "sk-short", "at 1234567890123"}) {
    EXPECT_EQ(redacted(text), text);
  }
}

TEST(ScreenTest, FindsACardBesideOtherNumbers) {
  EXPECT_EQ(redacted("12:00:03 4111111111111111"), "12:00:03 [card]");
  EXPECT_EQ(redacted("4111 1111 1111 1111 12/28"), "[card] 12/28");
  EXPECT_EQ(redacted("order 7 4111-1111-1111-1111 3"), "order 7 [card] 3");
  EXPECT_EQ(redacted("1234567 4111111111111111 99"), "1234567 [card] 99");
  EXPECT_EQ(redacted("amex 3782 822463 10005 77"), "amex [card] 77");
}

TEST(ScreenTest, MasksLittleOfATableOfNumbers) {
  std::string table;
  for (int i = 0; i < 1000; ++i) table += std::to_string(i * 7 % 10) + " ";
  const std::string text = redacted(table);
  EXPECT_GT(text.size(), table.size() / 2);
}

TEST(ScreenTest, DefaultsCanBeSwitchedOff) {
  Screen screen = screen_with({});
  EXPECT_EQ(screen.redact("password=hunter2"), "password=hunter2");
}

TEST(ScreenTest, RedactsTheMessageInTheArena) {
  Screen screen = screen_with({}, true);
  EXPECT_EQ(apply(screen, "pwd=x"), (Applied{Screen::Outcome::kRedacted, "pwd=[secret]", ""}));
  EXPECT_EQ(apply(screen, "plain"), (Applied{Screen::Outcome::kKept, "plain", ""}));
}

TEST(ScreenTest, DropsWhatNoRuleKeeps) {
  Screen screen = screen_with({{"health", "GET /health", ScreenAction::kDrop, ""},
                               {"failed", "50[0-9]", ScreenAction::kKeep, ""}});
  EXPECT_EQ(apply(screen, "GET /health 200").outcome, Screen::Outcome::kDropped);
  EXPECT_EQ(apply(screen, "GET /health 503").outcome, Screen::Outcome::kKept);
  EXPECT_EQ(apply(screen, "GET /cart 200").outcome, Screen::Outcome::kKept);
  EXPECT_EQ(screen.matches(), (std::vector<std::uint64_t>{2, 1}));
}

TEST(ScreenTest, TagsCountAndChangeNothing) {
  Screen screen = screen_with({{"slow", "slow", ScreenAction::kTag, ""}});
  EXPECT_EQ(apply(screen, "slow query"), (Applied{Screen::Outcome::kKept, "slow query", ""}));
  EXPECT_EQ(screen.matches(), (std::vector<std::uint64_t>{1}));
}

TEST(ScreenTest, RoutesByMessage) {
  Screen screen = screen_with({{"pay", "payment", ScreenAction::kRoute, "/pay"}});
  EXPECT_EQ(apply(screen, "payment done"),
            (Applied{Screen::Outcome::kKept, "payment done", "/pay"}));
}

TEST(ScreenTest, UserRulesRedactTheirGroupOrTheWholeMatch) {
  Screen screen = screen_with({{"customer", "customer=(\\w+)", ScreenAction::kRedact, ""},
                               {"iban", "DE\\d+", ScreenAction::kRedact, ""}});
  EXPECT_EQ(apply(screen, "customer=anna iban DE123"),
            (Applied{Screen::Outcome::kRedacted, "customer=[customer] iban [iban]", ""}));
  EXPECT_EQ(screen.redact("customer=anna"), "customer=[customer]");
}

TEST(ScreenTest, MasksTheWholeMatchIfItsGroupTookNoPart) {
  Screen screen = screen_with({{"id", "id=(\\d+)?x", ScreenAction::kRedact, ""}});
  EXPECT_EQ(screen.redact("a id=x b id=7x c"), "a [id] b id=[id]x c");
}

TEST(ScreenTest, AnEmptyMatchMasksNothing) {
  Screen screen = screen_with(
      {{"v", "v=(\\w*)", ScreenAction::kRedact, ""}, {"any", "q*", ScreenAction::kRedact, ""}});
  EXPECT_EQ(screen.redact("v= w v=1"), "v= w v=[v]");
}

TEST(ScreenTest, NamesTheRuleWhosePatternIsWrong) {
  ScreenOptions options;
  options.rules = {{"fine", "a", ScreenAction::kTag, ""}, {"odd", "(", ScreenAction::kTag, ""}};
  const auto screen = Screen::create(options);
  ASSERT_FALSE(screen.has_value());
  EXPECT_EQ(screen.error().code, ErrorCode::kInvalidConfig);
  EXPECT_NE(screen.error().message.find("\"odd\""), std::string::npos) << screen.error().message;
}

TEST(ScreenTest, TakesBytesThatAreNoUtf8) {
  EXPECT_EQ(redacted("\xFF\xFE pwd=a\x80z ok"), "\xFF\xFE pwd=[secret] ok");
}

}  // namespace
}  // namespace inkling::detect
