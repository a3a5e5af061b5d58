#include "app/checkpointer.h"

#include <fmt/format.h>

#include <utility>

#include "app/checkpoint.h"
#include "core/log.h"

namespace inkling::app {
namespace {

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Checkpointer::Checkpointer(const Options& options, const Sources& sources, const Clock& clock,
                           MetricsRegistry& metrics, std::function<void(Position)> needed_from,
                           std::vector<Position> kept)
    : options_(options),
      sources_(sources),
      clock_(clock),
      needed_from_(std::move(needed_from)),
      files_(options.directory),
      written_(metrics.counter("inkling_app_checkpoints_total", "Checkpoints written.")),
      failed_(metrics.counter("inkling_app_checkpoint_errors_total",
                              "Checkpoints that could not be written.")),
      bytes_(metrics.gauge("inkling_app_checkpoint_bytes",
                           "Size of the latest checkpoint before it is packed.")),
      pause_(metrics.gauge("inkling_app_checkpoint_pause_seconds",
                           "How long the pipeline waited for the latest checkpoint.")),
      age_(metrics.gauge("inkling_app_checkpoint_age_seconds",
                         "Since the latest checkpoint was written, or the start.")),
      copied_at_(clock.monotonic()),
      kept_(std::move(kept)),
      written_at_(clock.monotonic()),
      thread_([this] { run(); }) {
  if (kept_.size() > CheckpointFiles::kKept) kept_.resize(CheckpointFiles::kKept);
}

Checkpointer::~Checkpointer() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void Checkpointer::copy(Position last) {
  const Duration begin = clock_.monotonic();
  StateWriter writer(StateWriter::Order::kFast);
  writer.reserve(last_size_ + last_size_ / 8);
  save_checkpoint(writer, sources_.pipeline, sources_.frames, sources_.files, last);
  Job job{writer.take(), last};
  last_size_ = job.state.size();
  copied_at_ = clock_.monotonic();
  bytes_.set(static_cast<double>(last_size_));
  pause_.set(seconds_of(copied_at_ - begin));
  MutexLock lock(mutex_);
  job_ = std::move(job);
  changed_.notify_all();
}

void Checkpointer::at_cut(Position last) {
  if (options_.interval.count() == 0) return;
  if (clock_.monotonic() - copied_at_ < options_.interval) return;
  {
    MutexLock lock(mutex_);
    if (job_ || writing_) return;
  }
  copy(last);
}

Result<void> Checkpointer::save_now(Position last) {
  copy(last);
  MutexLock lock(mutex_);
  while (job_ || writing_) changed_.wait(mutex_);
  return outcome_;
}

void Checkpointer::export_age() {
  MutexLock lock(mutex_);
  age_.set(seconds_of(clock_.monotonic() - written_at_));
}

void Checkpointer::run() {
  while (true) {
    Job job;
    {
      MutexLock lock(mutex_);
      while (!job_ && !ended_) changed_.wait(mutex_);
      if (!job_) return;
      job = std::move(*job_);
      job_.reset();
      writing_ = true;
    }
    write(job);
  }
}

void Checkpointer::write(const Job& job) {
  const auto file = files_.write(job.state);
  Position needed;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    outcome_ = Result<void>();
    if (file) {
      written_.add();
      written_at_ = clock_.monotonic();
      kept_.insert(kept_.begin(), job.last);
      if (kept_.size() > CheckpointFiles::kKept) kept_.pop_back();
      // With one checkpoint only, all that is there would be run again if it cannot be read.
      if (kept_.size() == CheckpointFiles::kKept) needed = kept_.back();
    } else {
      failed_.add();
      outcome_ = fail(file.error());
    }
    changed_.notify_all();
  }
  if (!file) {
    log_error(fmt::format("checkpoint: {}; what was learned is as old as the one before",
                          file.error().message));
    return;
  }
  needed_from_(needed);
}

}  // namespace inkling::app
