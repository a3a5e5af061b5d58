// The sections inputs and journal.
#include <chrono>

#include "config/option_table.h"

namespace inkling::config {
namespace {

using namespace std::chrono_literals;
using ingest::Durability;
using ingest::FieldRole;

constexpr double kKiB = 1024;
constexpr double kMiB = 1024 * kKiB;
constexpr double kGiB = 1024 * kMiB;

Words<FieldRole> field_roles() {
  return {{"ignore", FieldRole::kIgnore},
          {"time", FieldRole::kTime},
          {"level", FieldRole::kLevel},
          {"message", FieldRole::kMessage},
          {"service", FieldRole::kService},
          {"version", FieldRole::kVersion},
          {"route", FieldRole::kRoute},
          {"status", FieldRole::kStatus},
          {"duration_ms", FieldRole::kDurationMs},
          {"duration_s", FieldRole::kDurationS},
          {"duration_us", FieldRole::kDurationUs},
          {"duration_ns", FieldRole::kDurationNs},
          {"peer", FieldRole::kPeer},
          {"trace_id", FieldRole::kTraceId},
          {"metric_name", FieldRole::kMetricName},
          {"metric_value", FieldRole::kMetricValue},
          {"metric_kind", FieldRole::kMetricKind},
          {"unit", FieldRole::kUnit},
          {"labels", FieldRole::kLabels}};
}

Words<Format> formats() {
  return {{"auto", Format::kAuto},         {"ndjson", Format::kNdjson},
          {"json", Format::kJsonDocument}, {"csv", Format::kCsvMetrics},
          {"message", Format::kMessage},   {"text", Format::kText}};
}

OptionList follow_options(ingest::FollowOptions& follow) {
  return {
      text_list("paths", follow.paths, "Files, or patterns such as /var/log/app/*.log."),
      choice("format", follow.format, formats(), "auto: told by the first line of each file."),
      boolean("from_beginning", follow.from_beginning,
              "Files that are there at the start are read whole; else only what is added."),
      duration("poll_interval", follow.poll_interval, between(10ms, 1h),
               "Time between two looks at a file that has nothing new."),
      duration("rotate_wait", follow.rotate_wait, between(0s, 24h),
               "A renamed or removed file is let go when it has not grown for so long."),
      size("frame_bytes", follow.frame_bytes, between(4 * kKiB, 64 * kMiB),
           "Most of a file that is taken at a time."),
      integer("max_files", follow.max_files, between(1, 1'000'000),
              "Open at the same time; further ones are counted and not followed."),
      duration("record_wait", follow.record_wait, between(0s, 1h),
               "A stack trace that may go on waits for its next line this long."),
      text("checkpoint", follow.checkpoint,
           "File that keeps how far each file was taken. Empty: follow.positions in the state "
           "directory."),
      duration("checkpoint_interval", follow.checkpoint_interval, between(10ms, 1h),
               "It is written at most so often."),
  };
}

OptionList scrape_options(ingest::ScrapeOptions& scrape) {
  return {
      text_list("targets", scrape.targets,
                "Pages to fetch: http://127.0.0.1:9100/metrics, or service=http://... to say whose "
                "they are."),
      duration("interval", scrape.interval, between(1s, 1h), "Time between two scrapes of a page."),
      duration("timeout", scrape.timeout, between(10ms, 10min),
               "A page that takes longer counts as not there: up is 0."),
      size("max_page_bytes", scrape.max_page_bytes, between(kKiB, 256 * kMiB),
           "So does a larger page, after decompression."),
  };
}

OptionList ecs_options(ingest::EcsOptions& ecs) {
  return {
      boolean("enabled", ecs.enabled, "Reads CPU, memory and network of the ECS task it runs in."),
      text("endpoint", ecs.endpoint,
           "Of the task metadata, version 4. Empty: ECS_CONTAINER_METADATA_URI_V4 of the "
           "environment."),
      duration("interval", ecs.interval, between(1s, 1h),
               "Time between two readings. The endpoint refuses those who ask too often."),
      duration("timeout", ecs.timeout, between(10ms, 10min), "Of one answer."),
      size("max_reply_bytes", ecs.max_reply_bytes, between(kKiB, 64 * kMiB), "Of one answer."),
  };
}

OptionList stdin_options(ingest::StdinOptions& input) {
  return {
      choice("format", input.format, formats(), "auto: told by the first line."),
      size("frame_bytes", input.frame_bytes, between(4 * kKiB, 64 * kMiB),
           "Most that is taken at a time."),
      duration("flush_interval", input.flush_interval, between(10ms, 1h),
               "A line waits for others at most this long."),
      size("max_line_bytes", input.max_line_bytes, between(256, 16 * kMiB),
           "A longer line is cut into several."),
  };
}

OptionList dead_letter_options(ingest::DeadLetterOptions& letters) {
  return {
      text("path", letters.path,
           "File for lines that were not understood, with the reason; made with mode 0600. Empty: "
           "the default of the command."),
      size("max_bytes", letters.max_bytes, between(0, 64 * kGiB),
           "Of the file; further lines are only counted."),
      boolean("raw", letters.raw, "The lines themselves as well: they are not redacted."),
  };
}

}  // namespace

OptionList input_options(Config& config) {
  auto& decoder = config.decoder;
  auto& http = config.http_source;
  auto& replay = config.replay;
  return {
      size("max_line_bytes", decoder.max_line_bytes, between(256, 16 * kMiB),
           "A longer line is broken: counted, and put into the dead letters."),
      integer("max_depth", decoder.max_depth, between(4, 512),
              "Maps and lists inside one another in one line; beyond it the line is broken."),
      integer(
          "max_keys", decoder.max_keys, between(16, 1'000'000),
          "Keys of one record; with more it is broken: counted, and put into the dead letters."),
      text("utc_offset", decoder.utc_offset,
           "Zone of times written as text that name none, in log lines, JSON, CSV and syslog: "
           "+02:00, "
           "-0530."),
      map("fields", decoder.fields, field_roles(),
          "Names of fields of your own, dotted for nested ones; they win over the built-in names."),
      section("follow", "Files that are read as they grow.", follow_options(config.follow)),
      section("stdin", "What is piped in.", stdin_options(config.input)),
      section("scrape", "Pages of metrics that are fetched (Prometheus, OpenMetrics).",
              scrape_options(config.scrape)),
      section("ecs", "The task metadata endpoint of Amazon ECS.", ecs_options(config.ecs)),
      section("dead_letters", "Lines that were not understood.",
              dead_letter_options(config.dead_letters)),
      section("http", "Bodies of requests.",
              {size("max_inflated_bytes", http.max_inflated_bytes, between(kKiB, 4 * kGiB),
                    "A body that decompresses to more is counted as broken (bad_encoding) and kept "
                    "in the journal."),
               integer("max_inflate_ratio", http.max_inflate_ratio, between(2, 1'000'000),
                       "So is one that grows by more than this, beyond the first MiB."),
               text("elastic_version", http.elastic_version,
                    "The version that clients of Elasticsearch are told: Beats refuse one that is "
                    "older than they are."),
               boolean("splunk_acks", http.splunk_acks,
                       "Senders of Splunk's protocol that name a channel get ids they can ask "
                       "for; else asking is answered with code 14.")}),
      section("forward", "Fluent forward protocol: FireLens, Fluent Bit, Fluentd. Off by default.",
              forward_options(config.forward)),
      section("syslog", "Syslog, RFC 5424 and RFC 3164. Off by default.",
              syslog_options(config.syslog)),
      section("statsd", "StatsD and DogStatsD. Off by default.", statsd_options(config.statsd)),
      section("replay", "Files that are read once.",
              {size("frame_bytes", replay.frame_bytes, between(4 * kKiB, 64 * kMiB),
                    "Bytes of a file that are taken at a time: decides in which order files "
                    "interleave, and so the result."),
               size("batch_bytes", replay.batch_bytes, between(kKiB, 16 * kMiB),
                    "Bytes that travel through the pipeline together: changes the speed, never "
                    "the result."),
               size("max_document_bytes", replay.max_document_bytes, between(kKiB, 4 * kGiB),
                    "A JSON document (not lines) larger than this is skipped and counted.")}),
  };
}

OptionList journal_options(Config& config) {
  auto& journal = config.journal;
  return {
      text("directory", journal.directory,
           "Made with mode 0700. Empty: the default of the command."),
      choice("durability", journal.durability,
             Words<Durability>{{"disk", Durability::kDisk}, {"memory", Durability::kMemory}},
             "disk: senders are answered when their data is on disk. memory: at once, and a crash "
             "loses what was not yet written."),
      duration("commit_interval", journal.commit_interval, between(1ms, 10s),
               "Longest wait of a sender for the group commit."),
      size("commit_bytes", journal.commit_bytes, between(4 * kKiB, kGiB),
           "A commit happens earlier when this much waits."),
      size("segment_bytes", journal.segment_bytes, between(kMiB, 64 * kGiB),
           "Size of one file of the journal."),
      size("max_pending_bytes", journal.max_pending_bytes, between(64 * kKiB, 16 * kGiB),
           "Accepted and not yet committed; beyond it senders get 503."),
      size("max_backlog_bytes", journal.max_backlog_bytes, between(64 * kKiB, 1024 * kGiB),
           "Accepted and not yet taken by the pipeline; beyond it senders get 503."),
      duration("key_memory", journal.key_memory, between(0s, 24h),
               "A frame that comes again with the key of one accepted within this time is "
               "acknowledged, counted as a duplicate and not kept."),
      size("max_key_bytes", journal.max_key_bytes, between(64 * kKiB, kGiB),
           "Of remembered keys; beyond it the oldest are forgotten."),
      size("max_bytes", journal.max_bytes, between(0, 1024 * 1024 * kGiB),
           "Of all segments: the oldest go first, but never one that is not yet worked off or that "
           "the last checkpoint needs; if nothing may go, senders are told to wait. 0: no bound."),
      duration("max_age", journal.max_age, between(0s, 24h * 3650),
               "Segments whose frames are all older than this go, unless they are needed. 0: no "
               "bound."),
      size("max_quarantine_bytes", journal.max_quarantine_bytes, between(0, kGiB * 1024),
           "Of copies of damaged places; beyond it they are only counted."),
      size("max_evidence_bytes", journal.max_evidence_bytes, between(0, kGiB * 1024),
           "Of copies of the frames that incidents and dead letters point at, made before their "
           "segment goes; beyond it they are not kept."),
      duration("retry_interval", journal.retry_interval, between(10ms, 10min),
               "After a failure of the disk, how often it is tried again."),
  };
}

}  // namespace inkling::config
