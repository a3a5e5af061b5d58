#include "ingest/wire/otlp_traces_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <string>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/otlp_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kStart = 1'718'000'000'000'000'000;

std::vector<std::string> calls(const Batch& batch) {
  std::vector<std::string> out;
  for (const Call& call : batch.calls) {
    out.push_back(fmt::format("{} -> {} {} ms{}", call.caller, call.callee, call.duration_ms,
                              call.failed ? " failed" : ""));
  }
  return out;
}

Proto span(char id, char parent = 0, std::uint64_t ms = 5) {
  Proto out;
  out.text(1, std::string(16, 'T')).text(2, std::string(8, id));
  if (parent != 0) out.text(4, std::string(8, parent));
  return out.text(5, "GET /").fixed64(7, kStart).fixed64(8, kStart + ms * 1'000'000);
}

Proto spans_of(std::string_view service, const std::vector<Proto>& spans) {
  return request(resource({key_text("service.name", service)}), spans);
}

TEST(OtlpTracesDecoderTest, TellsCallsBetweenServices) {
  const Proto failed = span('b', 'a', 7).message(15, Proto().text(2, "no").varint(3, 2));
  const std::string bytes =
      spans_of("web", {span('a')}).bytes() + spans_of("cart", {failed, span('c', 'b')}).bytes();
  const Batch batch = decode(Format::kOtlpTraces, bytes);
  EXPECT_THAT(calls(batch), ElementsAre("web -> cart 7 ms failed"));
  EXPECT_EQ(batch.calls[0].time, Timestamp::from_ns(static_cast<std::int64_t>(kStart)));
  EXPECT_EQ(batch.lines, 3u);
  EXPECT_EQ(batch.span_lines, 3u);
}

TEST(OtlpTracesDecoderTest, TakesThePeerThatASpanNames) {
  const Proto client = span('a').message(9, key_text("peer.service", "bank"));
  const Proto newer = span('b').message(9, key_text("service.peer.name", "mail"));
  EXPECT_THAT(calls(decode(Format::kOtlpTraces, spans_of("web", {client, newer}).bytes())),
              ElementsAre("web -> bank 5 ms", "web -> mail 5 ms"));
}

TEST(OtlpTracesDecoderTest, AParentOfZerosIsNone) {
  const std::string bytes = spans_of("web", {Proto().text(2, std::string(8, '\0'))}).bytes() +
                            spans_of("cart", {span('b').text(4, std::string(8, '\0'))}).bytes();
  const Batch batch = decode(Format::kOtlpTraces, bytes);
  EXPECT_THAT(calls(batch), IsEmpty());
  EXPECT_EQ(batch.span_lines, 2u);
}

TEST(OtlpTracesDecoderTest, CountsEachSpanWhateverHappensToTheBytes) {
  const std::string bytes =
      spans_of("web", {span('a').message(9, key_text("peer.service", "bank"))}).bytes() +
      spans_of("cart", {span('b', 'a'), span('c', 'b')}).bytes();
  std::mt19937 random(29);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    if (round % 2 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const Batch batch = decode(Format::kOtlpTraces, damaged);
    ASSERT_EQ(batch.lines, accounted_lines(batch)) << "round " << round;
  }
}

}  // namespace
}  // namespace inkling::ingest
