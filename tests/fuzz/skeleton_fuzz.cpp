#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "detect/skeleton.h"

// Any message: the id is the hash of the tokens, and no token has white space in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  for (const inkling::detect::SkeletonOptions options :
       {inkling::detect::SkeletonOptions{},
        inkling::detect::SkeletonOptions{.max_message_bytes = 16, .max_tokens = 4}}) {
    std::vector<std::string_view> tokens;
    inkling::detect::skeleton_tokens(message, options, tokens);
    std::string joined;
    for (const auto token : tokens) {
      INKLING_CHECK(!token.empty() && token.find(' ') == std::string_view::npos);
      if (!joined.empty()) joined += ' ';
      joined += token;
    }
    INKLING_CHECK(inkling::detect::hash_skeleton(joined) ==
                  inkling::detect::skeleton_id(message, options));
  }
  return 0;
}
