// Runs the stand-in for Bedrock until standard input ends; prints its address first and what it saw
// last. bedrock_stand_in [latency_ms [throttled [failing]]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/bedrock_stand_in.h"

int main(int argc, char** argv) {
  using namespace inkling;
  test::StandInOptions options;
  options.bearer_key = "test-bearer-key";
  if (argc > 1) options.latency = std::chrono::milliseconds(std::atoi(argv[1]));
  if (argc > 2) options.throttled = std::atof(argv[2]);
  if (argc > 3) options.failing = std::atof(argv[3]);
  test::BedrockStandIn stand_in(options);
  std::puts(stand_in.endpoint().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  const auto seen = stand_in.seen();
  std::printf("calls %llu answered %llu refused %llu\n",
              static_cast<unsigned long long>(seen.calls),
              static_cast<unsigned long long>(seen.answered),
              static_cast<unsigned long long>(seen.refused));
  for (const std::string& why : seen.refusals) std::printf("refused: %s\n", why.c_str());
}
