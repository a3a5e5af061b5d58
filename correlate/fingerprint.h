#pragma once

#include <string>

#include "core/incident.h"

namespace inkling::correlate {

// What makes an incident worth telling again: revisions with the same text say the same.
std::string fingerprint(const Incident& incident);

}  // namespace inkling::correlate
