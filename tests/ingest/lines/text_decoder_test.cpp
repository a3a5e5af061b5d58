#include "ingest/text_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "ingest/lines.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

constexpr std::string_view kTraces =
    "2024-06-14 10:11:12 ERROR order failed\n"
    "java.lang.IllegalStateException: no stock\n"
    "\tat shop.Cart.add(Cart.java:12)\n"
    "\t... 12 more\n"
    "Caused by: java.io.IOException: reset\n"
    "\tat shop.Net.read(Net.java:7)\n"
    "2024-06-14 10:11:13 INFO next\n"
    "Traceback (most recent call last):\n"
    "  File \"cart.py\", line 3, in add\n"
    "    raise ValueError(n)\n"
    "ValueError: 3\n"
    "\n"
    "During handling of the above exception, another exception occurred:\n"
    "\n"
    "Traceback (most recent call last):\n"
    "  File \"cart.py\", line 9, in run\n"
    "shop.errors.CartError: lost\n"
    "plain line\n"
    "panic: runtime error: index out of range [5] with length 3\n"
    "\n"
    "goroutine 1 [running]:\n"
    "main.add(0x5, 0x3)\n"
    "\t/src/cart.go:9 +0x1d\n"
    "main.main()\n"
    "\t/src/cart.go:5 +0x20\n"
    "exit status 2\n"
    "Unhandled exception. System.InvalidOperationException: closed\n"
    "   at Shop.Cart.Add(Int32 n) in /src/Cart.cs:line 7\n"
    "   --- End of inner exception stack trace ---\n"
    "thread 'main' panicked at src/main.rs:2:5:\n"
    "no stock\n"
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
    "TypeError: Cannot read properties of undefined\n"
    "    at Cart.add (/src/cart.js:3:9)\n"
    "cart.rb:3:in `add': no stock (RuntimeError)\n"
    "\tfrom cart.rb:6:in `<main>'\n"
    "done\n";

TEST(TextDecoderTest, JoinsStackTracesToTheirRecord) {
  const Batch batch = decode(Format::kText, kTraces);
  EXPECT_THAT(messages(batch),
              ElementsAre("order failed | java.lang.IllegalStateException: no stock", "next",
                          "shop.errors.CartError: lost", "plain line",
                          "panic: runtime error: index out of range [5] with length 3",
                          "Unhandled exception. System.InvalidOperationException: closed",
                          "thread 'main' panicked at src/main.rs:2:5: | no stock",
                          "TypeError: Cannot read properties of undefined",
                          "cart.rb:3:in `add': no stock (RuntimeError)", "done"));
  EXPECT_EQ(batch.lines, 37u);
  EXPECT_EQ(batch.empty_lines, 3u);
  EXPECT_EQ(batch.joined_lines, 24u);
}

TEST(TextDecoderTest, KeepsTheWholeRecordAsReceived) {
  const Batch batch = decode(Format::kText, kTraces);
  EXPECT_EQ(batch.logs[0].raw, kTraces.substr(0, kTraces.find("\n2024-06-14 10:11:13")));
  EXPECT_EQ(batch.logs[0].record, 0u);
  EXPECT_EQ(batch.logs[0].level, Level::kError);
  EXPECT_EQ(batch.logs[2].level, Level::kError);
  EXPECT_EQ(find_text_record(kTraces, 0), batch.logs[0].raw);
  EXPECT_EQ(find_text_record(kTraces, 36), "done");
}

TEST(TextDecoderTest, ReadsTheSecondLineOfDotNetsConsole) {
  const Batch batch = decode(Format::kText,
                             "info: Microsoft.Hosting.Lifetime[14]\n"
                             "      Now listening on: http://[::]:80\n"
                             "fail: Shop.Cart[0]\n"
                             "      Cart lost\n"
                             "System.IO.IOException: closed\n"
                             "   at Shop.Cart.Add()\n");
  EXPECT_THAT(messages(batch), ElementsAre("Now listening on: http://[::]:80",
                                           "Cart lost | System.IO.IOException: closed"));
  EXPECT_EQ(batch.logs[1].level, Level::kError);
}

TEST(TextDecoderTest, LeavesUnrelatedLinesApart) {
  const Batch batch = decode(Format::kText,
                             "one\ntwo\nError: three\nError: four\n"
                             "2024-06-14 10:11:12 INFO five\nsix\n");
  EXPECT_THAT(messages(batch),
              ElementsAre("one", "two", "Error: three", "Error: four", "five", "six"));
  EXPECT_EQ(batch.joined_lines, 0u);
}

TEST(TextDecoderTest, ReadsJsonAndLogfmtBetweenOtherLines) {
  const Batch batch =
      decode(Format::kText,
             "starting\n"
             "{\"level\":\"warn\",\"msg\":\"low\",\"service\":\"cart\"}\n"
             "time=2024-06-14T10:11:12Z level=error msg=\"no \\\"stock\\\"\" service=cart "
             "duration=12ms status=503\n"
             "2024-06-14T10:11:12.5Z stdout F {\"level\":\"info\",\"msg\":\"ready\"}\n");
  EXPECT_THAT(messages(batch), ElementsAre("starting", "low", "no \"stock\"", "ready"));
  EXPECT_EQ(batch.logs[1].level, Level::kWarn);
  EXPECT_EQ(batch.logs[2].level, Level::kError);
  EXPECT_EQ(batch.logs[2].service, "cart");
  EXPECT_EQ(batch.logs[2].duration_ms, 12.0);
  EXPECT_EQ(batch.logs[2].status, 503);
  EXPECT_EQ(format_timestamp(batch.logs[2].time), "2024-06-14T10:11:12Z");
  EXPECT_EQ(format_timestamp(batch.logs[3].time), "2024-06-14T10:11:12.500Z");
}

TEST(TextDecoderTest, JoinsTheLinesThatAContainerRuntimeCut) {
  const Batch batch = decode(Format::kText,
                             "2024-06-14T10:11:12.1Z stdout P {\"level\":\"warn\",\n"
                             "2024-06-14T10:11:12.2Z stdout P \"msg\":\n"
                             "2024-06-14T10:11:12.3Z stdout F \"low\"}\n"
                             "2024-06-14T10:11:12.4Z stdout F alone\n"
                             "2024-06-14T10:11:12.5Z stderr P half \n"
                             "2024-06-14T10:11:12.5Z stderr F an error\n"
                             "2024-06-14T10:11:12.6Z stdout P cut \n"
                             "2024-06-14T10:11:12.6Z stderr F between\n"
                             "2024-06-14T10:11:12.6Z stdout F off\n"
                             "2024-06-14T10:11:12.7Z stdout P without its rest\n");
  EXPECT_THAT(messages(batch), ElementsAre("low", "alone", "half an error", "cut", "between", "off",
                                           "without its rest"));
  EXPECT_EQ(batch.logs[0].level, Level::kWarn);
  EXPECT_EQ(format_timestamp(batch.logs[0].time), "2024-06-14T10:11:12.100Z");
  EXPECT_EQ(batch.logs[2].record, 4u);
  EXPECT_EQ(batch.lines, 10u);
  EXPECT_EQ(batch.joined_lines, 3u);
  EXPECT_TRUE(batch.broken.empty());
}

TEST(TextDecoderTest, FindsAllPartsOfALineForEvidence) {
  const std::string whole =
      "2024-06-14T10:11:12Z stdout P a\n2024-06-14T10:11:12Z stdout P b\n"
      "2024-06-14T10:11:12Z stdout F c";
  const std::string text = "before\n" + whole + "\n2024-06-14T10:11:12Z stdout F next\n";
  EXPECT_EQ(find_text_record(text, 1), whole);
  EXPECT_EQ(find_text_record(text, 4), "2024-06-14T10:11:12Z stdout F next");
}

TEST(TextDecoderTest, ALineOfPartsIsBoundedAsOthersAre) {
  std::string text;
  const std::string part(16 << 10, 'x');
  for (int i = 0; i < 70; ++i) text += "2024-06-14T10:11:12.1Z stdout P " + part + "\n";
  text += "2024-06-14T10:11:12.3Z stdout F end\n2024-06-14T10:11:12.4Z stdout F next\n";
  const Batch batch = decode(Format::kText, text);
  EXPECT_THAT(messages(batch), ElementsAre("next"));
  ASSERT_EQ(batch.broken.size(), 1u);
  EXPECT_EQ(batch.broken[0].reason, ParseError::kOverlong);
  EXPECT_EQ(batch.joined_lines, 70u);
}

TEST(TextDecoderTest, AFrameDoesNotEndBetweenTheParts) {
  const std::string before = "2024-06-14T10:11:11Z stdout F before\n";
  const std::string parts = "2024-06-14T10:11:12Z stdout P a\n2024-06-14T10:11:12Z stdout P b\n";
  EXPECT_EQ(find_closed_end(before), before.size());
  EXPECT_EQ(find_closed_end(before + parts), before.size());
  const std::string whole = before + parts + "2024-06-14T10:11:12Z stdout F c\n";
  EXPECT_EQ(find_closed_end(whole), whole.size());
  EXPECT_EQ(find_record_cut(whole), before.size());
}

TEST(TextDecoderTest, BoundsARecord) {
  std::string text = "2024-06-14 10:11:12 ERROR boom\n";
  for (int i = 0; i < 2500; ++i) text += "\tat shop.Cart.add(Cart.java:12)\n";
  const Batch batch = decode(Format::kText, text);
  EXPECT_EQ(batch.logs.size(), 3u);
  EXPECT_EQ(batch.lines, batch.logs.size() + batch.joined_lines);
}

TEST(TextDecoderTest, RefusesLinesOverTheLimitAndKeepsTheirNeighbours) {
  const std::string text = "one\n" + std::string(200, 'x') + "\ntwo\n";
  const Batch batch = decode(Format::kText, text, {.max_line_bytes = 100, .fields = {}});
  EXPECT_THAT(messages(batch), ElementsAre("one", "two"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:overlong"));
}

TEST(TextDecoderTest, CountsLinesOfWhiteSpaceAsEmpty) {
  const Batch batch = decode(Format::kText, "\t\n \t \n\x1b[0m\n\r\none\t\n");
  EXPECT_THAT(messages(batch), ElementsAre("one"));
  EXPECT_EQ(batch.empty_lines, 4u);
}

// Records of `text` when it is handed over in pieces that end where find_record_cut says.
std::vector<std::string> decode_in_pieces(std::string_view text, std::size_t size) {
  std::vector<std::string> found;
  while (!text.empty()) {
    std::size_t want = size;
    std::size_t cut = text.size();
    for (; want < text.size(); want *= 2) {
      cut = find_record_cut(text.substr(0, want));
      if (cut > 0) break;
      cut = text.size();
    }
    const Batch batch = decode(Format::kText, text.substr(0, cut));
    for (const LogRecord& log : batch.logs) {
      found.push_back(std::string(log.message) + "\n" + std::string(log.raw));
    }
    text.remove_prefix(cut);
  }
  return found;
}

TEST(TextDecoderTest, CutsChangeNoRecord) {
  std::vector<std::string> lines;
  for_each_line(kTraces, [&](std::string_view line, std::uint32_t) { lines.emplace_back(line); });
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::string text(kTraces);
    for (int i = 0; i < 60; ++i) text += lines[random() % lines.size()] + "\n";
    const std::vector<std::string> whole = decode_in_pieces(text, text.size());
    const std::size_t size = 40 + random() % 600;
    SCOPED_TRACE(testing::Message() << "seed 7 round " << round << " size " << size);
    EXPECT_EQ(decode_in_pieces(text, size), whole);
  }
}

}  // namespace
}  // namespace inkling::ingest
