#pragma once

#include <string>

#include "core/timestamp.h"

namespace inkling::sinks {

// Who signs. Never logged, never shown.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;              // "" = long-lived keys
  Timestamp expires = Timestamp::none();  // none() = never
};

}  // namespace inkling::sinks
