#include "ingest/stdin_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "core/clock.h"
#include "tests/ingest/fake_journal.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StdinSourceTest : public ::testing::Test {
 protected:
  StdinSourceTest() { EXPECT_EQ(::pipe2(pipe_.data(), O_CLOEXEC), 0); }
  ~StdinSourceTest() override {
    close_input();
    ::close(pipe_[0]);
  }
  void type(std::string_view text) {
    EXPECT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_input() {
    if (pipe_[1] >= 0) ::close(pipe_[1]);
    pipe_[1] = -1;
  }
  StdinSource source() { return StdinSource(pipe_[0], options_, journal_, 7, clock_, metrics_); }

  std::array<int, 2> pipe_{};
  SystemClock clock_;
  MetricsRegistry metrics_;
  FakeJournal journal_;
  StdinOptions options_;
};

TEST_F(StdinSourceTest, ReadsToTheEndOfTheInput) {
  type("one\ntwo\nlast");
  close_input();
  ASSERT_TRUE(source().run({}).has_value());
  const auto frames = journal_.frames();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].body, "one\ntwo\nlast");
  EXPECT_EQ(frames[0].origin, 7u);
  EXPECT_EQ(frames[0].origin_name, "stdin");
  EXPECT_EQ(frames[0].resume_offset, 12u);
  EXPECT_EQ(frames[0].format, Format::kText);
}

TEST_F(StdinSourceTest, AnEmptyInputIsNoFrame) {
  close_input();
  ASSERT_TRUE(source().run({}).has_value());
  EXPECT_THAT(journal_.bodies(), IsEmpty());
}

TEST_F(StdinSourceTest, CutsFramesAtLineEnds) {
  options_.frame_bytes = 100'000;
  std::string sent;
  std::jthread writer([&] {
    for (int i = 0; i < 20'000; ++i) sent += "line " + std::to_string(i) + " of many\n";
    for (std::size_t at = 0; at < sent.size();) {
      const auto done =
          ::write(pipe_[1], sent.data() + at, std::min<std::size_t>(7777, sent.size() - at));
      ASSERT_GT(done, 0);
      at += static_cast<std::size_t>(done);
    }
    close_input();
  });
  ASSERT_TRUE(source().run({}).has_value());
  writer.join();
  std::string all;
  std::size_t frames = 0;
  for (const std::string& body : journal_.bodies()) {
    EXPECT_EQ(body.back(), '\n');
    EXPECT_LE(body.size(), options_.frame_bytes + 64 * 1024);
    all += body;
    ++frames;
  }
  EXPECT_GT(frames, 2u);
  EXPECT_TRUE(all == sent);
}

TEST_F(StdinSourceTest, SendsWhatCameWithinTheInterval) {
  options_.flush_interval = std::chrono::milliseconds(1);
  std::jthread reader([this] { EXPECT_TRUE(source().run({}).has_value()); });
  type("first\nunfin");
  journal_.await(1);
  EXPECT_THAT(journal_.bodies(), ElementsAre("first\n"));
  type("ished\n");
  journal_.await(2);
  close_input();
  reader.join();
  EXPECT_THAT(journal_.bodies(), ElementsAre("first\n", "unfinished\n"));
}

TEST_F(StdinSourceTest, WaitsWhileTheJournalIsFull) {
  journal_.refuse(3);
  type("precious\n");
  close_input();
  ASSERT_TRUE(source().run({}).has_value());
  EXPECT_THAT(journal_.bodies(), ElementsAre("precious\n"));
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_ingest_stdin_waits_total 3"));
}

TEST_F(StdinSourceTest, AFailedJournalIsAnError) {
  journal_.refuse(1, ErrorCode::kIo);
  type("x\n");
  close_input();
  const auto result = source().run({});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
}

TEST_F(StdinSourceTest, StoppedWhileTheJournalIsFullItSaysWhatIsLost) {
  journal_.refuse(1'000'000);
  type("precious\n");
  close_input();
  std::jthread thread([this](const std::stop_token& stop) {
    const auto result = source().run(stop);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(result.error().message, HasSubstr("not taken: 9"));
  });
  journal_.await_refusals(1);
  thread.request_stop();
}

TEST_F(StdinSourceTest, StopsWhileTheInputIsSilent) {
  std::jthread thread(
      [this](const std::stop_token& stop) { EXPECT_TRUE(source().run(stop).has_value()); });
  thread.request_stop();
}

TEST_F(StdinSourceTest, CutsAnEndlessLine) {
  options_.max_line_bytes = 1000;
  const std::string line(100'000, 'x');
  std::jthread writer([&] {
    type(line);
    close_input();
  });
  ASSERT_TRUE(source().run({}).has_value());
  std::string all;
  for (const std::string& body : journal_.bodies()) all += body;
  EXPECT_TRUE(all == line);
  EXPECT_GT(journal_.bodies().size(), 1u);
}

TEST_F(StdinSourceTest, ReportsAnInputThatCannotBeRead) {
  const int directory = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto result = StdinSource(directory, options_, journal_, 7, clock_, metrics_).run({});
  ::close(directory);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace inkling::ingest
