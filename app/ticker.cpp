#include "app/ticker.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace inkling::app {
namespace {

constexpr auto kTick = std::chrono::seconds(1);

}  // namespace

void run_every_second(const std::stop_token& stop, const std::function<void()>& act) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, stop, kTick, [&] { return stop.stop_requested(); })) act();
}

void run_ticker(ingest::Journal& journal, const Clock& clock, const std::stop_token& stop) {
  run_every_second(stop, [&] { write_tick(journal, clock); });
}

void write_tick(ingest::Journal& journal, const Clock& clock) {
  ingest::IncomingFrame tick;
  tick.format = Format::kTick;
  tick.arrival = clock.now();
  tick.origin_name = "clock";
  // A full journal needs no tick: time goes on with the next one.
  static_cast<void>(journal.append(std::move(tick), [](const Result<Position>&) {}));
}

void wait_for_stop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, stop, [&] { return stop.stop_requested(); });
}

}  // namespace inkling::app
