#pragma once

#include "core/metrics.h"

namespace inkling::ingest {

// The journal's own metrics (docs/operations.md).
struct JournalMeters {
  explicit JournalMeters(MetricsRegistry& registry)
      : frames(registry.counter("inkling_ingest_journal_frames_total", "Frames committed.")),
        bytes(registry.counter("inkling_ingest_journal_bytes_total",
                               "Bytes of committed frames, as received.")),
        commits(registry.counter("inkling_ingest_journal_commits_total", "Group commits.")),
        commit_seconds(registry.counter("inkling_ingest_journal_commit_seconds_total",
                                        "Time spent writing and waiting for the disk.")),
        errors(registry.counter("inkling_ingest_journal_errors_total",
                                "Frames accepted and not committed because the disk failed.")),
        refused_full(refused(registry, "pending_full")),
        refused_backlog(refused(registry, "backlog_full")),
        refused_closed(refused(registry, "closed")),
        refused_failed(refused(registry, "disk_failed")),
        refused_space(refused(registry, "max_bytes")),
        duplicates(registry.counter("inkling_ingest_journal_duplicate_frames_total",
                                    "Frames that came again with their sender's key; acknowledged "
                                    "and not kept twice.")),
        damaged(registry.counter("inkling_ingest_journal_damaged_places_total",
                                 "Places in the journal that could not be read.")),
        damaged_bytes(registry.counter("inkling_ingest_journal_damaged_bytes_total",
                                       "Bytes at these places; copied to the quarantine.")),
        missing_segments(registry.counter("inkling_ingest_journal_missing_segments_total",
                                          "Segments that are not there though others before and "
                                          "behind them are, or that a checkpoint needs.")),
        disk_failures(registry.counter("inkling_ingest_journal_disk_failures_total",
                                       "Failed writes and syncs, and failed tries to go on.")),
        removed_segments(registry.counter("inkling_ingest_journal_removed_segments_total",
                                          "Segments removed by size or age.")),
        stored_bytes(
            registry.gauge("inkling_ingest_journal_stored_bytes", "Bytes of all segments.")),
        stored_capacity(registry.gauge("inkling_ingest_journal_stored_capacity_bytes",
                                       "Where old segments go (max_bytes), 0 = no bound.")),
        needed_bytes(registry.gauge("inkling_ingest_journal_needed_bytes",
                                    "Of the stored bytes, those that may not go yet.")),
        failing(registry.gauge("inkling_ingest_journal_failing",
                               "1 while the disk fails and nothing is accepted.")),
        cut_bytes(registry.counter("inkling_ingest_journal_cut_bytes_total",
                                   "Bytes of torn tails cut off at the start.")),
        pending_bytes(registry.gauge("inkling_ingest_journal_pending_bytes",
                                     "Bytes accepted and not yet committed.")),
        pending_capacity(registry.gauge("inkling_ingest_journal_pending_capacity_bytes",
                                        "Where appends are refused (max_pending_bytes).")),
        ready_bytes(registry.gauge("inkling_ingest_journal_ready_bytes",
                                   "Committed bytes kept in memory for the pipeline.")),
        backlog_bytes(registry.gauge("inkling_ingest_journal_backlog_bytes",
                                     "Committed bytes the pipeline has not taken yet.")),
        backlog_capacity(registry.gauge("inkling_ingest_journal_backlog_capacity_bytes",
                                        "Where appends are refused (max_backlog_bytes).")),
        lag_seconds(registry.gauge("inkling_ingest_journal_lag_seconds",
                                   "How long the frame taken last by the pipeline had waited since "
                                   "its commit.")) {}

  static MetricsRegistry::Counter& refused(MetricsRegistry& registry, const char* reason) {
    return registry.counter("inkling_ingest_journal_refused_frames_total",
                            "Frames not accepted; the sender was told.", {{"reason", reason}});
  }

  MetricsRegistry::Counter& frames;
  MetricsRegistry::Counter& bytes;
  MetricsRegistry::Counter& commits;
  MetricsRegistry::Counter& commit_seconds;
  MetricsRegistry::Counter& errors;
  MetricsRegistry::Counter& refused_full;
  MetricsRegistry::Counter& refused_backlog;
  MetricsRegistry::Counter& refused_closed;
  MetricsRegistry::Counter& refused_failed;
  MetricsRegistry::Counter& refused_space;
  MetricsRegistry::Counter& duplicates;
  MetricsRegistry::Counter& damaged;
  MetricsRegistry::Counter& damaged_bytes;
  MetricsRegistry::Counter& missing_segments;
  MetricsRegistry::Counter& disk_failures;
  MetricsRegistry::Counter& removed_segments;
  MetricsRegistry::Gauge& stored_bytes;
  MetricsRegistry::Gauge& stored_capacity;
  MetricsRegistry::Gauge& needed_bytes;
  MetricsRegistry::Gauge& failing;
  MetricsRegistry::Counter& cut_bytes;
  MetricsRegistry::Gauge& pending_bytes;
  MetricsRegistry::Gauge& pending_capacity;
  MetricsRegistry::Gauge& ready_bytes;
  MetricsRegistry::Gauge& backlog_bytes;
  MetricsRegistry::Gauge& backlog_capacity;
  MetricsRegistry::Gauge& lag_seconds;
};

}  // namespace inkling::ingest
