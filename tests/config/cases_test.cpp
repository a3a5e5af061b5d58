// Every wrong configuration has its file and its messages: cases/<name>.yaml and cases/<name>.txt.
// With INKLING_UPDATE_EXPECTED set in the environment the messages are written instead of compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/loader.h"

namespace inkling::config {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(INKLING_CONFIG_CASES)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Environment test_environment() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name == "EMPTY") return "";
            if (name == "NUMBER") return "12";
            return std::nullopt;
          },
          [](const std::string& path) -> Result<std::string> {
            return fail(ErrorCode::kIo, "cannot read " + path);
          }};
}

class ConfigCaseTest : public testing::TestWithParam<std::string> {};

TEST_P(ConfigCaseTest, IsRefusedWithItsMessages) {
  const fs::path base = fs::path(INKLING_CONFIG_CASES) / GetParam();
  const auto config =
      load_text(read_file(base.string() + ".yaml"), GetParam() + ".yaml", test_environment());
  ASSERT_FALSE(config.has_value()) << "a wrong configuration was accepted";
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidConfig);
  const fs::path expected = base.string() + ".txt";
  if (std::getenv("INKLING_UPDATE_EXPECTED")) {
    std::ofstream(expected, std::ios::binary) << config.error().message << "\n";
  }
  EXPECT_EQ(config.error().message + "\n", read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Cases, ConfigCaseTest, testing::ValuesIn(case_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace inkling::config
