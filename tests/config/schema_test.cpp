#include "config/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/loader.h"
#include "config/option_table.h"
#include "core/json.h"

namespace inkling::config {
namespace {

namespace fs = std::filesystem;

// With INKLING_UPDATE_EXPECTED set the generated files are written instead of compared.
void expect_file(const fs::path& path, const std::string& content) {
  if (std::getenv("INKLING_UPDATE_EXPECTED")) std::ofstream(path, std::ios::binary) << content;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), content) << path << " is not what the tables say";
}

const fs::path kRoot = INKLING_SOURCE_DIR;

// Calls visit(option, path) for every option, those of list elements included.
template <class Visit>
void walk(const OptionList& options, const std::string& path, Visit visit) {
  for (const Option& option : options) {
    const std::string key = path + std::string(option.name);
    visit(option, key);
    walk(option.children, key + ".", visit);
    if (const auto* list = std::get_if<ListTarget>(&option.target)) {
      walk(list->prototype, key + "[].", visit);
    }
  }
}

TEST(OptionTableTest, ExplainsEveryKey) {
  Config config;
  walk(option_table(config), "", [](const Option& option, const std::string& key) {
    EXPECT_FALSE(option.help.empty()) << key;
    EXPECT_TRUE(option.help.ends_with('.')) << key;
  });
}

TEST(OptionTableTest, NamesEveryKeyOnce) {
  Config config;
  std::set<std::string> seen;
  walk(option_table(config), "",
       [&](const Option&, const std::string& key) { EXPECT_TRUE(seen.insert(key).second) << key; });
}

TEST(OptionTableTest, BindsEveryFieldOnce) {
  Config config;
  std::set<const void*> seen;
  walk(option_table(config), "", [&](const Option& option, const std::string& key) {
    std::visit(
        [&](const auto& target) {
          if constexpr (std::is_pointer_v<std::decay_t<decltype(target)>>) {
            EXPECT_TRUE(seen.insert(target).second) << key;
          }
        },
        option.target);
  });
}

TEST(DefaultFileTest, IsWhatTheTablesSay) {
  expect_file(kRoot / "config/default.yaml", default_yaml());
}

TEST(DefaultFileTest, LoadsToTheDefaults) {
  const auto config = load_file((kRoot / "config/default.yaml").string(), system_environment());
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config_yaml(*config), config_yaml(Config{}));
}

TEST(ReferenceTest, IsWhatTheTablesSay) {
  expect_file(kRoot / "docs/components/configuration_reference.md", reference_markdown());
}

TEST(ConfigYamlTest, LoadsToTheConfigurationItWasMadeOf) {
  Config config;
  config.decoder.fields = {{"app: name", ingest::FieldRole::kService}};
  config.follow.paths = {"/a \"b\".log", "$${x}"};
  config.screen.rules = {{"a", "x$|\\d{3}", detect::ScreenAction::kRoute, "/r"},
                         {"b", "${notavar", detect::ScreenAction::kTag, ""}};
  config.detect.lateness = std::chrono::milliseconds(1'500);
  config.detect.thresholds = {
      {.name = "t", .series = "s", .comparison = detect::Comparison::kBelow, .limit = 1e-7}};
  config.correlate.topology = {{"a", "b"}};
  config.server.max_body_bytes = 1'000'001;
  const std::string yaml = config_yaml(config);
  // The path of the second rule is no valid pattern: only what was read is looked at.
  const Outcome outcome = parse(yaml, system_environment());
  EXPECT_EQ(config_yaml(outcome.config), yaml);
}

TEST(ExamplesTest, AllLoad) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "config/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    const Environment environment{
        [](const std::string&) -> std::optional<std::string> { return std::nullopt; },
        [](const std::string&) -> Result<std::string> { return std::string("secret"); }};
    const auto config = load_file(entry.path().string(), environment);
    EXPECT_TRUE(config.has_value()) << config.error().message;
  }
  EXPECT_EQ(count, 4u);
}

class SchemaTest : public testing::Test {
 protected:
  void SetUp() override {
    auto schema = parse_json(schema_json());
    ASSERT_TRUE(schema.has_value()) << schema.error().message;
    schema_ = std::move(*schema);
  }
  JsonValue schema_;
};

TEST_F(SchemaTest, NamesItsDraft) {
  EXPECT_EQ(schema_.text_of({"$schema"}), "https://json-schema.org/draft/2020-12/schema");
}

// Every option of the table has its place in the schema, with a description.
void expect_described(const JsonValue& schema, const OptionList& options, const std::string& path) {
  const JsonValue* properties = schema.find("properties");
  ASSERT_TRUE(properties) << path;
  EXPECT_EQ(properties->object().size(), options.size()) << path;
  const JsonValue* additional = schema.find("additionalProperties");
  EXPECT_TRUE(additional && !additional->boolean(true)) << path;
  for (const Option& option : options) {
    const std::string key = path + std::string(option.name);
    const JsonValue* property = properties->find(option.name);
    ASSERT_TRUE(property) << key;
    EXPECT_NE(property->text_of({"description"}), "") << key;
    if (option.type == OptionType::kSection)
      expect_described(*property, option.children, key + ".");
    if (const auto* list = std::get_if<ListTarget>(&option.target)) {
      expect_described(*property->find("items"), list->prototype, key + "[].");
    }
  }
}

TEST_F(SchemaTest, DescribesEveryKeyAndNoOther) {
  Config config;
  expect_described(schema_, option_table(config), "");
}

TEST_F(SchemaTest, HasTypeRangeAndDefault) {
  const JsonValue* port = schema_.find("properties", "server", "properties", "port");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->find("default")->integer(), 4319);
  const JsonValue& number = port->find("anyOf")->array().at(0);
  EXPECT_EQ(number.text_of({"type"}), "integer");
  EXPECT_EQ(number.find("minimum")->integer(-1), 0);
  EXPECT_EQ(number.find("maximum")->integer(), 65'535);
}

TEST_F(SchemaTest, NamesWhatElementsNeed) {
  const JsonValue* needed =
      schema_.find("properties", "screen", "properties", "rules", "items", "required");
  ASSERT_TRUE(needed);
  std::vector<std::string> names;
  for (const JsonValue& name : needed->array()) names.emplace_back(name.text());
  EXPECT_THAT(names, testing::ElementsAre("name", "pattern", "action"));
}

}  // namespace
}  // namespace inkling::config
