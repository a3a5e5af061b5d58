#include "core/frame_attributes.h"

namespace inkling {

bool FrameAttributes::add(std::string_view name, std::string_view value) {
  if (name.empty() || value.empty()) return false;
  if (text_.size() + name.size() + value.size() + 2 > kMaxBytes) return false;
  const auto put = [this](char c, bool in_name) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 || c == 0x7F || (in_name && c == '=');
    text_.push_back(bad ? '_' : c);
  };
  if (!text_.empty()) text_.push_back('\n');
  for (const char c : name) put(c, true);
  text_.push_back('=');
  for (const char c : value) put(c, false);
  return true;
}

std::string_view find_attribute(std::string_view attributes, std::string_view name) {
  std::string_view found;
  for_each_attribute(attributes, [&](std::string_view key, std::string_view value) {
    if (found.empty() && key == name) found = value;
  });
  return found;
}

}  // namespace inkling
