#include "core/http_router.h"

#include <utility>

namespace inkling {

void HttpRouter::add(HttpRoute route) {
  Methods& methods = routes_[route.path];
  std::string method = route.method;
  methods.insert_or_assign(std::move(method), std::move(route));
}

HttpRouter::Match HttpRouter::pick(const Methods& methods, std::string_view method) {
  auto found = methods.find(method);
  if (found == methods.end() && method == "HEAD") found = methods.find("GET");
  if (found != methods.end()) return {&found->second, ""};
  Match match;
  for (const auto& [name, route] : methods) {
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += name;
  }
  return match;
}

HttpRouter::Match HttpRouter::find(std::string_view method, std::string_view path) const {
  if (const auto exact = routes_.find(path); exact != routes_.end()) {
    return pick(exact->second, method);
  }
  for (std::size_t length = path.size(); length > 0; --length) {
    if (path[length - 1] != '/') continue;
    const auto prefix = routes_.find(path.substr(0, length));
    if (prefix != routes_.end()) return pick(prefix->second, method);
  }
  return {};
}

}  // namespace inkling
