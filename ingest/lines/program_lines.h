#pragma once

#include <optional>
#include <string_view>

#include "ingest/lines/line_fields.h"

namespace inkling::ingest {

// Layouts of single programs whose headers are unlike all others. Each gives nothing if the line is
// none of its own. Pure functions of the line; no allocation.

// "I0102 15:04:05.000000   123 file.go:45] message": klog and glog.
std::optional<LineFields> read_klog_line(std::string_view line, const LineContext& context);

// "01-02 15:04:05.000  123  456 I Tag: message", "01-02 15:04:05.000 I/Tag( 123): message" and
// "I/Tag ( 123): message": Android's logcat.
std::optional<LineFields> read_logcat_line(std::string_view line, const LineContext& context);

// "I, [2006-01-02T15:04:05.000000 #123]  INFO -- name: message": Ruby's Logger, Rails.
std::optional<LineFields> read_ruby_line(std::string_view line, const LineContext& context);

// AWS Lambda's own lines in a function's log: START, END, INIT_START, REPORT (duration, and the
// level by its status), "... Task timed out after ...".
std::optional<LineFields> read_lambda_line(std::string_view line, const LineContext& context);

}  // namespace inkling::ingest
