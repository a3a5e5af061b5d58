#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/digest.h"
#include "detect/options.h"

namespace inkling::detect {

// Name of everything beyond a cap on services, versions or routes.
inline constexpr std::string_view kOtherName = "(other)";

// Gives (service, version, route) a small number that lasts. Bounded: beyond the caps a name
// becomes "(other)"; beyond max_series combinations the version and the route do. Names are
// redacted once, when they are first seen. Not thread-safe: one owner.
class ScopeTable {
 public:
  struct Scope {
    std::string service;
    std::string version;
    std::string route;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.service, s.version, s.route);
    }
  };

  ScopeTable(const DetectOptions& options, std::function<std::string(std::string_view)> redact);

  std::uint32_t intern(const DigestScope& scope);
  const Scope& at(std::uint32_t scope) const { return scopes_[scope]; }
  std::size_t size() const { return scopes_.size(); }
  // Names that were counted under "(other)" so far.
  std::uint64_t capped() const { return capped_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.by_hash_, s.services_, s.by_name_, s.scopes_, s.capped_);
    for (const auto& [hash, scope] : s.by_hash_)
      a.require(scope < s.scopes_.size(), "a scope out of range");
    for (const auto& [name, scope] : s.by_name_)
      a.require(scope < s.scopes_.size(), "a scope out of range");
  }

 private:
  struct ServiceNames {
    std::unordered_set<std::string> versions;
    std::unordered_set<std::string> routes;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.versions, s.routes);
    }
  };
  std::string cap(std::unordered_set<std::string>& known, std::string_view name, std::size_t limit);

  const DetectOptions& options_;  // outlived by its owner's
  std::function<std::string(std::string_view)> redact_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;
  std::unordered_map<std::string, ServiceNames> services_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  std::vector<Scope> scopes_;
  std::uint64_t capped_ = 0;
};

}  // namespace inkling::detect
