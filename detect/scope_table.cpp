#include "detect/scope_table.h"

namespace inkling::detect {
namespace {

std::string name_key(const ScopeTable::Scope& scope) {
  return scope.service + '\0' + scope.version + '\0' + scope.route;
}

}  // namespace

ScopeTable::ScopeTable(const DetectOptions& options,
                       std::function<std::string(std::string_view)> redact)
    : options_(options), redact_(std::move(redact)) {}

std::string ScopeTable::cap(std::unordered_set<std::string>& known, std::string_view name,
                            std::size_t limit) {
  if (name.empty()) return {};
  std::string clean = redact_(name);
  if (known.contains(clean)) return clean;
  if (known.size() >= limit) {
    ++capped_;
    return std::string(kOtherName);
  }
  known.insert(clean);
  return clean;
}

std::uint32_t ScopeTable::intern(const DigestScope& scope) {
  if (const auto found = by_hash_.find(scope.hash); found != by_hash_.end()) return found->second;
  Scope named;
  named.service = redact_(scope.service);
  if (!services_.contains(named.service) && services_.size() >= options_.max_services) {
    ++capped_;
    named.service = kOtherName;
  }
  ServiceNames& names = services_[named.service];
  named.version = cap(names.versions, scope.version, options_.max_versions_per_service);
  named.route = cap(names.routes, scope.route, options_.max_routes_per_service);
  if (scopes_.size() >= options_.max_series) {  // too many combinations of what is allowed alone
    const auto known = by_name_.find(name_key(named));
    if (known == by_name_.end()) {
      ++capped_;
      if (!named.version.empty()) named.version = kOtherName;
      if (!named.route.empty()) named.route = kOtherName;
    }
  }
  const std::string key = name_key(named);
  const auto [at, is_new] = by_name_.try_emplace(key, static_cast<std::uint32_t>(scopes_.size()));
  if (is_new) scopes_.push_back(std::move(named));
  // The index by hash only saves work; it is emptied when names that share a cap would let it grow.
  if (by_hash_.size() >= 200'000) by_hash_.clear();
  by_hash_.emplace(scope.hash, at->second);
  return at->second;
}

}  // namespace inkling::detect
