#pragma once

namespace inkling {

// Prints the broken condition and ends the process.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace inkling

// Broken invariants of our own, never input: checked in every build.
#define INKLING_CHECK(condition)                       \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::inkling::check_failed(#condition, __FILE__, __LINE__))

// The same on the hot path: only with INKLING_DEBUG_CHECKS (debug and sanitizer builds).
#ifdef INKLING_DEBUG_CHECKS
#define INKLING_DCHECK(condition) INKLING_CHECK(condition)
#else
#define INKLING_DCHECK(condition) static_cast<void>(0)
#endif
