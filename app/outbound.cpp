#include "app/outbound.h"

#include <cstdlib>

namespace inkling::app {

std::vector<Outbound> outbound_addresses(const config::Config& config) {
  std::vector<Outbound> all;
  for (const std::string& target : config.scrape.targets) {
    // "service=http://..." or the address alone.
    const std::size_t scheme = target.find("://");
    const std::size_t name = target.rfind('=', scheme);
    const bool named = name != std::string::npos && scheme != std::string::npos && name < scheme;
    all.push_back({named ? target.substr(name + 1) : target, "inputs.scrape.targets"});
  }
  if (config.ecs.enabled) {
    std::string endpoint = config.ecs.endpoint;
    if (endpoint.empty()) {
      // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread starts
      const char* given = std::getenv("ECS_CONTAINER_METADATA_URI_V4");
      endpoint = given != nullptr ? given : "(ECS_CONTAINER_METADATA_URI_V4 is not set)";
    }
    all.push_back({endpoint, "inputs.ecs"});
  }
  if (config.escalate.investigator == sinks::InvestigatorKind::kBedrock) {
    const sinks::BedrockOptions& bedrock = config.escalate.bedrock;
    const std::string region = bedrock.region.empty() ? "(AWS_REGION)" : bedrock.region;
    all.push_back({bedrock.endpoint.empty() ? "https://bedrock-runtime." + region + ".amazonaws.com"
                                            : bedrock.endpoint,
                   "escalate.bedrock"});
    all.push_back({"the first that is set up of STS, the container agent and instance metadata",
                   "escalate.bedrock, credentials"});
  }
  return all;
}

}  // namespace inkling::app
