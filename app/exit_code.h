#pragma once

#include "core/result.h"

namespace inkling::app {

// Exit codes of every command.
enum ExitCode : int {
  kExitOk = 0,
  kExitRuntime = 1,
  kExitUsage = 2,
  kExitGate = 3,  // a gate failed: differences, limits
  kExitBadInput = 65,
  kExitUnavailable = 69,  // a dependency does not answer
  kExitIo = 74,
  kExitConfig = 78,
};

inline ExitCode exit_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return kExitUsage;
    case ErrorCode::kInvalidConfig:
      return kExitConfig;
    case ErrorCode::kBadInput:
      return kExitBadInput;
    case ErrorCode::kNotFound:
      return kExitIo;
    case ErrorCode::kIo:
      return kExitIo;
    case ErrorCode::kUnavailable:
      return kExitUnavailable;
    case ErrorCode::kInternal:
      break;
  }
  return kExitRuntime;
}

}  // namespace inkling::app
