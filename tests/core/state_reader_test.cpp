#include "core/state_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/state_writer.h"

namespace inkling {
namespace {

constexpr StateId kOuter = state_id("OUTR");
constexpr StateId kInner = state_id("INNR");

std::string sample() {
  StateWriter writer;
  writer.begin_section(kOuter, 2);
  writer.put_text("name");
  writer.begin_section(kInner, 1);
  writer.put_double(1.5);
  writer.end_section();
  writer.put_varint(300);
  writer.end_section();
  return writer.take();
}

// Reads sample(); what was wrong, "" if nothing.
std::string load(std::string_view bytes) {
  StateReader reader(bytes);
  StateReader::Section outer = reader.section(kOuter, 2);
  outer.content.text(16);
  StateReader::Section inner = outer.content.section(kInner, 1);
  inner.content.real();
  const auto inner_done = inner.content.finish();
  outer.content.varint();
  const auto outer_done = outer.content.finish();
  const auto done = reader.finish();
  if (!inner_done) return inner_done.error().message;
  if (!outer_done) return outer_done.error().message;
  return done ? "" : done.error().message;
}

TEST(StateReaderTest, ReadsWhatWasWritten) {
  StateWriter writer;
  writer.put_byte(7);
  writer.put_bool(true);
  writer.put_u32(0xDEADBEEF);
  writer.put_float(0.25F);
  writer.put_double(-0.0);
  writer.put_text("state");
  const std::string bytes = writer.take();
  StateReader reader(bytes);
  EXPECT_EQ(reader.byte(), 7);
  EXPECT_TRUE(reader.boolean());
  EXPECT_EQ(reader.u32(), 0xDEADBEEF);
  EXPECT_EQ(reader.finite_float(), 0.25F);
  EXPECT_TRUE(std::signbit(reader.finite_real()));
  EXPECT_EQ(reader.text(5), "state");
  EXPECT_TRUE(reader.finish());
}

TEST(StateReaderTest, LayoutIsLittleEndian) {
  StateWriter writer;
  writer.put_varint(300);
  writer.put_u32(1);
  writer.put_signed(-2);
  EXPECT_EQ(writer.take(), std::string("\xAC\x02\x01\0\0\0\x03", 7));
}

TEST(StateReaderTest, NumbersOfEverySizeComeBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> numbers = {0, 127, 128, std::numeric_limits<std::uint64_t>::max()};
  for (int i = 0; i < 1000; ++i) numbers.push_back(random() >> (random() % 64));
  StateWriter writer;
  for (const std::uint64_t number : numbers) {
    writer.put_varint(number);
    writer.put_signed(static_cast<std::int64_t>(number));
    writer.put_u64(number);
  }
  const std::string bytes = writer.take();
  StateReader reader(bytes);
  for (const std::uint64_t number : numbers) {
    ASSERT_EQ(reader.varint(), number);
    ASSERT_EQ(reader.signed_varint(), static_cast<std::int64_t>(number));
    ASSERT_EQ(reader.u64(), number);
  }
  EXPECT_TRUE(reader.finish());
}

TEST(StateReaderTest, ReadsNestedSections) { EXPECT_EQ(load(sample()), ""); }

TEST(StateReaderTest, EveryCutIsRefused) {
  const std::string bytes = sample();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    EXPECT_NE(load(std::string_view(bytes).substr(0, size)), "");
  }
}

TEST(StateReaderTest, EveryFlippedBitIsRefused) {
  const std::string bytes = sample();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    SCOPED_TRACE(bit);
    EXPECT_NE(load(damaged), "");
  }
}

TEST(StateReaderTest, SaysWhatIsWrongWithASection) {
  const std::string bytes = sample();
  const auto error = [](std::string_view from, StateId id, std::uint32_t newest) {
    StateReader reader(from, "state file x");
    reader.section(id, newest);
    const auto done = reader.finish();
    return done ? std::string() : done.error().message;
  };
  EXPECT_EQ(error(bytes, kInner, 1), "state file x: section INNR: expected, found section OUTR");
  EXPECT_EQ(error(bytes, kOuter, 1),
            "state file x: section OUTR: version 2: this program reads 1 to 1");
  EXPECT_EQ(error(bytes.substr(0, 30), kOuter, 2),
            "state file x: section OUTR: cut short: expected 35 bytes, there are 10");
  std::string damaged = bytes;
  damaged.back() = 'x';
  EXPECT_EQ(error(damaged, kOuter, 2),
            "state file x: section OUTR: damaged: its check sum differs");
  EXPECT_EQ(error(bytes + "y", kOuter, 2), "state file x: 1 bytes left over");
}

TEST(StateReaderTest, CountNeverPromisesMoreThanThereIs) {
  StateWriter writer;
  writer.put_varint(1'000'000'000'000);
  writer.put_u64(0);
  const std::string bytes = writer.take();
  StateReader reader(bytes);
  EXPECT_EQ(reader.count(8), 0u);
  EXPECT_EQ(reader.finish().error().message,
            "state: 1000000000000 elements of 8 bytes do not fit in 8 bytes");
}

TEST(StateReaderTest, RefusesValuesOutOfRange) {
  const auto refused = [](std::string_view bytes, auto read) {
    StateReader reader(bytes);
    read(reader);
    return reader.failed();
  };
  EXPECT_TRUE(refused(std::string_view("\x02", 1), [](StateReader& r) { r.boolean(); }));
  EXPECT_TRUE(refused("\x65", [](StateReader& r) { r.varint(100); }));
  EXPECT_FALSE(refused("\x64", [](StateReader& r) { r.varint(100); }));
  EXPECT_TRUE(refused(std::string(9, '\xFF') + '\x02', [](StateReader& r) { r.varint(); }));
  EXPECT_TRUE(refused(std::string(8, '\xFF'), [](StateReader& r) { r.finite_real(); }));
  EXPECT_TRUE(refused("\x05hello", [](StateReader& r) { r.text(4); }));
}

TEST(StateReaderTest, TheFirstErrorStays) {
  StateReader reader("", "x");
  reader.refuse("first");
  reader.refuse("second");
  EXPECT_EQ(reader.u64(), 0u);
  EXPECT_EQ(reader.finish().error().message, "x: first");
}

TEST(StateReaderTest, TellsWhichSectionComesNext) {
  const std::string bytes = sample();
  StateReader reader(bytes);
  EXPECT_EQ(reader.next_section(), kOuter);
  reader.section(kOuter, 2);
  EXPECT_EQ(reader.next_section(), 0u);
}

}  // namespace
}  // namespace inkling
