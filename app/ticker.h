#pragma once

#include <functional>
#include <stop_token>

#include "core/clock.h"
#include "ingest/journal.h"

namespace inkling::app {

// Writes a reading of the clock into the journal every second, so that between journal and report
// nothing needs a clock. Returns when told to stop.
void run_ticker(ingest::Journal& journal, const Clock& clock, const std::stop_token& stop);

// Writes one reading.
void write_tick(ingest::Journal& journal, const Clock& clock);
// Calls back every second until told to stop.
void run_every_second(const std::stop_token& stop, const std::function<void()>& act);

// Returns when told to stop.
void wait_for_stop(const std::stop_token& stop);

}  // namespace inkling::app
