#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/http_server.h"
#include "correlate/options.h"
#include "detect/options.h"
#include "ingest/options.h"
#include "sinks/escalate/options.h"
#include "sinks/options.h"

namespace inkling::config {

// What a live run keeps of what it learned.
struct StateOptions {
  Duration checkpoint_interval = std::chrono::seconds(30);  // 0 = only at the end
};

// The options of every module. As constructed these are the defaults: a file only changes them.
struct Config {
  ingest::DecoderOptions decoder;
  ingest::FollowOptions follow;
  ingest::StdinOptions input;
  ingest::ScrapeOptions scrape;
  ingest::EcsOptions ecs;
  ingest::DeadLetterOptions dead_letters;
  ingest::HttpSourceOptions http_source;
  ingest::ForwardOptions forward;
  ingest::SyslogOptions syslog;
  ingest::StatsdOptions statsd;
  ingest::FileReplayOptions replay;
  ingest::JournalOptions journal;
  detect::ScreenOptions screen;
  detect::DetectOptions detect;
  correlate::CorrelateOptions correlate;
  sinks::EscalateOptions escalate;
  sinks::ReportOptions report;
  sinks::StoreOptions store;
  StateOptions state;
  HttpServerOptions server;
  std::vector<std::string> server_keys;  // secret: they open the ingest endpoints
};

}  // namespace inkling::config
