#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace inkling::config {

// Where `${...}` in a configuration gets its values from.
struct Environment {
  // The value of a variable; nothing if it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The content of a file that holds a secret.
  std::function<Result<std::string>(const std::string& path)> secret_file;
};

// The environment of the process, and the file system (secrets of at most 64 KiB).
Environment system_environment();

// Replaces in the text of one scalar:
//   ${VAR}           the variable; an error if it is not set
//   ${VAR:-default}  the default if it is not set or empty
//   ${VAR:?message}  an error with the message if it is not set or empty
//   ${secret:file/run/secrets/key}  the content of /run/secrets/key without the newline at its end
//   $$               a dollar sign; a dollar sign before anything else stays as it is
// What is put in is not substituted again. kInvalidConfig says what is missing or malformed; no
// message ever holds a value.
Result<std::string> substitute(std::string_view text, const Environment& environment);

}  // namespace inkling::config
