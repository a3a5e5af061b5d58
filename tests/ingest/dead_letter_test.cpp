#include "ingest/dead_letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::HasSubstr;

class DeadLetterTest : public ::testing::Test {
 protected:
  std::unique_ptr<DeadLetterFile> open() {
    auto file = DeadLetterFile::create(options_, metrics_);
    if (!file.has_value()) {
      ADD_FAILURE() << file.error().message;
      std::abort();
    }
    return std::move(*file);
  }

  TempDirectory temp_;
  MetricsRegistry metrics_;
  DeadLetterOptions options_{.path = temp_.file("dead_letters.ndjson")};
  const DeadLetter live_{.arrival = Timestamp::from_seconds(1'700'000'000),
                         .origin = "http 127.0.0.1",
                         .position = {.segment = 3, .record = 7, .offset = 4096},
                         .reason = ParseError::kBadJson,
                         .raw = "{\"password\":\"secret"};
};

TEST_F(DeadLetterTest, NotesPositionAndReasonButNotTheLine) {
  auto file = open();
  file->append(live_);
  ASSERT_TRUE(file->flush().has_value());
  EXPECT_EQ(read_file(options_.path),
            "{\"time\":\"2023-11-14T22:13:20Z\",\"origin\":\"http 127.0.0.1\",\"segment\":3,"
            "\"offset\":4096,\"record\":7,\"reason\":\"" +
                std::string(parse_error_name(ParseError::kBadJson)) + "\",\"length\":19}\n");
  EXPECT_EQ(file->written(), 1u);
}

TEST_F(DeadLetterTest, NotesPathAndLineInFileReplay) {
  auto file = open();
  file->append({.path = "logs/app.log", .line = 12, .reason = ParseError::kBadTime, .raw = "x"});
  ASSERT_TRUE(file->flush().has_value());
  EXPECT_EQ(read_file(options_.path), "{\"path\":\"logs/app.log\",\"line\":12,\"reason\":\"" +
                                          std::string(parse_error_name(ParseError::kBadTime)) +
                                          "\",\"length\":1}\n");
}

TEST_F(DeadLetterTest, KeepsTheLineOnlyIfAsked) {
  options_.raw = true;
  auto file = open();
  file->append(live_);
  ASSERT_TRUE(file->flush().has_value());
  EXPECT_THAT(read_file(options_.path), HasSubstr(R"("raw":"{\"password\":\"secret"})"));
}

TEST_F(DeadLetterTest, IsPrivateAlsoIfItWasNot) {
  write_file(options_.path, "");
  ASSERT_EQ(::chmod(options_.path.c_str(), 0644), 0);
  const auto file = open();
  struct stat status{};
  ASSERT_EQ(::stat(options_.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(DeadLetterTest, GoesOnBehindWhatIsThere) {
  open()->append(live_);
  open()->append(live_);
  const std::string content = read_file(options_.path);
  EXPECT_EQ(content.substr(0, content.size() / 2), content.substr(content.size() / 2));
}

TEST_F(DeadLetterTest, StaysWithinItsBoundAndCountsTheRest) {
  options_.max_bytes = 300;
  {
    auto file = open();
    for (int i = 0; i < 10; ++i) file->append(live_);
    ASSERT_TRUE(file->flush().has_value());
    EXPECT_EQ(file->written(), 2u);
    EXPECT_EQ(file->dropped(), 8u);
    EXPECT_LE(read_file(options_.path).size(), 300u);
  }
  // Also what an earlier run wrote counts.
  auto again = open();
  again->append(live_);
  EXPECT_EQ(again->dropped(), 1u);
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_dead_letters_dropped_total 9"));
}

TEST_F(DeadLetterTest, AnErrorOfTheDiskIsToldOnceAndCounted) {
  options_.path = "/dev/full";
  auto file = open();
  file->append(live_);
  const auto flushed = file->flush();
  ASSERT_FALSE(flushed.has_value());
  EXPECT_EQ(flushed.error().code, ErrorCode::kIo);
  EXPECT_THAT(flushed.error().message, HasSubstr("/dev/full"));
  file->append(live_);
  EXPECT_EQ(file->written(), 0u);
  EXPECT_EQ(file->dropped(), 2u);
}

TEST_F(DeadLetterTest, NamesAPathThatCannotBeOpened) {
  options_.path = temp_.file("missing/letters");
  const auto file = DeadLetterFile::create(options_, metrics_);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kIo);
  EXPECT_THAT(file.error().message, HasSubstr(options_.path));
}

}  // namespace
}  // namespace inkling::ingest
