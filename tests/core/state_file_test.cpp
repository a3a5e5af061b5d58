#include "core/state_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_directory.h"

namespace inkling {
namespace {

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class StateFileTest : public testing::Test {
 protected:
  std::string error() {
    const auto read = read_state_file(path_);
    return read ? "" : read.error().message.substr(("state file " + path_ + ": ").size());
  }
  TempDirectory directory_;
  std::string path_ = directory_.file("state");
};

TEST_F(StateFileTest, GivesBackWhatWasWrittenAndLeavesNothingElse) {
  const std::string state = std::string(100'000, 'a') + "end";
  ASSERT_TRUE(write_state_file(path_, "old"));
  ASSERT_TRUE(write_state_file(path_, state));
  EXPECT_EQ(*read_state_file(path_), state);
  EXPECT_LT(std::filesystem::file_size(path_), 1000u);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(StateFileTest, HoldsNothing) {
  ASSERT_TRUE(write_state_file(path_, ""));
  EXPECT_EQ(*read_state_file(path_), "");
}

TEST_F(StateFileTest, SaysWhatIsWrong) {
  EXPECT_EQ(read_state_file(path_).error().code, ErrorCode::kNotFound);
  write_bytes(path_, "something else that is long enough");
  EXPECT_EQ(error(), "is no state of Inkling");
  ASSERT_TRUE(write_state_file(path_, "state of things"));
  const std::string good = read_file(path_);
  std::string newer = good;
  newer[8] = 9;
  write_bytes(path_, newer);
  EXPECT_EQ(error(), "version 9: this program reads 1");
  std::string wrong_sum = good;
  wrong_sum[12] = static_cast<char>(wrong_sum[12] ^ 1);
  write_bytes(path_, wrong_sum);
  EXPECT_EQ(error(), "damaged: its check sum differs");
}

TEST_F(StateFileTest, EveryCutIsRefused) {
  ASSERT_TRUE(write_state_file(path_, "state of things"));
  const std::string good = read_file(path_);
  for (std::size_t size = 0; size < good.size(); ++size) {
    write_bytes(path_, good.substr(0, size));
    ASSERT_NE(error(), "") << size;
  }
}

}  // namespace
}  // namespace inkling
