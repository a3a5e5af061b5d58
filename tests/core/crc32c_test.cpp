#include "core/crc32c.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>

namespace inkling {
namespace {

// Check values: the catalogue's "123456789", and RFC 3720 appendix B.4.
TEST(Crc32cTest, GivesThePublishedValues) {
  std::string counting;
  for (int i = 0; i < 32; ++i) counting.push_back(static_cast<char>(i));
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  EXPECT_EQ(crc32c(counting), 0x46DD794Eu);
}

TEST(Crc32cTest, TableGivesThePublishedValue) {
  EXPECT_EQ(crc32c_by_table("123456789"), 0xE3069283u);
}

TEST(Crc32cTest, FastPathEqualsTheTableOnRandomBytes) {
  constexpr unsigned kSeed = 20240611;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 400; ++round) {
    std::string bytes(random() % 20000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const auto before = static_cast<std::uint32_t>(random());
    ASSERT_EQ(crc32c(bytes, before), crc32c_by_table(bytes, before)) << bytes.size();
  }
}

TEST(Crc32cTest, GoesOnWhereItStopped) {
  const std::string bytes(10000, 'x');
  for (const std::size_t cut : {0u, 1u, 7u, 8u, 6144u, 9999u, 10000u}) {
    const std::string_view text = bytes;
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(bytes)) << cut;
  }
}

}  // namespace
}  // namespace inkling
