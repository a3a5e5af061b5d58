#include <gmock/gmock.h>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/msgpack_builder.h"
#include "tests/ingest/wire/otlp_support.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t kMost = 20;

// A line with that many keys, some of them in an object that is read.
std::string line_of(std::uint32_t keys) {
  std::string line = R"({"message":"hello","labels":{"l":"1")";
  for (std::uint32_t i = 3; i < keys; ++i) {
    line += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  }
  return line + "}}\n";
}

TEST(KeyLimitTest, OfALineThatIsJson) {
  DecoderOptions options;
  options.max_keys = kMost;
  const Batch batch =
      decode(Format::kNdjson, line_of(kMost) + line_of(kMost + 1) + line_of(5), options);
  EXPECT_THAT(messages(batch), ElementsAre("hello", "hello"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:overlong"));
}

TEST(KeyLimitTest, OfAMessageOfTheForwardProtocol) {
  const auto message_of = [](std::uint32_t keys) {
    std::vector<std::pair<std::string, std::string>> pairs = {{"message", pack::text("hello")}};
    for (std::uint32_t i = 1; i < keys; ++i) {
      pairs.emplace_back("k" + std::to_string(i), pack::integer(1));
    }
    std::string record = "\xDE";
    record.push_back('\0');
    record.push_back(static_cast<char>(keys));
    for (const auto& [key, value] : pairs) record += pack::text(key) + value;
    return pack::array({pack::text("app"), pack::integer(1'700'000'000), record});
  };
  DecoderOptions options;
  options.max_keys = kMost;
  const Batch batch =
      decode(Format::kForward, message_of(kMost) + message_of(kMost + 1) + message_of(5), options);
  EXPECT_THAT(messages(batch), ElementsAre("hello", "hello"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:overlong"));
}

TEST(KeyLimitTest, OfARecordOfOtlp) {
  const auto record_of = [](std::uint32_t attributes) {
    Proto record;
    record.fixed64(1, 1'718'000'000'000'000'000).message(5, any_text("hello"));
    for (std::uint32_t i = 0; i < attributes; ++i) {
      record.message(6, key_text("k" + std::to_string(i), "v"));
    }
    return record;
  };
  DecoderOptions options;
  options.max_keys = kMost;
  const Batch batch =
      decode(Format::kOtlpLogs,
             request(resource({}), {record_of(kMost), record_of(kMost + 1)}).bytes(), options);
  EXPECT_THAT(messages(batch), ElementsAre("hello"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:overlong"));
}

TEST(KeyLimitTest, TheDefaultIsFarFromRealRecords) {
  EXPECT_THAT(broken_lines(decode(Format::kNdjson, line_of(4000))), IsEmpty());
  EXPECT_THAT(broken_lines(decode(Format::kNdjson, line_of(5000))), ElementsAre("0:overlong"));
}

}  // namespace
}  // namespace inkling::ingest
