#include "ingest/file_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "core/timestamp.h"
#include "ingest/decoder.h"
#include "ingest/frame_cutter.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string gzip(std::string_view text) {
  z_stream stream = {};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

std::unique_ptr<FileReplay> open(const std::vector<std::string>& paths,
                                 const FileReplayOptions& options = {},
                                 const DecoderOptions& decoder_options = {}) {
  auto replay = FileReplay::create(paths, Format::kAuto, options, decoder_options);
  EXPECT_TRUE(replay.has_value()) << (replay ? "" : replay.error().message);
  return std::move(replay.value());
}

// A frame put together from its chunks.
struct Frame {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::string bytes;
  bool ends_origin = false;
  std::string horizon;
  friend bool operator==(const Frame&, const Frame&) = default;
};

// Reads everything, and checks the flags of the chunks on the way.
std::vector<Frame> read_all(FileReplay& replay, std::size_t* chunks = nullptr) {
  std::vector<Frame> frames;
  FrameChunk chunk;
  bool in_frame = false;
  while (true) {
    const auto more = replay.next(chunk);
    EXPECT_TRUE(more.has_value()) << (more ? "" : more.error().message);
    if (!more || !*more) break;
    if (chunks) ++*chunks;
    EXPECT_EQ(chunk.begins_frame, !in_frame);
    EXPECT_EQ(chunk.ends_epoch, chunk.ends_frame);
    if (chunk.begins_frame) {
      frames.push_back({chunk.header.position.segment, chunk.header.position.offset, "", false,
                        format_timestamp(chunk.horizon)});
    }
    EXPECT_EQ(chunk.header.position.segment, frames.back().file);
    EXPECT_EQ(chunk.header.position.offset, frames.back().offset);
    EXPECT_EQ(chunk.header.origin, frames.back().file);
    EXPECT_EQ(format_timestamp(chunk.horizon), frames.back().horizon);
    frames.back().bytes += chunk.bytes.view();
    frames.back().ends_origin = chunk.ends_origin;
    in_frame = !chunk.ends_frame;
  }
  EXPECT_FALSE(in_frame);
  return frames;
}

std::string numbered_lines(std::size_t count, std::int64_t first_second = 1'767'323'045) {
  std::mt19937 random(5);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += R"({"time":)" + std::to_string(first_second + static_cast<std::int64_t>(i)) +
            R"(,"msg":"line )" + std::to_string(i) + " " + std::string(random() % 300, 'x') +
            "\"}\n";
  }
  return text;
}

TEST(FileReplayTest, CutsFramesIndependentlyOfTheBatchSize) {
  const TempDirectory folder;
  const std::string text = numbered_lines(3000) + R"({"msg":"the last line has no end"})";
  write_file(folder.file("a.ndjson"), text);
  std::vector<std::vector<Frame>> runs;
  std::vector<std::size_t> chunks;
  for (const std::uint32_t batch_bytes : {1u << 10, 16u << 10, 1u << 20}) {
    const auto replay =
        open({folder.file("a.ndjson")}, {.frame_bytes = 100'000, .batch_bytes = batch_bytes});
    runs.push_back(read_all(*replay, &chunks.emplace_back(0)));
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_EQ(runs[0], runs[2]);
  EXPECT_GT(chunks[0], chunks[1]);
  EXPECT_EQ(chunks[2], runs[2].size());
  std::string whole;
  for (const Frame& frame : runs[0]) {
    EXPECT_EQ(frame.offset, whole.size());
    EXPECT_LE(frame.bytes.size(), 100'000u);
    whole += frame.bytes;
  }
  EXPECT_EQ(whole, text);
  EXPECT_TRUE(runs[0].back().ends_origin);
  EXPECT_FALSE(runs[0].front().ends_origin);
}

TEST(FileReplayTest, CutsLinesLongerThanAFrame) {
  const TempDirectory folder;
  const std::string text = "a\n" + std::string(50, 'b') + "\n" + std::string(90, 'c') + "\nd\n";
  write_file(folder.file("a.log"), text);
  const auto replay = open({folder.file("a.log")}, {.frame_bytes = 20, .batch_bytes = 8},
                           {.max_line_bytes = 60, .fields = {}});
  std::vector<std::string> frames;
  for (const Frame& frame : read_all(*replay)) frames.push_back(frame.bytes);
  EXPECT_THAT(frames, ElementsAre("a\n", std::string(50, 'b') + "\n", std::string(61, 'c'),
                                  std::string(29, 'c') + "\n", "d\n"));
}

TEST(FileReplayTest, ReadsCompressedFilesLikePlainOnes) {
  const TempDirectory folder;
  const std::string text = numbered_lines(4000);
  write_file(folder.file("plain"), text);
  write_file(folder.file("gz"), gzip(text.substr(0, 300'000)) + gzip(text.substr(300'000)));
  write_file(folder.file("zst"), zstd(text));
  const FileReplayOptions options{.frame_bytes = 70'000, .batch_bytes = 10'000};
  const auto plain = read_all(*open({folder.file("plain")}, options));
  EXPECT_EQ(read_all(*open({folder.file("gz")}, options)), plain);
  EXPECT_EQ(read_all(*open({folder.file("zst")}, options)), plain);
  EXPECT_EQ(open({folder.file("zst")})->files()[0].encoding, Encoding::kZstd);
}

TEST(FileReplayTest, NamesACompressedFileThatIsCutShort) {
  const TempDirectory folder;
  const std::string packed = gzip(numbered_lines(20'000));
  write_file(folder.file("a.gz"), packed.substr(0, packed.size() - 100));
  const auto replay = open({folder.file("a.gz")}, {.frame_bytes = 100'000});
  FrameChunk chunk;
  Result<bool> more = true;
  while (more.has_value() && *more) more = replay->next(chunk);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().code, ErrorCode::kBadInput);
  EXPECT_THAT(more.error().message, HasSubstr(folder.file("a.gz")));
}

TEST(FileReplayTest, GoesOnWithTheFileFurthestBehind) {
  const TempDirectory folder;
  const auto line = [](int minute) {
    return R"({"msg":"x","time":"2026-01-02T03:0)" + std::to_string(minute) + ":00Z\"}\n";
  };
  const std::string untimed = "{\"msg\":\"no time here at all, not even a little bit\"}\n";
  write_file(folder.file("a"), line(1) + line(4) + line(6));
  write_file(folder.file("b"), line(2) + untimed + line(5));
  write_file(folder.file("c"), untimed);
  const auto replay = open({folder.path()}, {.frame_bytes = 60, .batch_bytes = 60});
  std::vector<std::string> order;
  for (const Frame& frame : read_all(*replay)) {
    order.push_back(std::string(1, static_cast<char>('a' + frame.file)) + " " + frame.horizon);
  }
  EXPECT_THAT(order, ElementsAre("c 2026-01-02T03:01:00Z", "a 2026-01-02T03:02:00Z",
                                 "b 2026-01-02T03:02:00Z", "b 2026-01-02T03:04:00Z",
                                 "a 2026-01-02T03:05:00Z", "b 2026-01-02T03:06:00Z", "a -"));
}

TEST(FileReplayTest, TellsADocumentsTimeByItsEarliestElement) {
  const TempDirectory folder;
  write_file(folder.file("logs"), R"({"msg":"x","time":"2026-01-02T03:04:00Z"})");
  write_file(folder.file("z.json"),
             R"([{"flag":"f","change":"on","time":"2026-01-02T03:05:00Z"},
                 {"flag":"g","change":"on","time":"2026-01-02T03:01:00Z"}])");
  const auto frames = read_all(*open({folder.path()}));
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].file, 1u);
}

TEST(FileReplayTest, WalksDirectoriesInByteOrderWithoutHiddenFiles) {
  const TempDirectory folder;
  std::filesystem::create_directories(folder.file("b/inner"));
  std::filesystem::create_directories(folder.file(".git"));
  for (const char* name : {"b/inner/1", "b/0", "a", "C", ".hidden", ".git/x", "b-c"}) {
    write_file(folder.file(name), "line\n");
  }
  std::vector<std::string> names;
  const auto replay = open({folder.path()});
  for (const ReplayFile& file : replay->files()) {
    names.push_back(file.path.substr(folder.path().size() + 1));
  }
  EXPECT_THAT(names, ElementsAre("C", "a", "b-c", "b/0", "b/inner/1"));
}

TEST(FileReplayTest, TellsFormatsByContent) {
  const TempDirectory folder;
  const auto format = [&](std::string_view content) {
    write_file(folder.file("f"), content);
    return open({folder.file("f")})->files()[0].format;
  };
  EXPECT_EQ(format(R"({"msg":"x"})"), Format::kNdjson);
  EXPECT_EQ(format("\n\n{\"msg\":\"x\"}\n{\"msg\":\"y\"}\n"), Format::kNdjson);
  EXPECT_EQ(format("{\"msg\":\"broken\n{\"msg\":\"y\"}\n"), Format::kNdjson);
  EXPECT_EQ(format("[{\"msg\":\"x\"}]"), Format::kJsonDocument);
  EXPECT_EQ(format("[]"), Format::kJsonDocument);
  EXPECT_EQ(format("{\n \"fired_at\":\"2026-01-02T03:04:05Z\",\n \"monitor\":\"m\"\n}\n"),
            Format::kJsonDocument);
  EXPECT_EQ(format("{\"events\":[{\"id\":\"1\",\"status\":\"down\",\"service\":\"s\","
                   "\"started_at\":\"2026-01-02T03:04:05Z\"}]}"),
            Format::kJsonDocument);
  EXPECT_EQ(format("timestamp,value\n1,2\n"), Format::kCsvMetrics);
  EXPECT_EQ(format("\"TimeStamp\",\"Value\",\"Label\"\n1,2,0\n"), Format::kCsvMetrics);
  EXPECT_EQ(format("[2026-01-02 03:04:05] started\n"), Format::kText);
  EXPECT_EQ(format("[2026-01-02 03:04:05] " + std::string(100'000, 'x') + "\n"), Format::kText);
  EXPECT_EQ(format("Jan  2 03:04:05 host sshd[7]: failed\n"), Format::kText);
  EXPECT_EQ(format(""), Format::kText);
}

TEST(FileReplayTest, TellsALongDocumentByItsBeginning) {
  const TempDirectory folder;
  std::string text = "[";
  for (int i = 0; i < 3000; ++i) {
    text += std::string(i ? ",\n" : "\n") +
            R"( {"flag":"f","change":"off->on","timestamp":"2026-01-02T03:04:05Z"})";
  }
  write_file(folder.file("f.json"), text + "\n]\n");
  const auto replay = open({folder.file("f.json")});
  EXPECT_EQ(replay->files()[0].format, Format::kJsonDocument);
  EXPECT_EQ(read_all(*replay).size(), 1u);
}

TEST(FileReplayTest, SkipsAndNamesWhatItCannotRead) {
  const TempDirectory folder;
  write_file(folder.file("1.json"), R"([{"signature":"s","count":3,"mood":"bad"}])");
  write_file(folder.file("2.ndjson"), "{\"a\":1}\n{\"a\":2}\n");
  write_file(folder.file("3.bin"), std::string("\x7f"
                                               "ELF\0\0\0",
                                               7));
  write_file(folder.file("4.csv"), "node,cpu\n1,2\n");
  write_file(folder.file("5.log"), "fine\n");
  const auto replay = open({folder.path()});
  std::vector<std::string> reasons;
  for (const ReplayFile& file : replay->files()) reasons.push_back(file.unreadable);
  EXPECT_THAT(reasons, ElementsAre("unknown shape: objects with signature, count, mood",
                                   "unknown shape: objects with a", "not a text file",
                                   "unknown columns: node,cpu", ""));
  EXPECT_EQ(read_all(*replay).size(), 1u);
  EXPECT_EQ(replay->total_bytes(), 5u);
  EXPECT_EQ(replay->bytes_read(), 5u);
}

TEST(FileReplayTest, SkipsADocumentBeyondTheLimit) {
  const TempDirectory folder;
  write_file(folder.file("f.json"), "[" + std::string(200, ' ') + R"({"msg":"x"}])");
  const auto replay = open({folder.file("f.json")},
                           {.frame_bytes = 50, .batch_bytes = 50, .max_document_bytes = 100});
  EXPECT_THAT(replay->files()[0].unreadable, HasSubstr("larger than 100 bytes"));
  EXPECT_THAT(read_all(*replay), IsEmpty());
}

TEST(FileReplayTest, NamesAPathThatDoesNotExist) {
  const auto replay = FileReplay::create({"/nowhere/at/all"}, Format::kAuto, {}, {});
  ASSERT_FALSE(replay.has_value());
  EXPECT_EQ(replay.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(replay.error().message, HasSubstr("/nowhere/at/all"));
}

TEST(FileReplayTest, HandsTheHeaderLineToEachChunkOfACsvFile) {
  const TempDirectory folder;
  std::string text = "timestamp,value\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(1'767'323'045 + i) + ",1\n";
  write_file(folder.file("m.csv"), text);
  const auto replay = open({folder.file("m.csv")}, {.frame_bytes = 500, .batch_bytes = 100});
  Decoder decoder{DecoderOptions{}};
  std::size_t points = 0;
  Batch batch;
  for (batch.reset(); replay->next(batch.chunk).value(); batch.reset()) {
    decoder.decode(batch);
    points += batch.points.size();
    EXPECT_TRUE(batch.broken.empty());
    EXPECT_EQ(batch.points.at(0).name, folder.file("m.csv"));
  }
  EXPECT_EQ(points, 100u);
}

TEST(FileReplayTest, ReadsRecordsBack) {
  const TempDirectory folder;
  const std::string text = numbered_lines(1000);
  write_file(folder.file("a"), text);
  write_file(folder.file("b"), gzip(text));
  const auto replay =
      open({folder.file("a"), folder.file("b")}, {.frame_bytes = 20'000, .batch_bytes = 3'000});
  std::size_t checked = 0;
  for (const Frame& frame : read_all(*replay)) {
    const std::string line = frame.bytes.substr(frame.bytes.find('\n') + 1);
    const auto record = replay->read_record({frame.file, 1, frame.offset});
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(*record, line.substr(0, line.find('\n')));
    const auto before = text.substr(0, frame.offset);
    EXPECT_EQ(replay->first_line({frame.file, 0, frame.offset}),
              1u + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')));
    ++checked;
  }
  EXPECT_GT(checked, 10u);
  EXPECT_EQ(replay->read_record({0, 0, 7}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(replay->read_record({0, 100'000, 0}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(replay->read_record({9, 0, 0}).error().code, ErrorCode::kNotFound);
}

TEST(FileReplayTest, ReadsBackTheFramesThatTouchARange) {
  const TempDirectory folder;
  const std::string text = numbered_lines(1000);
  write_file(folder.file("a"), text);
  write_file(folder.file("b"), zstd(text));
  const auto replay =
      open({folder.file("a"), folder.file("b")}, {.frame_bytes = 20'000, .batch_bytes = 3'000});
  std::vector<Frame> frames = read_all(*replay);
  std::sort(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) {
    return std::pair(a.file, a.offset) < std::pair(b.file, b.offset);
  });
  // Frame k of each file is noted as lasting from second 10 k to 10 k + 5; the last are not merged.
  std::vector<std::string> expected;
  std::uint32_t k = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    k = i > 0 && frames[i].file == frames[i - 1].file ? k + 1 : 0;
    if (frames[i].ends_origin) continue;
    replay->note_times({frames[i].file, 0, frames[i].offset}, Timestamp::from_seconds(10 * k),
                       Timestamp::from_seconds(10 * k + 5));
    if (k == 2 || k == 3) expected.push_back(frames[i].bytes);
  }
  std::vector<std::string> found;
  const TimeRange range{Timestamp::from_seconds(25), Timestamp::from_seconds(31)};
  const auto all = [&](FrameChunk&& chunk) {
    EXPECT_TRUE(chunk.begins_frame && chunk.ends_frame);
    found.emplace_back(chunk.bytes.view());
    return true;
  };
  ASSERT_TRUE(replay->read_range(range, all).has_value());
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.size(), 4u);
  std::size_t visits = 0;
  const auto first_only = [&](FrameChunk&&) { return ++visits < 1; };
  ASSERT_TRUE(replay->read_range(range, first_only).has_value());
  EXPECT_EQ(visits, 1u);
}

}  // namespace
}  // namespace inkling::ingest
