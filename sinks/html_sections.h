#pragma once

#include <string>

#include "core/incident.h"

namespace inkling::sinks {

// The sections of the HTML report below its first screen; "" where there is nothing to show. All
// text is escaped here.
std::string html_plots(const Incident& incident);
std::string html_timeline(const Incident& incident);
std::string html_suspects(const Incident& incident);
std::string html_services(const Incident& incident);
std::string html_exemplars(const Incident& incident);
std::string html_evidence(const Incident& incident);

// A probability as a width in percent, "0" .. "100".
std::string meter_width(double p);

}  // namespace inkling::sinks
