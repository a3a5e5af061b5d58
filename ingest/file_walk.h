#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace inkling::ingest {

// The files that paths name: files as they are, directories replaced by the files below them in
// byte order of their paths, without hidden ones. kNotFound names a path that does not exist.
Result<std::vector<std::string>> list_files(const std::vector<std::string>& paths);

}  // namespace inkling::ingest
