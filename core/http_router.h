#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/http_server.h"

namespace inkling {

// Finds who answers a request. Immutable once the server runs, so reading needs no lock.
class HttpRouter {
 public:
  struct Match {
    const HttpRoute* route = nullptr;  // null: nobody
    std::string allowed;  // if only the method is wrong: the methods there are, "GET, POST"
  };

  void add(HttpRoute route);
  // The route of exactly that path, else the longest one that ends in "/" and begins it. HEAD is
  // answered by GET where it has no route of its own.
  Match find(std::string_view method, std::string_view path) const;

 private:
  using Methods = std::map<std::string, HttpRoute, std::less<>>;
  static Match pick(const Methods& methods, std::string_view method);

  std::map<std::string, Methods, std::less<>> routes_;
};

}  // namespace inkling
