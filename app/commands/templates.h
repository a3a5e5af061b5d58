#pragma once

#include <cstdint>
#include <string>

#include "app/replay_args.h"

namespace inkling::app {

struct TemplatesArgs {
  ReplayArgs input;           // paths or journal, config, format, threads, json
  std::string service;        // "" = all
  std::uint32_t rows = 50;    // listed
  std::string id;             // of show and explain: an id, the begin of one, or part of its text
  std::uint32_t context = 0;  // of show: lines around each example
  std::string a;              // of diff: a version, or a period "FROM..TO"
  std::string b;
};

// Lists the templates of an input, most frequent first.
int run_templates_ls(const TemplatesArgs& args);

// Shows one: counts, examples (first, last, rarest, different ones) and what rules say of it.
int run_templates_show(const TemplatesArgs& args);

// Says why lines are this template: what was masked by the scanner, what by merging, from which
// members, and what rules say.
int run_explain_template(const TemplatesArgs& args);

// Compares two versions or periods: what is new, gone, more or less. Only what is no accident.
int run_templates_diff(const TemplatesArgs& args);

}  // namespace inkling::app
