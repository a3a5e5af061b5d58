#pragma once

#include <string>

namespace inkling::app {

struct IncidentArgs {
  std::string store;  // SQLite file; "" = the one in the state directory
  std::string state_directory;
  std::string id;                 // whole or the begin of it; `show` and `report` only
  std::string form = "markdown";  // `report`: markdown, json or html
  bool json = false;
};

// `inkling incident ls`: one row an incident, latest first.
int run_incident_ls(const IncidentArgs& args);
// `inkling incident show ID`: its report in Markdown, or as JSON, and its life so far.
int run_incident_show(const IncidentArgs& args);
// `inkling report ID`: its report in the form asked for.
int run_report(const IncidentArgs& args);

}  // namespace inkling::app
