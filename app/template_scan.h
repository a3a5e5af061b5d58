#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/replay_args.h"
#include "config/config.h"
#include "core/batch.h"
#include "core/result.h"
#include "core/series.h"
#include "core/timestamp.h"
#include "detect/template_rules.h"

namespace inkling::app {

// A record that shows what a template looks like. Redacted.
struct TemplateExample {
  std::string message;
  Timestamp time;
  std::string service;
  Position position;
  std::string source;  // file or journal, and line: "logs/web.log:17"
};

// What an input holds of one template, all services and versions together.
struct TemplateUse {
  TemplateId id;
  std::string text;
  std::vector<std::uint64_t> members;     // skeleton ids, itself included
  std::vector<std::string> services;      // sorted
  std::vector<std::string> versions;      // sorted
  Level level = Level::kUnknown;          // the worst
  std::array<std::uint64_t, 2> counts{};  // records on either side of a comparison; else all in [0]
  Timestamp first_time = Timestamp::none();
  Timestamp last_time = Timestamp::none();
  TemplateExample first;
  TemplateExample last;
  TemplateExample rarest;                  // of the member that occurs least
  std::vector<TemplateExample> different;  // of other members, those with most other words first
  std::string name;                        // what rules say
  bool pinned = false;
  Timestamp muted_until = Timestamp::none();
  std::string owner;
  std::string reason;
};

struct TemplateScan {
  std::vector<TemplateUse> templates;  // most frequent first
  std::array<std::uint64_t, 2> records{};
  std::string input;  // what was read in words
};

// Which side of a comparison a record belongs to: 0, 1, or none.
using TemplateSide = std::function<std::optional<std::size_t>(const LogRecord&)>;

// Runs an input once and tells every template in it. Bounded by detect.templates.
Result<TemplateScan> scan_templates(const ReplayArgs& args, const config::Config& config,
                                    const TemplateSide& side);

// The messages around a record, itself among them, each redacted, at most `lines` on either side;
// as far as they were read together with it.
struct ContextLine {
  std::string message;
  bool is_it = false;
};
Result<std::vector<ContextLine>> read_context(const ReplayArgs& args, const config::Config& config,
                                              Position position, std::uint32_t lines);

}  // namespace inkling::app
