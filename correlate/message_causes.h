#pragma once

#include <vector>

#include "correlate/alternatives.h"
#include "correlate/signal.h"

namespace inkling::correlate {

// Explanations that new error messages give themselves, by their words, each at most once:
//   bad_data        data is rejected for its content, again and again
//   expired         a certificate, token or licence ran out: no change is needed for that
//   dependency      a host outside (a name with dots, or a cloud's) fails or does not answer
//   infrastructure  the machine below failed, was taken away or moved
std::vector<Alternative> causes_in_messages(const Findings& findings);

}  // namespace inkling::correlate
