#include "app/template_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "app/pipeline.h"
#include "app/progress.h"
#include "app/replay_input.h"
#include "detect/skeleton.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostSkeletons = 400'000;  // looked at; further ones are left out
constexpr std::size_t kMessageBytes = 2'000;     // of an example
constexpr std::size_t kMostDifferent = 5;

struct Example {
  std::string message;
  Timestamp time;
  std::string service;
  Position position;
};

// What was seen of one skeleton.
struct SkeletonUse {
  std::array<std::uint64_t, 2> counts{};
  std::set<std::string> services;
  std::set<std::string> versions;
  Level level = Level::kUnknown;
  Example first;
  Example last;
  std::uint64_t total() const { return counts[0] + counts[1]; }
};

// Records come in journal order, their times need not.
class Collector {
 public:
  Collector(const detect::SkeletonOptions& options, const TemplateSide& side)
      : options_(options), side_(side) {}

  void add(const Batch& batch) {
    if (batch.chunk.begins_frame) frame_lines_ = 0;
    for (const LogRecord& record : batch.logs) add(batch, record);
    frame_lines_ += batch.lines;
  }
  const std::unordered_map<std::uint64_t, SkeletonUse>& uses() const { return uses_; }

 private:
  void add(const Batch& batch, const LogRecord& record) {
    const std::optional<std::size_t> side = side_(record);
    if (!side) return;
    const std::uint64_t skeleton = detect::skeleton_id(record.message, options_);
    auto found = uses_.find(skeleton);
    if (found == uses_.end()) {
      if (uses_.size() >= kMostSkeletons) return;
      found = uses_.try_emplace(skeleton).first;
    }
    SkeletonUse& use = found->second;
    Example example;
    example.message = std::string(record.message.substr(0, kMessageBytes));
    example.time = record.time;
    example.service = std::string(record.service);
    example.position = batch.chunk.header.position;
    example.position.record = frame_lines_ + record.record;
    if (use.total() == 0) use.first = example;
    use.last = std::move(example);
    ++use.counts[*side];
    use.services.emplace(record.service);
    use.versions.emplace(record.version);
    use.level = std::max(use.level, record.level);
  }

  detect::SkeletonOptions options_;
  const TemplateSide& side_;
  std::unordered_map<std::uint64_t, SkeletonUse> uses_;
  std::uint32_t frame_lines_ = 0;
};

detect::SkeletonOptions skeleton_options(const config::Config& config) {
  return {.max_message_bytes = config.detect.templates.max_message_bytes,
          .max_tokens = config.detect.templates.max_tokens};
}

// Tokens of `other` that `one` does not have.
std::size_t other_words(const std::string& one, const std::string& other,
                        const detect::SkeletonOptions& options) {
  std::vector<std::string_view> tokens;
  detect::skeleton_tokens(one, options, tokens);
  const std::set<std::string_view> known(tokens.begin(), tokens.end());
  detect::skeleton_tokens(other, options, tokens);
  return static_cast<std::size_t>(
      std::count_if(tokens.begin(), tokens.end(),
                    [&](std::string_view token) { return !known.contains(token); }));
}

using Member = std::pair<std::uint64_t, const SkeletonUse*>;

// Members are sorted by their first position.
TemplateUse join(TemplateId id, const std::vector<Member>& members,
                 const detect::SkeletonOptions& options,
                 const std::function<TemplateExample(const Example&)>& show) {
  TemplateUse use;
  use.id = id;
  std::set<std::string> services;
  std::set<std::string> versions;
  const SkeletonUse* first = members.front().second;
  const SkeletonUse* last = first;
  const SkeletonUse* rarest = first;
  for (const auto& [skeleton, one] : members) {
    use.members.push_back(skeleton);
    services.insert(one->services.begin(), one->services.end());
    versions.insert(one->versions.begin(), one->versions.end());
    use.level = std::max(use.level, one->level);
    for (std::size_t side = 0; side < use.counts.size(); ++side) {
      use.counts[side] += one->counts[side];
    }
    if (last->last.position < one->last.position) last = one;
    if (one->total() < rarest->total()) rarest = one;
  }
  use.services.assign(services.begin(), services.end());
  versions.erase("");
  use.versions.assign(versions.begin(), versions.end());
  use.first = show(first->first);
  use.last = show(last->last);
  use.rarest = show(rarest->first);
  use.first_time = first->first.time;
  use.last_time = last->last.time;
  std::vector<std::pair<std::size_t, const SkeletonUse*>> others;
  for (const auto& [skeleton, one] : members) {
    const std::size_t words = other_words(first->first.message, one->first.message, options);
    if (one != first && words > 0) others.emplace_back(words, one);
  }
  std::stable_sort(others.begin(), others.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [words, one] : others) {
    if (use.different.size() == kMostDifferent) break;
    use.different.push_back(show(one->first));
  }
  return use;
}

// Runs the input; `on_batch` sees every merged batch. Gives the pipeline, for what it learnt.
Result<std::unique_ptr<Pipeline>> run_input(ReplayInput& input, const ReplayArgs& args,
                                            const config::Config& config,
                                            std::function<void(const Batch&)> on_batch) {
  PipelineSettings settings;
  settings.threads = args.threads;
  PipelineTaps taps;
  taps.on_batch = std::move(on_batch);
  INKLING_TRY_ASSIGN(auto pipeline,
                     Pipeline::create(config, settings, input.store(), std::move(taps)));
  std::optional<Progress> progress;
  if (!args.quiet) {
    progress.emplace("read", input.total_bytes(), [&] { return input.bytes_read(); });
  }
  INKLING_TRY(pipeline->run(input.source()));
  return pipeline;
}

}  // namespace

Result<TemplateScan> scan_templates(const ReplayArgs& args, const config::Config& config,
                                    const TemplateSide& side) {
  const detect::SkeletonOptions options = skeleton_options(config);
  Collector collector(options, side);
  INKLING_TRY_ASSIGN(auto input, ReplayInput::open(args, config));
  INKLING_TRY_ASSIGN(auto pipeline, run_input(*input, args, config,
                                              [&](const Batch& batch) { collector.add(batch); }));
  const detect::TemplateTable& table = pipeline->merge().templates();

  std::map<std::uint64_t, std::vector<Member>> groups;
  for (const auto& [skeleton, use] : collector.uses()) {
    if (table.find(skeleton).known)
      groups[table.current(skeleton).value].emplace_back(skeleton, &use);
  }
  const auto show = [&](const Example& example) {
    TemplateExample shown{example.message, example.time, example.service, example.position, {}};
    const ReplayInput::Line line = input->line_of(example.position);
    shown.source = fmt::format("{}:{}", line.source, line.number);
    return shown;
  };
  TemplateScan scan;
  scan.input = input->describe();
  for (auto& [id, members] : groups) {
    std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
      return a.second->first.position < b.second->first.position;
    });
    TemplateUse use = join(TemplateId{id}, members, options, show);
    use.text = table.text(use.id);
    const auto said = table.said_of(use.id);
    use.name = said.name;
    use.pinned = said.pinned;
    use.muted_until = said.muted_until;
    use.owner = said.owner;
    use.reason = said.reason;
    for (std::size_t i = 0; i < use.counts.size(); ++i) scan.records[i] += use.counts[i];
    scan.templates.push_back(std::move(use));
  }
  std::stable_sort(scan.templates.begin(), scan.templates.end(),
                   [](const TemplateUse& a, const TemplateUse& b) {
                     return a.counts[0] + a.counts[1] > b.counts[0] + b.counts[1];
                   });
  return scan;
}

Result<std::vector<ContextLine>> read_context(const ReplayArgs& args, const config::Config& config,
                                              Position position, std::uint32_t lines) {
  std::vector<ContextLine> context;
  std::uint32_t frame_lines = 0;
  const auto look = [&](const Batch& batch) {
    if (batch.chunk.begins_frame) frame_lines = 0;
    const Position frame = batch.chunk.header.position;
    if (frame.segment == position.segment && frame.offset == position.offset) {
      for (const LogRecord& record : batch.logs) {
        const std::uint64_t at = std::uint64_t{frame_lines} + record.record;
        const std::uint64_t it = position.record;
        if (at + lines < it || at > it + lines) continue;
        context.push_back({std::string(record.message.substr(0, kMessageBytes)), at == it});
      }
    }
    frame_lines += batch.lines;
  };
  INKLING_TRY_ASSIGN(auto input, ReplayInput::open(args, config));
  INKLING_TRY(run_input(*input, args, config, look));
  return context;
}

}  // namespace inkling::app
