#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/check.h"

namespace inkling {

// What kind of failure it is. The command line maps these to exit codes (app/exit_code.h).
enum class ErrorCode {
  kInvalidArgument,  // an option or a request is wrong
  kInvalidConfig,    // a configuration file is wrong
  kBadInput,         // data that cannot be read as what it claims to be
  kNotFound,
  kIo,
  kUnavailable,  // a dependency does not answer, or is over its limit
  kInternal,
};

// An error for people: static text first, values last.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

// Marks a value as the error of a Result; built by fail().
template <class E>
struct Failure {
  E error;
};

inline Failure<Error> fail(ErrorCode code, std::string message) {
  return {Error{code, std::move(message)}};
}
template <class E>
Failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}

// A value or an error, with the member names of std::expected (which g++ 12 lacks in C++20).
// Reading the value of a failed Result is a broken invariant and stops the process.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    INKLING_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    INKLING_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    INKLING_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  E& error() & {
    INKLING_CHECK(!has_value());
    return std::get<1>(state_);
  }
  const E& error() const& {
    INKLING_CHECK(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(Failure<E> failure) : error_(std::move(failure.error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  E& error() {
    INKLING_CHECK(error_.has_value());
    return *error_;
  }
  const E& error() const {
    INKLING_CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<E> error_;
};

#define INKLING_CONCAT_INNER(a, b) a##b
#define INKLING_CONCAT(a, b) INKLING_CONCAT_INNER(a, b)

// Returns the error of `expression` to our caller, if it has one.
#define INKLING_TRY(expression)                                        \
  do {                                                                 \
    if (auto inkling_try_result = (expression); !inkling_try_result) { \
      return ::inkling::fail(std::move(inkling_try_result.error()));   \
    }                                                                  \
  } while (false)

// Like INKLING_TRY, and gives the value to `declaration`.
#define INKLING_TRY_ASSIGN(declaration, expression) \
  INKLING_TRY_ASSIGN_INNER(INKLING_CONCAT(inkling_result_, __LINE__), declaration, expression)
#define INKLING_TRY_ASSIGN_INNER(result, declaration, expression) \
  auto result = (expression);                                     \
  if (!result) return ::inkling::fail(std::move(result.error())); \
  declaration = std::move(*result)

}  // namespace inkling
