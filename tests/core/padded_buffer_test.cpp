#include "core/padded_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace inkling {
namespace {

bool has_padding(const PaddedBuffer& buffer) {
  for (std::size_t i = 0; i < PaddedBuffer::kPadding; ++i) {
    if (buffer.data()[buffer.size() + i] != '\0') return false;
  }
  return true;
}

TEST(PaddedBufferTest, KeepsZeroesBehindTheBytes) {
  std::mt19937 random(1);
  PaddedBuffer buffer;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(random() % 50, static_cast<char>('a' + i % 26));
    buffer.append(piece);
    expected += piece;
    ASSERT_EQ(buffer.view(), expected);
    ASSERT_TRUE(has_padding(buffer));
  }
  buffer.resize(10);
  EXPECT_EQ(buffer.view(), expected.substr(0, 10));
  EXPECT_TRUE(has_padding(buffer));
}

TEST(PaddedBufferTest, KeepsItsMemoryWhenCleared) {
  PaddedBuffer buffer = PaddedBuffer::copy_of("some bytes");
  const char* data = buffer.data();
  buffer.clear();
  EXPECT_EQ(buffer.size(), 0u);
  buffer.append("others");
  EXPECT_EQ(buffer.data(), data);
  EXPECT_EQ(buffer.view(), "others");
}

TEST(PaddedBufferTest, IsEmptyAfterItWasMovedFrom) {
  PaddedBuffer source = PaddedBuffer::copy_of("bytes");
  const char* data = source.data();
  PaddedBuffer target = std::move(source);
  EXPECT_EQ(target.data(), data);
  EXPECT_EQ(target.view(), "bytes");
  EXPECT_EQ(source.size(), 0u);
  EXPECT_EQ(source.capacity(), 0u);
  source.clear();
  source.append("again");
  EXPECT_EQ(source.view(), "again");
  target = std::move(source);
  EXPECT_EQ(target.view(), "again");
  EXPECT_EQ(source.view(), "");
}

TEST(PaddedBufferTest, GrowsKeepingItsBytes) {
  PaddedBuffer buffer = PaddedBuffer::copy_of("abc");
  buffer.reserve(1000);
  EXPECT_GE(buffer.capacity(), 1000u);
  EXPECT_EQ(buffer.view(), "abc");
  EXPECT_TRUE(has_padding(buffer));
}

TEST(PaddedBufferTest, TakesNothing) {
  PaddedBuffer buffer;
  buffer.append("");
  buffer.clear();
  EXPECT_EQ(buffer.view(), "");
}

}  // namespace
}  // namespace inkling
