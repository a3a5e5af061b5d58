// A saved state of the whole pipeline with some of its bytes changed and all check sums right
// again: refused, or loaded into a pipeline that still takes data and comes to its end. An input is
// a list of changes: where (4 bytes, modulo the size) and what to xor (1 byte).
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "core/check.h"
#include "core/crc32c.h"
#include "core/state_reader.h"
#include "core/state_writer.h"

namespace {

using namespace inkling;

constexpr std::size_t kSectionHeader = 20;
constexpr std::size_t kMostChanges = 64;

class NoFrames final : public FrameStore {
 public:
  void note_times(Position, Timestamp, Timestamp) override {}
  Result<void> read_range(TimeRange, const std::function<bool(FrameChunk&&)>&) override {
    return {};
  }
  Result<std::string> read_record(Position) override { return fail(ErrorCode::kNotFound, "none"); }
};

// Ten minutes of a small service: logs of several templates, a metric, a change, an alarm.
std::string lines() {
  std::string text;
  for (int second = 0; second < 600; second += 2) {
    const std::string time = "2026-03-03T12:" + std::to_string(10 + second / 60) + ":" +
                             (second % 60 < 10 ? "0" : "") + std::to_string(second % 60) + "Z";
    const bool bad = second > 480;
    text += R"({"time":")" + time + R"(","service":"shop","version":"1.)" + (bad ? "1" : "0") +
            R"(","level":")" + (bad ? "error" : "info") + R"(","message":")" +
            (bad ? "lock on seat map lost by worker " : "seat booked for user ") +
            std::to_string(second * 37) + R"( in zone=z)" + std::to_string(second % 14) +
            R"(","status":)" + (bad ? "500" : "200") + R"(,"duration_ms":)" +
            std::to_string(20 + second % 17) + "}\n";
    text += R"({"time":")" + time + R"(","service":"shop","metric":"queue_depth","value":)" +
            std::to_string(second % 31 + (bad ? 400 : 0)) + "}\n";
  }
  text +=
      R"({"kind":"deploy","id":"d1","time":"2026-03-03T12:17:50Z","service":"shop","version":"1.1","title":"faster seats"})"
      "\n";
  text +=
      R"({"service":"shop","metric":"error_rate","threshold":0.05,"observed":0.5,"fired_at":"2026-03-03T12:18:40Z","severity":"critical","monitor":"shop-errors"})"
      "\n";
  return text;
}

class Lines final : public ingest::ChunkSource {
 public:
  explicit Lines(std::string text) : text_(std::move(text)) {}
  Result<bool> next(FrameChunk& chunk) override {
    if (text_.empty()) return false;
    const std::size_t half = text_.size() > 30'000 ? text_.find('\n', text_.size() / 2) + 1 : 0;
    const std::size_t size = half > 0 ? half : text_.size();
    chunk.header.position = {1, 0, offset_};
    chunk.header.format = Format::kNdjson;
    chunk.header.origin = 1;
    chunk.bytes.clear();
    chunk.bytes.reserve(size);
    chunk.bytes.resize(size);
    std::memcpy(chunk.bytes.data(), text_.data(), size);
    text_.erase(0, size);
    offset_ += size;
    return true;
  }

 private:
  std::string text_;
  std::uint64_t offset_ = 0;
};

config::Config make_config() {
  config::Config config;
  config.detect.history_points = 2'000;
  config.detect.thresholds.push_back(
      {.name = "deep", .series = "queue_depth", .limit = 100, .period = std::chrono::seconds(60)});
  return config;
}

std::unique_ptr<app::Pipeline> make(NoFrames& store, app::PipelineTaps taps) {
  static const config::Config kConfig = make_config();
  app::PipelineSettings settings;
  settings.threads = 1;
  auto pipeline = app::Pipeline::create(kConfig, settings, store, std::move(taps));
  INKLING_CHECK(pipeline.has_value());
  return std::move(*pipeline);
}

std::string make_state() {
  NoFrames store;
  std::string state;
  std::unique_ptr<app::Pipeline> pipeline;
  app::PipelineTaps taps;
  taps.on_cut = [&](Position) {
    StateWriter writer;
    pipeline->save(writer);
    state = writer.take();
  };
  pipeline = make(store, std::move(taps));
  Lines source(lines());
  INKLING_CHECK(pipeline->run(source).has_value());
  return state;
}

// Where the content of each section lies, the outer before the inner.
struct Section {
  std::size_t begin;
  std::size_t size;
};
std::vector<Section> find_sections(const std::string& state) {
  std::vector<Section> sections;
  for (std::size_t at = 0; at + kSectionHeader <= state.size(); ++at) {
    StateReader header(std::string_view(state).substr(at, kSectionHeader));
    header.u32();
    const std::uint32_t version = header.u32();
    const std::uint64_t size = header.u64();
    const std::uint32_t crc = header.u32();
    if (version == 0 || version > 1000 || size > state.size() - at - kSectionHeader) continue;
    const Section section{at + kSectionHeader, static_cast<std::size_t>(size)};
    if (crc32c(std::string_view(state).substr(section.begin, section.size)) != crc) continue;
    sections.push_back(section);
  }
  return sections;
}

void seal(std::string& state, const std::vector<Section>& sections) {
  for (auto section = sections.rbegin(); section != sections.rend(); ++section) {
    StateWriter crc;
    crc.put_u32(crc32c(std::string_view(state).substr(section->begin, section->size)));
    state.replace(section->begin - 4, 4, crc.take());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kState = make_state();
  static const std::vector<Section> kSections = find_sections(kState);
  INKLING_CHECK(kSections.size() >= 4);
  std::string state = kState;
  for (std::size_t i = 0; i + 5 <= std::min(size, 5 * kMostChanges); i += 5) {
    std::uint32_t at = 0;
    std::memcpy(&at, data + i, 4);
    state[at % state.size()] ^= static_cast<char>(data[i + 4]);
  }
  seal(state, kSections);
  NoFrames store;
  const auto pipeline = make(store, {});
  StateReader reader(state);
  if (!pipeline->load(reader)) return 0;
  StateWriter writer;
  pipeline->save(writer);
  Lines source(lines());
  INKLING_CHECK(pipeline->run(source).has_value());
  return 0;
}
