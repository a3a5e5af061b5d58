#include "detect/skeleton.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"

namespace inkling::detect {
namespace {

std::string masked(std::string_view message, const SkeletonOptions& options = {}) {
  std::vector<std::string_view> tokens;
  skeleton_tokens(message, options, tokens);
  std::string joined;
  for (const auto token : tokens) {
    if (!joined.empty()) joined += ' ';
    joined += token;
  }
  return joined;
}

struct Case {
  std::string_view message;
  std::string_view skeleton;
};

void expect_masked(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.message);
    EXPECT_EQ(masked(c.message), c.skeleton);
  }
}

TEST(SkeletonTest, SplitsAtSpaceAndDelimitersAndKeepsDelimiters) {
  expect_masked({
      {"", ""},
      {"   ", ""},
      {"connection closed", "connection closed"},
      {"a:b,c;(d)[e]{f}<g>\"h\"'i'|j", "a : b , c ; ( d ) [ e ] { f } < g > \" h \" ' i ' | j"},
      {"tab\tand\nnewline", "tab and newline"},
      {"can't", "can ' t"},
  });
}

TEST(SkeletonTest, MasksWordsWithDigits) {
  expect_masked({
      {"worker 12 done", "worker <*> done"},
      {"job a1b2 done", "job <*> done"},
      {"took -1.5e-3 units", "took <*> units"},
      {"blk_-6952295868487656571 stored", "<*> stored"},
      {"addr 0x7ffe12 bad", "addr <*> bad"},
  });
}

TEST(SkeletonTest, KeepsTermsThatHaveDigitsByNature) {
  expect_masked({
      {"S3 upload over IPv6 with TLS1.3", "S3 upload over IPv6 with TLS1.3"},
      {"utf-8 sha256 oauth2 HTTP/1.1", "utf-8 sha256 oauth2 HTTP/1.1"},
      {"s33 upload", "<*> upload"},
  });
}

TEST(SkeletonTest, MasksPathsAndTargets) {
  expect_masked({
      {"open /var/log/app.log: denied", "open <*> : denied"},
      {"GET /items?id=x&page=y done", "GET <*> done"},
      {"read ./conf and ../conf and ~/conf", "read <*> and <*> and <*>"},
      {"load lib/core.so now", "load <*> now"},
      {"load a/b/c now", "load <*> now"},
      {"share \\\\server\\public gone", "share <*> gone"},
      {"and/or read/write /", "and/or read/write /"},
  });
}

TEST(SkeletonTest, MasksAddressesAndNames) {
  expect_masked({
      {"from 10.0.0.1 closed", "from <*> closed"},
      {"from 10.0.0.1:8080 closed", "from <*> closed"},
      {"from fe80::ab closed", "from <*> closed"},
      {"from ::ffff:10.0.0.1 closed", "from <*> closed"},
      {"from abcd:ef01:abcd:abcd:abcd:abcd:abcd:abcd closed", "from <*> closed"},
      {"mac aa:bb:cc:dd:ee:ff up", "mac <*> up"},
      {"to shop.example.com failed", "to <*> failed"},
      {"to db.prod:5432 failed", "to <*> failed"},
      {"to db.eu.example.de failed", "to <*> failed"},
      {"mail bob@example.org sent", "mail <*> sent"},
      {"see https://a.b/c?d=e&f=g, then", "see <*> , then"},
      {"id 550e8400-e29b-41d4-a716-446655440000 ok", "id <*> ok"},
      {"digest deadbeef ok", "digest <*> ok"},
      {"dead beef:add", "dead beef : add"},
      {"set cache.max.size now", "set <*> now"},
      {"class com.shop.Main loaded", "class com.shop.Main loaded"},
      {"by com.shop.Main.run:71 and Main.run:71", "by <*> and Main.run : <*>"},
      {"top.clipAmount:5", "top.clipAmount : <*>"},
  });
}

TEST(SkeletonTest, MasksDatesAndTimes) {
  expect_masked({
      {"at 2024-03-01T10:11:12.345Z end", "at <*> end"},
      {"at 2024-03-01 10:11:12,345 end", "at <*> end"},
      {"at 10:11:12 PM end", "at <*> end"},
      {"at 09/30/2014 05:28 GMT end", "at <*> end"},
      {"at Sat Jun 11 03:28:22 2005 end", "at <*> end"},
      {"at Mon, 02 Jan 2006 15:04:05 GMT end", "at <*> end"},
      {"May the force, Sun rises", "May the force , Sun rises"},
  });
}

TEST(SkeletonTest, FoldsUnitsIntoTheirNumber) {
  expect_masked({
      {"took 5 ms", "took <*>"},
      {"took 5ms", "took <*>"},
      {"took 5 seconds. Bye", "took <*> Bye"},
      {"took <1 sec", "took <*>"},
      {"sent 176.0 B, got 3 KiB/s", "sent <*> , got <*>"},
      {"sent 1048576 bytes (1.0 MB) now", "sent <*> now"},
      {"took 5 ms=3", "took <*> ms = <*>"},
      {"5 apples", "<*> apples"},
  });
}

TEST(SkeletonTest, ReadsKeysAndValues) {
  expect_masked({
      {"p99=12", "p99 = <*>"},
      {"user=alice", "user = alice"},
      {"state=IN_PROGRESS", "state = IN_PROGRESS"},
      {"name=com.shop.Main", "name = <*>"},
      {"ruser= rhost= end", "ruser = <*> rhost = end"},
      {"ruser= rhost=", "ruser = <*> rhost = <*>"},
      {"f(a=, b=)", "f ( a = <*> , b = <*> )"},
      {"a == b?c", "a = = b?c"},
      {"token QUJDREVGR0hJSktMTU5PUA== end", "token <*> end"},
  });
}

TEST(SkeletonTest, TakesEmptyBracketsAsAVariable) {
  expect_masked({
      {"tags [] end", "tags [ <*> ] end"},
      {"run() {} <>", "run ( <*> ) { <*> } < <*> >"},
      {"name \"\" end", "name \" <*> \" end"},
      {"name '' end, it''s", "name ' <*> ' end , it ' ' s"},
      {"\"a\"\"b\"", "\" a \" \" b \""},
  });
}

TEST(SkeletonTest, CollapsesListsOfVariables) {
  expect_masked({
      {"ids 1 2 3 end", "ids <*> end"},
      {"ids 1, 2, 3, end", "ids <*> , end"},
      {"ids [1,2,3]", "ids [ <*> ]"},
      {"at 1:2:3: end", "at <*> : end"},
      {"1 , x", "<*> , x"},
  });
}

TEST(SkeletonTest, TakesAnyBytes) {
  expect_masked({
      {std::string_view("a\0b", 3), "a b"},
      {"\x1b[31mred\x1b[0m plain", "red plain"},
      {"\x1b[", ""},
      {"caf\xC3\xA9 \xFF\xFE", "caf\xC3\xA9 \xFF\xFE"},
      {"<*>", "< * >"},
  });
}

TEST(SkeletonTest, CutsLongMessages) {
  EXPECT_EQ(masked("alpha beta", {.max_message_bytes = 7}), "alpha b");
  EXPECT_EQ(masked("a b c d", {.max_tokens = 2}), "a b <*>");
  EXPECT_EQ(masked(std::string(200, 'x') + " end"), "<*> end");
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "w ";
  std::vector<std::string_view> tokens;
  skeleton_tokens(many, {.max_message_bytes = 100'000, .max_tokens = 100'000}, tokens);
  EXPECT_EQ(tokens.size(), 513u);  // 512 and the variable for the rest
}

TEST(SkeletonTest, IdDependsOnTheSkeletonOnly) {
  EXPECT_EQ(skeleton_id("worker 1 took 5 ms", {}), skeleton_id("worker 27  took 0.5 s", {}));
  EXPECT_NE(skeleton_id("VM Started", {}), skeleton_id("VM Paused", {}));
  EXPECT_NE(skeleton_id("ab c", {}), skeleton_id("a bc", {}));
}

// Ids are stored: these values never change.
TEST(SkeletonTest, IdsAreTheSameAlways) {
  EXPECT_EQ(skeleton_id("", {}), hash_bytes(""));
  EXPECT_EQ(skeleton_id("Connected to 10.0.0.1:80 in 5 ms", {}),
            hash_bytes("Connected to <*> in <*>"));
  EXPECT_EQ(hash_bytes("Connected to <*> in <*>"), 0xDECC010F2E3A90D9ULL);
}

TEST(SkeletonTest, HashOfTokensIsTheIdOfRandomMessages) {
  constexpr std::uint32_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const std::vector<std::string> pieces = {
      "user", "=",   ":",    ",",   " ",  " ",       "12",       "ms",
      "(",    ")",   "[",    "]",   "\"", "::",      "ab",       "http://x",
      "/a/b", "Jan", "Mon,", "<",   ">",  "'",       "|",        "KB",
      "1.5",  "a.b", ":80",  "x@y", "\\", "\x1b[1m", "deadbeef", std::string(1, '\0'),
      "\xC3", "=="};
  for (int round = 0; round < 20'000; ++round) {
    std::string message;
    for (auto n = random() % 30; n > 0; --n) message += pieces[random() % pieces.size()];
    const auto exact = std::make_unique<char[]>(message.size());  // no byte beyond it is ours
    message.copy(exact.get(), message.size());
    const std::string_view view(exact.get(), message.size());
    const SkeletonOptions options{.max_message_bytes = round % 2 == 0 ? 8192u : 20u,
                                  .max_tokens = round % 3 == 0 ? 5u : 256u};
    ASSERT_EQ(hash_skeleton(masked(view, options)), skeleton_id(view, options)) << message;
  }
}

TEST(SkeletonTest, HashOfTokensIsTheIdOfRandomBytes) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<char> message(random() % 80);
    for (auto& c : message) c = static_cast<char>(random());
    const std::string_view view(message.data(), message.size());
    ASSERT_EQ(hash_skeleton(masked(view)), skeleton_id(view, {}));
  }
}

// The simplest version of the rules for plain words and numbers.
TEST(SkeletonTest, AgreesWithAPlainSplitOnWordsAndNumbers) {
  std::mt19937 random(13);
  const std::vector<std::string> words = {"order", "placed", "for", "xylophone", "of", "q"};
  for (int round = 0; round < 5'000; ++round) {
    std::string message;
    std::string expected;
    bool after_number = false;
    for (auto n = random() % 20; n > 0; --n) {
      const bool number = random() % 3 == 0;
      message += std::string(1 + random() % 3, ' ');
      if (number) message += std::to_string(random() % 1000);
      const auto& word = words[random() % words.size()];
      if (!number) message += word;
      if (!(number && after_number)) {
        if (!expected.empty()) expected += ' ';
        expected += number ? "<*>" : word;
      }
      after_number = number;
    }
    ASSERT_EQ(masked(message), expected) << message;
  }
}

}  // namespace
}  // namespace inkling::detect
