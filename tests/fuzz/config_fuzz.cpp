// Configurations: any text is either accepted or refused with messages, and what was accepted comes
// back the same from its own YAML.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/loader.h"
#include "config/schema.h"
#include "core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkling;
  // Nothing of the machine the target runs on: no variables, no files.
  const config::Environment environment{
      [](const std::string& name) -> std::optional<std::string> {
        return name.size() % 2 == 0 ? std::optional<std::string>(name) : std::nullopt;
      },
      [](const std::string&) -> Result<std::string> { return std::string("secret"); }};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const config::Outcome outcome = config::parse(text, environment);
  if (!outcome.problems.empty()) return 0;
  const std::string yaml = config::config_yaml(outcome.config);
  const config::Outcome again = config::parse(yaml, environment);
  INKLING_CHECK(again.problems.empty());
  INKLING_CHECK(config::config_yaml(again.config) == yaml);
  return 0;
}
