#include "app/commands/explain.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/explanation.h"
#include "app/series_scan.h"
#include "core/json_writer.h"
#include "sinks/series_chart.h"

namespace inkling::app {
namespace {

int report_error(std::string_view command, const Error& error) {
  std::fputs(fmt::format("inkling {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

// Timestamp::none() for "".
Result<Timestamp> read_time(std::string_view option, const std::string& text) {
  if (text.empty()) return Timestamp::none();
  if (const auto time = parse_timestamp(text)) return *time;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{} must be a time like 2026-03-03T12:00:00Z: {}", option, text));
}

Result<std::string> explain_series(const ExplainArgs& args) {
  INKLING_TRY_ASSIGN(const Timestamp at, read_time("--at", args.at));
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const auto controls, detect::ControlTable::create(config.detect));
  INKLING_TRY_ASSIGN(const SeriesTrack track, track_series(args.input, config, args.series));
  const Explanation explanation = explain(track, at, config.detect, controls);
  return args.input.json ? explanation_json(explanation) : explanation_text(explanation);
}

Result<std::string> plot_series(const PlotArgs& args) {
  if (!args.out.ends_with(".svg")) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--out must end with .svg: {}; for a PNG: rsvg-convert x.svg -o x.png",
                            args.out));
  }
  INKLING_TRY_ASSIGN(const Timestamp from, read_time("--from", args.from));
  INKLING_TRY_ASSIGN(const Timestamp to, read_time("--to", args.to));
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  INKLING_TRY_ASSIGN(const SeriesTrack track, track_series(args.input, config, args.series));
  sinks::SeriesChart chart;
  chart.series = track.series;
  for (const Verdict& verdict : track.verdicts) {
    if (from.is_set() && verdict.begin < from) continue;
    if (to.is_set() && verdict.begin > to) continue;
    chart.verdicts.push_back(verdict);
  }
  std::ofstream file(args.out, std::ios::binary | std::ios::trunc);
  file << sinks::series_chart_svg(chart);
  file.close();
  if (!file) return fail(ErrorCode::kIo, fmt::format("{}: cannot be written", args.out));
  if (!args.input.json) {
    return fmt::format("{}: {} points of {}\n", args.out, chart.verdicts.size(),
                       track.series->display_name());
  }
  JsonWriter w;
  w.begin_object().member("file", args.out).member("series", track.series->display_name());
  w.member("points", std::uint64_t{chart.verdicts.size()}).member("truncated", track.truncated);
  return w.end_object().take() + "\n";
}

int finish(std::string_view command, const Result<std::string>& text) {
  if (!text) return report_error(command, text.error());
  print(*text);
  return kExitOk;
}

}  // namespace

int run_explain_series(const ExplainArgs& args) {
  return finish("explain series", explain_series(args));
}

int run_plot(const PlotArgs& args) { return finish("plot", plot_series(args)); }

}  // namespace inkling::app
