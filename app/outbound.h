#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace inkling::app {

// An address outside of this process that a configuration makes a run connect to.
struct Outbound {
  std::string address;  // a URL or host
  std::string why;      // the option that names it
};

// All of them: without configuration there is none. Whoever adds a client of the network adds its
// addresses here.
std::vector<Outbound> outbound_addresses(const config::Config& config);

}  // namespace inkling::app
