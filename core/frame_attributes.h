#pragma once

#include <string>
#include <string_view>

namespace inkling {

// What a sender says beside the bytes of a frame and holds for all its records: "service=checkout",
// one per line. Kept in the journal as one text of at most 4 KiB.
class FrameAttributes {
 public:
  static constexpr std::size_t kMaxBytes = 4096;

  // Adds a pair. Control characters (and "=" in a name) become "_"; an empty name or value, and
  // what does not fit any more, is left out: false.
  bool add(std::string_view name, std::string_view value);
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The value of a name in such a text, "" if it has none. The view is into `attributes`.
std::string_view find_attribute(std::string_view attributes, std::string_view name);

// Calls visit(name, value) for each pair, in order.
template <class Visit>
void for_each_attribute(std::string_view attributes, Visit&& visit) {
  while (!attributes.empty()) {
    const std::size_t end = attributes.find('\n');
    const std::string_view line = attributes.substr(0, end);
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos) visit(line.substr(0, sign), line.substr(sign + 1));
    if (end == std::string_view::npos) return;
    attributes.remove_prefix(end + 1);
  }
}

}  // namespace inkling
