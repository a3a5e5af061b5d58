#pragma once

#include <string>

#include "app/replay_args.h"

namespace inkling::app {

struct ExplainArgs {
  ReplayArgs input;    // paths or journal, config, format, threads, json
  std::string series;  // a name, id or glob
  std::string at;      // RFC 3339
};

// Says what the detectors made of a series at a time, and why they spoke or were silent.
int run_explain_series(const ExplainArgs& args);

struct PlotArgs {
  ReplayArgs input;
  std::string series;
  std::string out;   // file, .svg
  std::string from;  // RFC 3339, "" = the begin
  std::string to;
};

// Draws a series with its band and its score.
int run_plot(const PlotArgs& args);

}  // namespace inkling::app
