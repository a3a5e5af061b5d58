// Files of other programs' alarms: any text is taken or refused, and what was taken is a
// configuration that loads.
#include <cstdint>
#include <string_view>

#include "config/alarm_import.h"
#include "config/loader.h"
#include "config/schema.h"
#include "core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkling;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& imported : {config::import_cloudwatch(text), config::import_prometheus(text)}) {
    if (!imported || imported->rules.empty()) continue;
    const config::Outcome outcome =
        config::parse(config::thresholds_yaml(imported->rules), config::system_environment());
    INKLING_CHECK(outcome.config.detect.thresholds.size() == imported->rules.size());
  }
  return 0;
}
