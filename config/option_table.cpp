#include "config/option_table.h"

namespace inkling::config {

OptionList option_table(Config& config) {
  return {
      section("inputs", "What is read, and the limits on it.", input_options(config)),
      section("screen", "Rules on the message of each log record, before anything is counted.",
              screen_options(config)),
      section("derive", "The series made of log records: rate, error ratio, latency.",
              derive_options(config)),
      section("detect", "What counts as not normal.", detect_options(config)),
      section("topology", "Who calls whom, on top of what is learned.", topology_options(config)),
      section("correlate", "How anomalies become incidents and changes become suspects.",
              correlate_options(config)),
      section("escalate", "Explanation of incidents by a language model.",
              escalate_options(config)),
      section("outputs", "Where reports and incidents go.", output_options(config)),
      section("journal", "The record of everything accepted.", journal_options(config)),
      section("state", "What a live run keeps of what it learned.", state_options(config)),
      section("server", "The HTTP port.", server_options(config)),
  };
}

}  // namespace inkling::config
