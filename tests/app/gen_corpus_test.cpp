#include <gtest/gtest.h>

#include "app/gen/corpus.h"
#include "tests/app/gen_data.h"

namespace inkling::gen {
namespace {

constexpr std::uint64_t kSize = 2u << 20;

TEST(CorpusTest, WritesTheSizeAskedForInWholeLines) {
  TempDirectory directory;
  const std::string path = directory.file("corpus.ndjson");
  auto summary = generate_corpus(kSize, 1, path);
  ASSERT_TRUE(summary.has_value());
  const std::string text = read_file(path);
  EXPECT_EQ(text.size(), summary->bytes);
  EXPECT_GE(text.size(), kSize);
  EXPECT_LT(text.size(), kSize + 4096);
  EXPECT_EQ(read_ndjson(path).size(), summary->lines);
  const double line_bytes =
      static_cast<double>(summary->bytes) / static_cast<double>(summary->lines);
  EXPECT_GT(line_bytes, 450);
  EXPECT_LT(line_bytes, 560);
}

TEST(CorpusTest, WritesTheSameBytesForTheSameSeed) {
  TempDirectory directory;
  for (const auto& [name, seed] : {std::pair("a", 1), std::pair("b", 1), std::pair("c", 2)}) {
    ASSERT_TRUE(
        generate_corpus(kSize, static_cast<std::uint64_t>(seed), directory.file(name)).has_value());
  }
  EXPECT_EQ(read_file(directory.file("a")), read_file(directory.file("b")));
  EXPECT_NE(read_file(directory.file("a")), read_file(directory.file("c")));
}

TEST(CorpusTest, AdvancesAsManyLinesASecondAsAskedFor) {
  TempDirectory directory;
  const std::string path = directory.file("corpus.ndjson");
  auto summary = generate_corpus(kSize, 1, path, 500);
  ASSERT_TRUE(summary.has_value());
  const double seconds = summary->range.end.seconds() - summary->range.begin.seconds();
  EXPECT_NEAR(static_cast<double>(summary->lines) / seconds, 500, 25);
  Timestamp before = summary->range.begin;
  for (const JsonValue& line : read_ndjson(path)) {
    const Timestamp time = time_of(line);
    EXPECT_GE(time, before - std::chrono::milliseconds(1));
    before = time;
  }
}

TEST(CorpusTest, HasItsIncidentWhereItSays) {
  TempDirectory directory;
  const std::string path = directory.file("corpus.ndjson");
  auto summary = generate_corpus(kSize, 1, path);
  ASSERT_TRUE(summary.has_value());
  double inside = 0;
  double inside_failed = 0;
  double outside = 0;
  double outside_failed = 0;
  for (const JsonValue& value : read_ndjson(path)) {
    const ReadLine line = read_line(value);
    if (line.service != "checkout" || line.status == 0) continue;
    const bool incident =
        summary->incident_begin <= line.time && line.time <= summary->incident_end;
    (incident ? inside : outside) += 1;
    if (line.status >= 500) (incident ? inside_failed : outside_failed) += 1;
  }
  EXPECT_GT(inside_failed / inside, 0.2);
  EXPECT_LT(outside_failed / outside, 0.03);
}

TEST(CorpusTest, RefusesLessThanAMebibyte) {
  TempDirectory directory;
  auto summary = generate_corpus(1000, 1, directory.file("corpus.ndjson"));
  ASSERT_FALSE(summary.has_value());
  EXPECT_EQ(summary.error().code, ErrorCode::kInvalidArgument);
}

TEST(CorpusTest, RefusesARateOfNone) {
  TempDirectory directory;
  auto summary = generate_corpus(kSize, 1, directory.file("corpus.ndjson"), 0);
  ASSERT_FALSE(summary.has_value());
  EXPECT_EQ(summary.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace inkling::gen
