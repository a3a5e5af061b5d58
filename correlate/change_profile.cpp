#include "correlate/change_profile.h"

#include <algorithm>
#include <array>
#include <map>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

// "checkoutservice", "checkout-svc" -> checkout; lower case, letters and digits only.
std::string stem_of(std::string_view name) {
  std::string stem;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') stem.push_back(static_cast<char>(c - 'A' + 'a'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) stem.push_back(c);
  }
  for (const std::string_view suffix : {"service", "svc", "server", "app"}) {
    if (stem.size() > suffix.size() + 1 && stem.ends_with(suffix)) {
      stem.resize(stem.size() - suffix.size());
      break;
    }
  }
  return stem;
}

bool names_service(std::string_view component, std::string_view service_stem) {
  const std::string stem = stem_of(component);
  if (stem.empty() || service_stem.empty()) return false;
  if (stem == service_stem) return true;
  constexpr std::size_t kTellingPrefix = 5;  // "recommend" for "recommendation"
  return stem.size() >= kTellingPrefix && service_stem.starts_with(stem);
}

FileScope scope_of_path(std::string_view path, std::string_view service_stem) {
  static constexpr std::array<std::string_view, 9> kSharedRoots = {
      "pkg", "lib", "libs", "internal", "common", "shared", "vendor", "packages", "proto"};
  std::string_view rest = path;
  std::string_view first;
  for (std::size_t slash = rest.find('/'); slash != std::string_view::npos;
       slash = rest.find('/')) {
    const std::string_view component = rest.substr(0, slash);
    if (first.empty()) first = component;
    if (names_service(component, service_stem)) return FileScope::kService;
    rest.remove_prefix(slash + 1);
  }
  if (first.empty()) return FileScope::kShared;  // a file of the root
  const bool shared =
      std::find(kSharedRoots.begin(), kSharedRoots.end(), first) != kSharedRoots.end();
  return shared ? FileScope::kShared : FileScope::kForeign;
}

// Words whose number differs between what was removed and what was added: moved code cancels out.
std::set<std::string> net_words(const std::vector<DiffLine>& lines) {
  std::map<std::string, int> balance;
  for (const DiffLine& line : lines) {
    if (line.kind == LineKind::kComment) continue;
    for (std::string& word : split_words(line.text)) {
      if (is_telling(word)) balance[std::move(word)] += line.added ? 1 : -1;
    }
  }
  std::set<std::string> words;
  for (const auto& [word, count] : balance) {
    if (count != 0) words.insert(word);
  }
  return words;
}

}  // namespace

FileScope file_scope(const std::vector<std::string>& files, std::string_view service) {
  const std::string stem = stem_of(service);
  FileScope best = FileScope::kForeign;
  for (const std::string& file : files) best = std::min(best, scope_of_path(file, stem));
  return best;
}

ChangeProfile profile_change(const Change& change) {
  ChangeProfile profile;
  profile.has_files = !change.files.empty();
  double risk = -1;
  for (const std::string& file : change.files) {
    const PathClass path = path_class(file);
    if (path_risk(path) > risk) {
      risk = path_risk(path);
      profile.riskiest = path;
    }
  }
  const std::vector<DiffLine> lines = read_diff(change.diff);
  profile.has_diff = !lines.empty();
  profile.inert = profile.has_diff && std::all_of(lines.begin(), lines.end(), [](const auto& line) {
                    return line.kind == LineKind::kComment || line.kind == LineKind::kLogging;
                  });
  profile.findings = find_mechanisms(lines, profile.riskiest);
  profile.words = net_words(lines);
  for (const std::string& file : change.files) {
    for (std::string& word : split_words(file)) {
      if (is_telling(word)) profile.title_words.insert(std::move(word));
    }
  }
  for (std::string& word : split_words(change.title)) {
    if (is_telling(word)) profile.title_words.insert(std::move(word));
  }
  return profile;
}

}  // namespace inkling::correlate
