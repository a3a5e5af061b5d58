#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "correlate/diff_reader.h"

namespace inkling::correlate {

// A way in which changed text changes what a program does.
enum class Mechanism : unsigned char {
  kSetting,          // a number, switch or level has another value
  kRenamedLiteral,   // a name in quotes was replaced
  kRemovedLock,      // less mutual exclusion
  kRemovedCall,      // something is no longer called
  kRemovedCheck,     // a condition is no longer tested
  kRemovedCleanup,   // something is no longer closed or released
  kCallInLoop,       // work per element that leaves the process
  kUnbatched,        // many small requests for one large
  kUnboundedGrowth,  // a container that lives long and only grows
  kAddedWait,        // sleeping, locking or blocking
  kDependency,       // another version of a library or base image
  kAccess,           // address, credential or permission
  kSchema,           // tables, columns, indexes
};
std::string_view mechanism_name(Mechanism mechanism);

// One such change, and how it would show.
struct DiffFinding {
  Mechanism mechanism = Mechanism::kSetting;
  double strength = 0;             // 0..1: how far it goes, whatever the symptoms
  std::string detail;              // what was changed, in words
  std::vector<std::string> shows;  // words symptoms of this mechanism use
  std::vector<std::string> names;  // identifiers and literals it touches
};

// Looks for all mechanisms in the changed lines, the strongest first. Rewriting that keeps values,
// checks, calls and waits gives nothing. `path` is the class of the riskiest file.
std::vector<DiffFinding> find_mechanisms(const std::vector<DiffLine>& lines, PathClass path);

}  // namespace inkling::correlate
