#include "ingest/wire/exposition_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

Batch decode_page(std::string_view page, const char* attributes = nullptr) {
  Batch batch;
  batch.chunk.header.format = Format::kExposition;
  batch.chunk.header.arrival = Timestamp::from_seconds(1'700'000'000);
  batch.chunk.bytes = PaddedBuffer::copy_of(page);
  if (attributes) batch.chunk.attributes = std::make_shared<const std::string>(attributes);
  Decoder(DecoderOptions{}).decode(batch);
  return batch;
}

// "service name{label=value} kind value @ time"
std::vector<std::string> show(const Batch& batch) {
  std::vector<std::string> texts;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      labels += fmt::format("{}{}={}", labels.empty() ? "" : ",", label.name, label.value);
    }
    texts.push_back(fmt::format(
        "{} {}{{{}}} {} {} @ {}", point.service.empty() ? "-" : std::string(point.service),
        point.name, labels, point.kind == MetricKind::kCounter ? "counter" : "gauge",
        std::isnan(point.value) ? "none" : fmt::format("{:g}", point.value),
        point.time.ns / 1'000'000));
  }
  return texts;
}

TEST(ExpositionDecoderTest, ReadsTheTextFormat) {
  const Batch batch = decode_page(
      "# HELP http_requests_total All requests.\n"
      "# TYPE http_requests_total counter\n"
      "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
      "\n"
      "# TYPE temperature gauge\n"
      "temperature{room=\"a \\\"b\\\" \\\\ c\\n\",} -3.5e-1\n"
      "no_type 12\n"
      "lag NaN\n"
      "depth +Inf\n"
      "# TYPE rpc summary\n"
      "rpc{quantile=\"0.99\"} 4.5\n"
      "rpc_sum 8\n"
      "rpc_count 2\n"
      "# TYPE took histogram\n"
      "took_bucket{le=\"0.1\"} 3\n"
      "took_bucket{le=\"+Inf\"} 4\n"
      "took_sum 2.5\n"
      "took_count 4\n");
  EXPECT_THAT(
      show(batch),
      ElementsAre(
          "- http_requests_total{method=post,code=200} counter 1027 @ 1395066363000",
          "- temperature{room=a \"b\" \\ c\n} gauge -0.35 @ 1700000000000",
          "- no_type{} gauge 12 @ 1700000000000", "- lag{} gauge none @ 1700000000000",
          "- depth{} gauge none @ 1700000000000", "- rpc{quantile=0.99} gauge 4.5 @ 1700000000000",
          "- rpc_sum{} counter 8 @ 1700000000000", "- rpc_count{} counter 2 @ 1700000000000",
          "- took_sum{} counter 2.5 @ 1700000000000", "- took_count{} counter 4 @ 1700000000000"));
  EXPECT_EQ(batch.header_lines, 5u);
  EXPECT_EQ(batch.empty_lines, 1u);
  EXPECT_EQ(batch.joined_lines, 2u);
  EXPECT_EQ(batch.lines, 18u);
  EXPECT_THAT(broken_lines(batch), ElementsAre());
}

TEST(ExpositionDecoderTest, ReadsOpenMetrics) {
  const Batch batch = decode_page(
      "# TYPE carts counter\n"
      "# UNIT carts items\n"
      "carts_total{shop=\"a\"} 7 1700000001.5 # {trace_id=\"4\"} 0.67 1605281325.0\n"
      "carts_created{shop=\"a\"} 1600000000\n"
      "{\"my.metric\",l=\"v\"} 3\n"
      "# EOF\n");
  EXPECT_THAT(show(batch), ElementsAre("- carts_total{shop=a} counter 7 @ 1700000001500",
                                       "- my.metric{l=v} gauge 3 @ 1700000000000"));
  EXPECT_EQ(batch.joined_lines, 1u);
}

TEST(ExpositionDecoderTest, TakesServiceAndInstanceFromLabelsAndFrame) {
  const Batch batch =
      decode_page("up 1\nx{service=\"pay\"} 2\n", "service=cart\ninstance=127.0.0.1:9100\n");
  EXPECT_THAT(show(batch), ElementsAre("cart up{instance=127.0.0.1:9100} gauge 1 @ 1700000000000",
                                       "pay x{instance=127.0.0.1:9100} gauge 2 @ 1700000000000"));
}

TEST(ExpositionDecoderTest, CountsBrokenLinesAndKeepsTheirNeighbours) {
  const Batch batch = decode_page("a 1\nb{x=\"1} 2\nc{x=1} 3\nd many\n{} 4\ne 5 soon\nf 6\n");
  EXPECT_THAT(show(batch),
              ElementsAre("- a{} gauge 1 @ 1700000000000", "- f{} gauge 6 @ 1700000000000"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_value", "2:bad_value", "3:bad_value",
                                               "4:unknown_shape", "5:bad_time"));
  EXPECT_EQ(batch.labels.size(), 0u);
}

}  // namespace
}  // namespace inkling::ingest
