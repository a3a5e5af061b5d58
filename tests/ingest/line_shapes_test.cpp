#include "ingest/line_shapes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/timestamp.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

struct NamedKernel {
  const char* name;
  ShapeKernel kernel;
};

// Those this processor has.
std::vector<NamedKernel> kernels() {
  std::vector<NamedKernel> found = {{"sse2", match_shape_sse2}};
  if (__builtin_cpu_supports("avx2")) found.push_back({"avx2", match_shape_avx2});
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    found.push_back({"avx512", match_shape_avx512});
  }
  return found;
}

// All that a line became, in words.
std::string describe(const Batch& batch) {
  std::string text;
  for (const LogRecord& log : batch.logs) {
    text +=
        fmt::format("log {} {} {}|{}|{}|{}|{}|{}|{}|{}|{}\n", log.record,
                    format_timestamp(log.time), log.message, log.service, log.version, log.route,
                    log.peer, log.duration_ms, log.status, level_name(log.level), log.raw);
  }
  for (const MetricPoint& point : batch.points) {
    text += fmt::format("point {} {} {}|{}|{}|{}|{}|{}", point.record, format_timestamp(point.time),
                        point.name, point.service, point.version, point.unit, point.value,
                        static_cast<int>(point.kind));
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      text += fmt::format("|{}={}", label.name, label.value);
    }
    text += '\n';
  }
  for (const Change& change : batch.changes) text += fmt::format("change {}\n", change.id);
  for (const Alarm& alarm : batch.alarms) text += fmt::format("alarm {}\n", alarm.id);
  for (const BrokenLine& line : batch.broken) {
    text += fmt::format("broken {} {} {}\n", line.record, parse_error_name(line.reason), line.raw);
  }
  return text + fmt::format("lines {} empty {} spans {}", batch.lines, batch.empty_lines,
                            batch.span_lines);
}

Batch batch_of(std::string_view text) {
  Batch batch;
  batch.chunk.header.format = Format::kNdjson;
  batch.chunk.bytes = PaddedBuffer::copy_of(text);
  return batch;
}

// Makes lines of some dozens of shapes, and sometimes spoils one.
class LineMaker {
 public:
  explicit LineMaker(unsigned seed) : random_(seed) {}

  std::string next() {
    std::string line = "{";
    const bool spaced = random_() % 4 == 0;
    const auto add = [&](const std::string& name, const std::string& value) {
      if (line.size() > 1) line += spaced ? ", " : ",";
      line += "\"" + name + (spaced ? "\": " : "\":") + value;
    };
    switch (random_() % 4) {
      case 0:
        add("level", one_of({R"("info")", R"("error")", "30", R"("")", "null"}));
        add("time",
            one_of({R"("2026-01-02T03:04:05Z")", "1767323045", R"("2026-01-02 03:04:05")"}));
        add("msg", text(80));
        add("service", text(9));
        break;
      case 1:
        add("message", text(200));
        add("status", one_of({"200", "503", R"("error")", R"("404")", "true"}));
        add("http", one_of({R"({"route":"/a","status_code":500})", R"({"route":"/b?c=d"})", "{}"}));
        add("duration_ms", one_of({"12", "3.25", "1e3", R"("15ms")", "-1", "12a"}));
        break;
      case 2:
        add("name", text(9));
        add("value", one_of({"1", "-2.5", "null", R"("3")", R"("much")", "false"}));
        add("labels", "{\"service\":" + text(5) + ",\"core\":" + one_of({"1", "null", "true"}) +
                          ",\"host\":" + text(5) + "}");
        break;
      default:
        add("timestamp", R"("2026-01-02T03:04:0)" + std::to_string(random_() % 10) + "Z\"");
        add("level", R"("warn")");
        add("a_key_that_is_so_long_that_it_takes_more_than_one_look", text(3));
        add("message", text(20));
        add("extra", one_of({"[]", "[1,2]", R"([{"message":"no"}])", "{}", R"({"x":[[]]})"}));
        break;
    }
    line += '}';
    if (random_() % 8 == 0) spoil(line);
    if (random_() % 16 == 0) line += "\r";
    return line;
  }

 private:
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + random_() % texts.size());
  }

  std::string text(std::size_t most) {
    std::string made = "\"";
    const bool plain = random_() % 2 == 0;
    for (std::size_t left = random_() % most; left > 0; --left) {
      made += plain ? one_of({"a", "b", " ", "7", "-"})
                    : one_of({"a", "{", "}", ":", ",", "\xC3\xA9", "\\n", "\\\"", "\\\\", "\\u20ac",
                              "[", "]", "\xF0\x9F\x98\x80"});
    }
    return made + "\"";
  }

  // Changes, removes, doubles or cuts off a byte or more.
  void spoil(std::string& line) {
    const std::size_t at = random_() % line.size();
    switch (random_() % 6) {
      case 0:
        line[at] = static_cast<char>(random_() % 256);
        if (line[at] == '\n') line[at] = ' ';
        break;
      case 1:
        line.erase(at, 1);
        break;
      case 2:
        line.insert(at, 1, line[at]);
        break;
      case 3:
        line.resize(at);
        break;
      case 4:
        line.insert(at, one_of({"\"", "\\", " ", "\t", ",", "}", "{", "\xFF", "\x01", "0"}));
        break;
      default:
        line += one_of({" ", "x", "}", "{}", "\r"});
        break;
    }
  }

  std::mt19937 random_;
};

TEST(LineShapesTest, KnownShapesGiveWhatTheCarefulWalkGives) {
  const unsigned seed = 20261120;
  SCOPED_TRACE(seed);
  LineMaker maker(seed);
  Decoder warm{DecoderOptions{}};
  // A record of its own decoder is always walked: no shape is known yet.
  const DecoderOptions options;
  for (int i = 0; i < 6000; ++i) {
    const std::string line = maker.next();
    Batch known = batch_of(line + "\n");
    warm.decode(known);
    ASSERT_EQ(describe(known), describe(decode(Format::kNdjson, line + "\n", options))) << line;
  }
}

TEST(LineShapesTest, BrokenNeighboursChangeNothing) {
  const unsigned seed = 7;
  SCOPED_TRACE(seed);
  LineMaker maker(seed);
  Decoder warm{DecoderOptions{}};
  for (int i = 0; i < 300; ++i) {
    std::string text;
    std::vector<std::string> lines;
    for (int k = 0; k < 20; ++k) {
      lines.push_back(maker.next());
      text += lines.back() + "\n";
    }
    Batch together = batch_of(text);
    warm.decode(together);
    std::size_t broken = 0;
    for (const std::string& line : lines) {
      Batch alone = batch_of(line + "\n");
      warm.decode(alone);
      broken += alone.broken.size();
      ASSERT_EQ(accounted_lines(alone), 1u) << line;
    }
    ASSERT_EQ(together.lines, lines.size());
    ASSERT_EQ(together.broken.size(), broken);
  }
}

TEST(LineShapesTest, AllKernelsAgree) {
  const unsigned seed = 11;
  SCOPED_TRACE(seed);
  const auto all = kernels();
  std::vector<LineShapes> shapes;
  for (const NamedKernel& kernel : all) shapes.emplace_back(kernel.kernel);
  LineMaker maker(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::string line = maker.next();
    const PaddedBuffer bytes = PaddedBuffer::copy_of(line);
    const char* const end = bytes.data() + bytes.size();
    std::vector<std::string> found;
    for (LineShapes& known : shapes) {
      const ShapeMatch match = known.match(bytes.data(), end);
      found.push_back(match.end ? fmt::format("{} {}", match.end - bytes.data(), match.node)
                                : std::string("none"));
      if (!match.end) known.learn(bytes.view(), {}, 0);
    }
    for (std::size_t k = 1; k < all.size(); ++k) {
      ASSERT_EQ(found[k], found[0]) << all[k].name << " differs from sse2: " << line;
    }
  }
}

TEST(LineShapesTest, TellsWhereCapturedValuesLie) {
  for (const NamedKernel& kernel : kernels()) {
    SCOPED_TRACE(kernel.name);
    LineShapes shapes(kernel.kernel);
    const std::string first = R"({"a":"x","n":17,"b":"y"})";
    const std::vector<ShapeMark> marks = {{.begin = first.data() + 5, .meaning = {}, .label = {}},
                                          {.begin = first.data() + 13, .meaning = {}, .label = {}}};
    shapes.learn(first, marks, kHintSpan);
    const PaddedBuffer second = PaddedBuffer::copy_of(R"({"a":"\"","n":-2.5e3,"b":""})"
                                                      "\n");
    const ShapeMatch match = shapes.match(second.data(), second.data() + second.size());
    ASSERT_EQ(match.end, second.data() + second.size() - 1);
    EXPECT_EQ(shapes.hints(match.node), kHintSpan);
    ASSERT_EQ(match.captures, 2u);
    const auto text = [&](std::size_t i) {
      return std::string(shapes.capture(i).begin, shapes.capture(i).size);
    };
    EXPECT_THAT((std::vector{text(0), text(1)}), ElementsAre("\\\"", "-2.5e3"));
    EXPECT_TRUE(shapes.capture(0).has_escape);
    EXPECT_FALSE(shapes.capture(1).is_string);
  }
}

TEST(LineShapesTest, LearnsOnlyWhatTheStrictParserTakes) {
  LineShapes shapes;
  for (const std::string line : {R"({"a":[1 2]})", R"({"a":[1,]})", R"({"a":"x"} )",
                                 R"({"a\u0062":1})", R"(["a"])", R"({"a":1)"}) {
    shapes.learn(line, {}, 0);
    EXPECT_EQ(shapes.nodes(), 1u) << line;
  }
  shapes.learn(R"({"a":[1,2]})", {}, 0);
  EXPECT_EQ(shapes.nodes(), 4u);
}

TEST(LineShapesTest, StaysWithinItsBound) {
  LineShapes shapes;
  std::size_t most = 0;
  for (int i = 0; i < 20'000; ++i) {
    shapes.learn(fmt::format(R"({{"a{}":"x","b{}":1,"c{}":2}})", i % 16, i / 16 % 16, i / 256), {},
                 0);
    most = std::max(most, shapes.nodes());
  }
  EXPECT_LE(most, 2048u);
  EXPECT_GT(most, 1024u);
}

}  // namespace
}  // namespace inkling::ingest
