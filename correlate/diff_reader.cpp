#include "correlate/diff_reader.h"

#include <algorithm>
#include <array>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

template <std::size_t N>
bool contains_any(std::string_view text, const std::array<std::string_view, N>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != text.npos; });
}

template <std::size_t N>
bool ends_with_any(std::string_view text, const std::array<std::string_view, N>& ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return text.ends_with(end); });
}

bool is_comment(std::string_view line) {
  return line.starts_with("//") || line.starts_with("/*") || line.starts_with("* ") ||
         line.starts_with("*/") || line == "*" || line.starts_with("# ") || line == "#" ||
         line.starts_with("--") || line.starts_with("\"\"\"") || line.starts_with("<!--");
}

bool is_logging(std::string_view line) {
  static constexpr std::array<std::string_view, 17> kCalls = {
      "log.",      "logger.",   "log(",      "logging.", "LOG_",    "console.",
      "slog.",     "zap.",      "LOG(",      "logrus.",  "klog.",   "tracing::",
      "fmt.Print", "log::info", "log::warn", "print(",   "println!"};
  return std::any_of(kCalls.begin(), kCalls.end(),
                     [&](std::string_view call) { return line.starts_with(call); });
}

int open_brackets(std::string_view line) {
  int depth = 0;
  for (const char c : line) depth += c == '(' ? 1 : c == ')' ? -1 : 0;
  return depth;
}

// "key: value" or "key = value" with a plain key: configuration, or a constant.
bool is_setting(std::string_view line) {
  const std::size_t mark = line.find_first_of(":=");
  if (mark == std::string_view::npos || mark == 0) return false;
  const std::string_view key = trim(line.substr(0, mark));
  return !key.empty() && key.find_first_of(" ({[<>!+*/&|") == std::string_view::npos &&
         line.find('(') == std::string_view::npos;
}

}  // namespace

PathClass path_class(std::string_view path) {
  const std::string name = lower(path);
  static constexpr std::array<std::string_view, 10> kTest = {
      "_test.",    ".test.",    ".spec.", "/test/",    "/tests/",
      "testdata/", "__tests__", "_fuzz.", "fixtures/", "/mocks/"};
  static constexpr std::array<std::string_view, 7> kDocs = {
      "docs/", "doc/", "documentation/", "readme", "license", "changelog", "codeowners"};
  static constexpr std::array<std::string_view, 3> kDocsEnd = {".md", ".rst", ".adoc"};
  static constexpr std::array<std::string_view, 9> kTooling = {
      ".github/",  ".circleci/",    ".gitlab",     "jenkinsfile", ".golangci",
      ".eslintrc", ".editorconfig", ".prettierrc", "codeowners"};
  static constexpr std::array<std::string_view, 10> kStyle = {
      ".css", ".scss", ".less", ".svg", ".png", ".ico", ".woff", ".html", ".tmpl", ".jpg"};
  static constexpr std::array<std::string_view, 10> kLock = {
      "go.sum",       "package-lock.json", "yarn.lock",    "poetry.lock",    "cargo.lock",
      "pipfile.lock", "composer.lock",     "gemfile.lock", "pnpm-lock.yaml", "uv.lock"};
  static constexpr std::array<std::string_view, 12> kManifest = {
      "go.mod",         "package.json", "requirements.txt", "pom.xml", "build.gradle", "cargo.toml",
      "pyproject.toml", "gemfile",      "composer.json",    "pipfile", "dockerfile",   ".csproj"};
  static constexpr std::array<std::string_view, 8> kConfig = {
      ".yaml", ".yml", ".toml", ".ini", ".conf", ".env", ".properties", ".tf"};
  if (contains_any(name, kTest) || name.starts_with("test/") || name.starts_with("tests/")) {
    return PathClass::kTest;
  }
  if (contains_any(name, kTooling)) return PathClass::kTooling;
  if (contains_any(name, kDocs) || ends_with_any(name, kDocsEnd)) return PathClass::kDocs;
  if (ends_with_any(name, kLock)) return PathClass::kLock;
  if (ends_with_any(name, kManifest)) return PathClass::kManifest;
  if (ends_with_any(name, kStyle)) return PathClass::kStyle;
  if (name.find("migration") != std::string::npos || name.ends_with(".sql")) {
    return PathClass::kMigration;
  }
  if (ends_with_any(name, kConfig)) {
    // What a staging or development environment gets does not run in production.
    static constexpr std::array<std::string_view, 4> kElsewhere = {"staging", "/dev/", "sandbox",
                                                                   "local"};
    return contains_any(name, kElsewhere) ? PathClass::kTooling : PathClass::kConfig;
  }
  return PathClass::kCode;
}

std::string_view path_class_name(PathClass path) {
  switch (path) {
    case PathClass::kDocs:
      return "documentation";
    case PathClass::kTest:
      return "tests";
    case PathClass::kTooling:
      return "tooling";
    case PathClass::kStyle:
      return "style";
    case PathClass::kLock:
      return "lock file";
    case PathClass::kManifest:
      return "dependencies";
    case PathClass::kMigration:
      return "migration";
    case PathClass::kConfig:
      return "configuration";
    case PathClass::kCode:
      break;
  }
  return "code";
}

double path_risk(PathClass path) {
  switch (path) {
    case PathClass::kDocs:
    case PathClass::kTest:
    case PathClass::kTooling:
      return 0.03;
    case PathClass::kStyle:
      return 0.1;
    case PathClass::kLock:
    case PathClass::kManifest:
      return 0.6;
    case PathClass::kMigration:
      return 0.8;
    case PathClass::kConfig:
    case PathClass::kCode:
      break;
  }
  return 1.0;
}

std::vector<DiffLine> read_diff(std::string_view diff) {
  std::vector<DiffLine> lines;
  int log_depth[2] = {0, 0};  // open brackets of a log statement, removed and added
  while (!diff.empty()) {
    const std::size_t end = std::min(diff.find('\n'), diff.size());
    const std::string_view raw = diff.substr(0, end);
    diff.remove_prefix(std::min(end + 1, diff.size()));
    if (raw.empty() || (raw[0] != '+' && raw[0] != '-')) continue;
    if (raw.starts_with("+++") || raw.starts_with("--- ")) continue;
    const bool added = raw[0] == '+';
    const std::string_view text = trim(raw.substr(1));
    if (text.empty()) continue;
    LineKind kind = LineKind::kCode;
    int& depth = log_depth[added ? 1 : 0];
    if (is_comment(text)) {
      kind = LineKind::kComment;
    } else if (depth > 0 || is_logging(text)) {
      kind = LineKind::kLogging;
      depth = std::max(0, depth + open_brackets(text));
    } else if (is_setting(text)) {
      kind = LineKind::kConfig;
    }
    const bool indented = raw.size() > 1 && (raw[1] == ' ' || raw[1] == '\t');
    lines.push_back({added, indented, kind, std::string(text)});
  }
  return lines;
}

}  // namespace inkling::correlate
