#include "config/substitute.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace inkling::config {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 * 1024;

Result<std::string> read_secret(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kIo, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  std::string content(kMaxSecretBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || (content.empty() && !file.eof())) {
    return fail(ErrorCode::kIo, fmt::format("cannot read {}", path));
  }
  if (content.size() > kMaxSecretBytes) {
    return fail(ErrorCode::kIo, fmt::format("{} is larger than {} bytes", path, kMaxSecretBytes));
  }
  return content;
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.empty() || !letter(text.front())) return false;
  for (const char c : text) {
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

Result<std::string> secret(std::string_view reference, const Environment& environment) {
  constexpr std::string_view kFile = "file/";
  if (!reference.starts_with(kFile)) {
    return fail(ErrorCode::kInvalidConfig,
                fmt::format("${{secret:{}}}: only secret:file/<path> is supported", reference));
  }
  // "file/run/x" is /run/x: the path is absolute, and "file//run/x" means the same.
  std::string path(reference.substr(kFile.size()));
  if (path.empty()) return fail(ErrorCode::kInvalidConfig, "${secret:file/} names no file");
  if (path.front() != '/') path.insert(0, 1, '/');
  auto content = environment.secret_file(path);
  if (!content) return fail(ErrorCode::kInvalidConfig, content.error().message);
  while (!content->empty() && (content->back() == '\n' || content->back() == '\r')) {
    content->pop_back();
  }
  return std::move(*content);
}

// The value of what stands between "${" and "}".
Result<std::string> resolve(std::string_view inside, const Environment& environment) {
  constexpr std::string_view kSecret = "secret:";
  if (inside.starts_with(kSecret)) return secret(inside.substr(kSecret.size()), environment);

  const std::size_t colon = inside.find(':');
  const std::string name(inside.substr(0, colon));
  if (!is_name(name)) {
    return fail(ErrorCode::kInvalidConfig,
                fmt::format("${{{}}} names no variable; write $$ for a dollar sign", inside));
  }
  auto value = environment.variable(name);
  if (colon == std::string_view::npos) {
    if (!value) return fail(ErrorCode::kInvalidConfig, fmt::format("{} is not set", name));
    return std::move(*value);
  }
  const std::string_view rest = inside.substr(colon + 1);
  const bool present = value && !value->empty();
  if (rest.starts_with('-')) return present ? std::move(*value) : std::string(rest.substr(1));
  if (rest.starts_with('?')) {
    if (present) return std::move(*value);
    return fail(
        ErrorCode::kInvalidConfig,
        fmt::format("{} is not set: {}", name, rest.size() > 1 ? rest.substr(1) : "required"));
  }
  return fail(ErrorCode::kInvalidConfig,
              fmt::format("${{{}}}: expected :-default or :?message behind the name", inside));
}

}  // namespace

Environment system_environment() {
  return {[](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value ? std::optional<std::string>(value) : std::nullopt;
          },
          read_secret};
}

Result<std::string> substitute(std::string_view text, const Environment& environment) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t dollar = text.find('$', at);
    out += text.substr(at, dollar - at);
    if (dollar == std::string_view::npos) break;
    const std::string_view rest = text.substr(dollar);
    if (rest.starts_with("$$")) {
      out += '$';
      at = dollar + 2;
    } else if (rest.starts_with("${")) {
      const std::size_t end = rest.find('}');
      if (end == std::string_view::npos) {
        return fail(ErrorCode::kInvalidConfig, "${ without }; write $$ for a dollar sign");
      }
      INKLING_TRY_ASSIGN(std::string value, resolve(rest.substr(2, end - 2), environment));
      out += value;
      at = dollar + end + 1;
    } else {
      out += '$';
      at = dollar + 1;
    }
  }
  return out;
}

}  // namespace inkling::config
