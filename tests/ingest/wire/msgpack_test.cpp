#include "ingest/wire/msgpack.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "ingest/wire/msgpack_json.h"
#include "tests/ingest/wire/msgpack_builder.h"

namespace inkling::ingest {
namespace {

using Status = MsgpackScanner::Status;

// A value with every kind of head.
std::string everything() {
  using namespace pack;
  return array({nil(), boolean(true), integer(5), integer(-3), integer(200), integer(70'000),
                integer(5'000'000'000), integer(-5'000'000'000), real(1.5), text("abc"),
                text(std::string(40, 'x')), text(std::string(300, 'y')), binary("bin"),
                event_time(7, 9), event_time_long(7, 9), map({{"k", array({integer(1)})}}),
                byte(0xCA) + big_endian(0x3FC00000, 4), byte(0xD0) + byte(0x80)});
}

TEST(MsgpackReaderTest, ReadsEveryKindOfValue) {
  const std::string bytes = everything();
  const auto tree = msgpack_to_json(bytes);
  ASSERT_TRUE(tree);
  const auto& values = tree->array();
  ASSERT_EQ(values.size(), 18u);
  EXPECT_TRUE(values[0].is_null());
  EXPECT_TRUE(values[1].boolean());
  EXPECT_EQ(values[2].integer(), 5);
  EXPECT_EQ(values[3].integer(), -3);
  EXPECT_EQ(values[4].integer(), 200);
  EXPECT_EQ(values[5].integer(), 70'000);
  EXPECT_EQ(values[6].integer(), 5'000'000'000);
  EXPECT_EQ(values[7].integer(), -5'000'000'000);
  EXPECT_EQ(values[8].number(), 1.5);
  EXPECT_EQ(values[9].text(), "abc");
  EXPECT_EQ(values[11].text().size(), 300u);
  EXPECT_EQ(values[12].text(), "bin");
  EXPECT_EQ(values[15].find("k")->array()[0].integer(), 1);
  EXPECT_EQ(values[16].number(), 1.5);
  EXPECT_EQ(values[17].integer(), -128);
}

TEST(MsgpackReaderTest, ReadsTimesInAllTheirForms) {
  const auto time_of = [](const std::string& bytes) {
    const MsgpackTime time = read_event_time(MsgpackReader(bytes).read());
    return std::tuple(time.good, time.seconds, time.nanos);
  };
  EXPECT_EQ(time_of(pack::integer(1'700'000'000)), std::tuple(true, 1'700'000'000, 0));
  EXPECT_EQ(time_of(pack::event_time(5, 6)), std::tuple(true, 5, 6));
  EXPECT_EQ(time_of(pack::event_time_long(5, 6)), std::tuple(true, 5, 6));
  EXPECT_EQ(time_of(pack::real(5.25)), std::tuple(true, 5, 250'000'000));
  EXPECT_EQ(time_of(pack::event_time(0xFFFFFFFF, 0)), std::tuple(true, -1, 0));
  EXPECT_EQ(time_of(pack::text("5")), std::tuple(false, 0, 0));
}

TEST(MsgpackReaderTest, RefusesWhatIsCutShort) {
  const std::string bytes = everything();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(MsgpackReader(std::string_view(bytes).substr(0, size)).raw().empty()) << size;
  }
  EXPECT_EQ(MsgpackReader(bytes).raw().size(), bytes.size());
}

TEST(MsgpackReaderTest, RefusesCountsBeyondTheBytesThereAre) {
  const std::string claims = pack::byte(0xDD) + pack::big_endian(0xFFFFFFFF, 4) + "abc";
  EXPECT_EQ(MsgpackReader(claims).read().type, MsgpackType::kBad);
  EXPECT_EQ(MsgpackReader(pack::byte(0xC1)).read().type, MsgpackType::kBad);
}

TEST(MsgpackScannerTest, FindsTheEndWhereverTheBytesAreSplit) {
  const std::string bytes = everything();
  const std::string followed = bytes + "next";
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    MsgpackScanner scanner(1 << 20);
    ASSERT_EQ(scanner.scan(std::string_view(followed).substr(0, cut)), Status::kNeedMore) << cut;
    ASSERT_EQ(scanner.scan(followed), Status::kDone) << cut;
    ASSERT_EQ(scanner.size(), bytes.size());
  }
}

TEST(MsgpackScannerTest, RefusesALengthBeyondTheLimitBeforeItCame) {
  MsgpackScanner scanner(1000);
  EXPECT_EQ(scanner.scan(pack::byte(0xDB) + pack::big_endian(1001, 4)), Status::kBad);
  scanner.reset();
  EXPECT_EQ(scanner.scan(pack::byte(0xDD) + pack::big_endian(1000, 4)), Status::kBad);
  scanner.reset();
  EXPECT_EQ(scanner.scan(pack::byte(0xDB) + pack::big_endian(900, 4)), Status::kNeedMore);
}

TEST(MsgpackScannerTest, RefusesWhatNestsTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, static_cast<char>(0x91)) + pack::nil();
  };
  EXPECT_EQ(MsgpackScanner(1000).scan(nested(32)), Status::kDone);
  EXPECT_EQ(MsgpackScanner(1000).scan(nested(33)), Status::kBad);
}

}  // namespace
}  // namespace inkling::ingest
