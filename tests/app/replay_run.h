#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/pipeline.h"
#include "core/json_writer.h"
#include "ingest/file_replay.h"
#include "sinks/emit.h"

namespace inkling::app {

// How a test runs files through the pipeline.
struct ReplayRun {
  unsigned threads = 2;
  std::uint32_t batch_bytes = 256u << 10;
  std::uint32_t frame_bytes = 256u << 10;
  Timestamp until = Timestamp::none();
  std::uint64_t look_back_memory = config::Config().correlate.look_back_memory;
};

// What came out, as text to be compared whole.
struct ReplayOutcome {
  std::vector<Incident> incidents;  // latest revisions, by id
  std::string incident_lines;       // every revision, in order
  std::string anomaly_lines;        // every step, in order
  std::string template_lines;       // the template of every line
  std::vector<Verdict> verdicts;
  Ledger ledger;
  std::string ledger_json;
};

// Says where two texts part, and not more: they are long.
inline testing::AssertionResult same_text(const char* what, std::string_view a,
                                          std::string_view b) {
  if (a == b) return testing::AssertionSuccess();
  const auto at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t begin = at < 80 ? 0 : at - 80;
  return testing::AssertionFailure() << what << " differ at byte " << at << ":\n  "
                                     << a.substr(begin, 160) << "\n  " << b.substr(begin, 160);
}

inline testing::AssertionResult same_outcome(const ReplayOutcome& a, const ReplayOutcome& b) {
  for (const auto& same : {same_text("anomalies", a.anomaly_lines, b.anomaly_lines),
                           same_text("incidents", a.incident_lines, b.incident_lines),
                           same_text("templates", a.template_lines, b.template_lines),
                           same_text("ledgers", a.ledger_json, b.ledger_json)}) {
    if (!same) return same;
  }
  return testing::AssertionSuccess();
}

inline ReplayOutcome replay(const std::vector<std::string>& paths, const ReplayRun& run) {
  config::Config config;
  config.replay.batch_bytes = run.batch_bytes;
  config.replay.frame_bytes = run.frame_bytes;
  config.correlate.look_back_memory = run.look_back_memory;
  auto files = ingest::FileReplay::create(paths, Format::kAuto, config.replay, config.decoder);
  EXPECT_TRUE(files.has_value());
  ReplayOutcome outcome;
  if (!files) return outcome;

  std::map<std::string, Incident> latest;
  PipelineTaps taps;
  taps.on_epoch = [&](const EpochResult& epoch) {
    for (const AnomalyUpdate& update : epoch.anomalies) {
      outcome.anomaly_lines += sinks::anomaly_line(update.anomaly);
    }
    outcome.verdicts.insert(outcome.verdicts.end(), epoch.verdicts.begin(), epoch.verdicts.end());
  };
  taps.on_incident = [&](const Incident& incident) {
    outcome.incident_lines += sinks::incident_line(incident);
    latest[incident.id] = incident;
  };
  PipelineSettings settings;
  settings.threads = run.threads;
  settings.merge.keep_lines = true;
  settings.merge.keep_verdicts = true;
  settings.merge.until = run.until;
  auto pipeline = Pipeline::create(config, settings, **files, std::move(taps));
  EXPECT_TRUE(pipeline.has_value());
  if (!pipeline) return outcome;
  const auto done = (*pipeline)->run(**files);
  EXPECT_TRUE(done.has_value());

  detect::TemplateTable& templates = (*pipeline)->merge().templates();
  for (const detect::TemplateLine& line : (*pipeline)->merge().lines()) {
    const TemplateId id = templates.current(line.skeleton);
    outcome.template_lines += sinks::template_line({.source = "",
                                                    .line = line.position.offset,
                                                    .skeleton_id = TemplateId{line.skeleton},
                                                    .arrival_id = line.arrival,
                                                    .template_id = id,
                                                    .text = templates.text(id)});
  }
  for (auto& [id, incident] : latest) outcome.incidents.push_back(std::move(incident));
  outcome.ledger = (*pipeline)->ledger();
  JsonWriter writer;
  outcome.ledger.write_json(writer);
  outcome.ledger_json = writer.take();
  return outcome;
}

}  // namespace inkling::app
