#pragma once

// Functions between INKLING_TARGET_BEGIN("avx2,bmi") and INKLING_TARGET_END are compiled for more
// than the baseline; whoever calls them asks the processor first. Headers with functions of their
// own come before the region: what lies inside must be private to the source.
#define INKLING_PRAGMA(text) _Pragma(#text)
#ifdef __clang__
#define INKLING_TARGET_BEGIN(features) \
  INKLING_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define INKLING_TARGET_END _Pragma("clang attribute pop")
#else
#define INKLING_TARGET_BEGIN(features) \
  _Pragma("GCC push_options") INKLING_PRAGMA(GCC target(features))
#define INKLING_TARGET_END _Pragma("GCC pop_options")
#endif
