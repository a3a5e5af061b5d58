#include "config/substitute.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace inkling::config {
namespace {

Environment environment() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name == "HOST") return "db.internal";
            if (name == "EMPTY") return "";
            if (name == "TRICK") return "${HOST}";
            return std::nullopt;
          },
          [](const std::string& path) -> Result<std::string> {
            if (path == "/run/secrets/key") return std::string("s3cret\n");
            return fail(ErrorCode::kIo, "cannot read " + path);
          }};
}

std::string substituted(std::string_view text) {
  auto result = substitute(text, environment());
  return result ? *result : "error: " + result.error().message;
}

TEST(SubstituteTest, LeavesTextWithoutDollarAlone) { EXPECT_EQ(substituted("a b"), "a b"); }

TEST(SubstituteTest, PutsInVariables) {
  EXPECT_EQ(substituted("x-${HOST}-${HOST}"), "x-db.internal-db.internal");
}

TEST(SubstituteTest, PutsInNothingForAnEmptyVariable) {
  EXPECT_EQ(substituted("a${EMPTY}b"), "ab");
}

TEST(SubstituteTest, UsesTheDefaultIfUnsetOrEmpty) {
  EXPECT_EQ(substituted("${NONE:-a:b}"), "a:b");
  EXPECT_EQ(substituted("${EMPTY:-x}"), "x");
  EXPECT_EQ(substituted("${HOST:-x}"), "db.internal");
  EXPECT_EQ(substituted("${NONE:-}"), "");
}

TEST(SubstituteTest, RefusesUnsetVariables) {
  EXPECT_EQ(substituted("${NONE}"), "error: NONE is not set");
}

TEST(SubstituteTest, SaysTheMessageForUnsetOrEmptyVariables) {
  EXPECT_EQ(substituted("${NONE:?needed for x}"), "error: NONE is not set: needed for x");
  EXPECT_EQ(substituted("${EMPTY:?}"), "error: EMPTY is not set: required");
  EXPECT_EQ(substituted("${HOST:?}"), "db.internal");
}

TEST(SubstituteTest, ReadsSecretsWithoutTheirLastNewline) {
  EXPECT_EQ(substituted("${secret:file/run/secrets/key}"), "s3cret");
  EXPECT_EQ(substituted("${secret:file//run/secrets/key}"), "s3cret");
}

TEST(SubstituteTest, RefusesSecretsThatAreNotThereOrNotSupported) {
  EXPECT_EQ(substituted("${secret:file/none}"), "error: cannot read /none");
  EXPECT_EQ(substituted("${secret:ssm/x}"),
            "error: ${secret:ssm/x}: only secret:file/<path> is supported");
}

TEST(SubstituteTest, KeepsDollarSignsThatSubstituteNothing) {
  EXPECT_EQ(substituted("^a$"), "^a$");
  EXPECT_EQ(substituted("$5 $HOST"), "$5 $HOST");
  EXPECT_EQ(substituted("$${HOST}"), "${HOST}");
}

TEST(SubstituteTest, DoesNotSubstituteWhatWasPutIn) {
  EXPECT_EQ(substituted("${TRICK}"), "${HOST}");
}

TEST(SubstituteTest, RefusesMalformedReferences) {
  EXPECT_EQ(substituted("${HOST"), "error: ${ without }; write $$ for a dollar sign");
  EXPECT_EQ(substituted("${}"), "error: ${} names no variable; write $$ for a dollar sign");
  EXPECT_EQ(substituted("${HOST:+x}"),
            "error: ${HOST:+x}: expected :-default or :?message behind the name");
}

TEST(SubstituteTest, ReadsSecretFilesOfTheSystem) {
  const auto path =
      std::filesystem::temp_directory_path() /
      ("inkling-secret-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "-" +
       std::to_string(reinterpret_cast<std::uintptr_t>(&environment)));
  std::ofstream(path) << "from a file\n";
  const auto result = substitute("${secret:file" + path.string() + "}", system_environment());
  const auto too_large = [&] {
    std::ofstream(path) << std::string(70'000, 'x');
    return substitute("${secret:file" + path.string() + "}", system_environment());
  }();
  std::filesystem::remove(path);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, "from a file");
  EXPECT_FALSE(too_large.has_value());
}

}  // namespace
}  // namespace inkling::config
