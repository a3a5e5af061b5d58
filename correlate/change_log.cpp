#include "correlate/change_log.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace inkling::correlate {
namespace {

using Entry = std::shared_ptr<const LoggedChange>;

bool is_release(const Change& change) {
  return change.kind == ChangeKind::kDeploy || change.kind == ChangeKind::kRollback;
}

constexpr auto kRateHistory = std::chrono::hours(24 * 14);
constexpr double kPriorSeconds = 86'400;  // one change a day before anything was seen

}  // namespace

void ChangeLog::count_words(const ChangeProfile& profile, int step) {
  std::set<std::string> words = profile.words;
  words.insert(profile.title_words.begin(), profile.title_words.end());
  for (const std::string& word : words) {
    const auto counted = word_counts_.try_emplace(word, 0).first;
    counted->second += step;
    if (counted->second <= 0) word_counts_.erase(counted);
  }
}

void ChangeLog::add(const Change& change) {
  Key key{change.time, change.id, change.kind, change.service};
  if (changes_.contains(key)) return;
  auto logged = std::make_shared<LoggedChange>(LoggedChange{change, profile_change(change)});
  count_words(logged->profile, 1);
  changes_.emplace(std::move(key), std::move(logged));
  if (changes_.size() <= max_changes_) return;
  count_words(changes_.begin()->second->profile, -1);
  changes_.erase(changes_.begin());
}

std::vector<Candidate> ChangeLog::candidates(TimeRange range) const {
  std::map<std::string, Entry> commits;
  std::map<std::string, std::vector<Entry>> releases;  // by service, in order of time
  for (const auto& [key, entry] : changes_) {
    const Change& change = entry->change;
    if (change.kind == ChangeKind::kCommit) {
      const std::string& sha = change.commit.empty() ? change.id : change.commit;
      commits.try_emplace(sha, entry);
    }
    if (is_release(change)) releases[change.service].push_back(entry);
  }
  std::map<std::string, Candidate> found;
  const auto expose = [&](const std::string& id, const Entry& entry, Exposure exposure) {
    if (!range.contains(exposure.time)) return;
    Candidate& candidate = found[id];
    candidate.id = id;
    if (!candidate.change) candidate.change = entry;
    candidate.exposures.push_back(std::move(exposure));
  };

  // What deploys and flags say themselves.
  std::set<std::string> named;
  std::map<std::string, std::string> version_now;  // by service
  for (const auto& [key, entry] : changes_) {
    const Change& change = entry->change;
    if (change.kind == ChangeKind::kCommit || change.kind == ChangeKind::kExternal) continue;
    Exposure exposure{Exposure::Basis::kNamed, change.service, change.time, change.version, {}};
    if (is_release(change)) {
      std::string& version = version_now[change.service];
      exposure.previous_version = version;
      if (!change.version.empty()) version = change.version;
    }
    const auto commit = commits.find(change.commit);
    if (!change.commit.empty()) named.insert(change.commit);
    const std::string& id = change.commit.empty() ? change.id : change.commit;
    expose(id, commit == commits.end() ? entry : commit->second, std::move(exposure));
  }

  // What they carry besides: merged after the cut of the release before, before their own.
  for (const auto& [sha, commit] : commits) {
    if (named.contains(sha)) continue;
    const Timestamp merged = commit->change.time;
    bool released = false;
    for (const auto& [service, list] : releases) {
      const FileScope scope = file_scope(commit->change.files, service);
      if (scope == FileScope::kForeign) continue;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const Change& release = list[i]->change;
        const auto cut = commits.find(release.commit);
        const Timestamp cut_time = cut == commits.end() ? release.time : cut->second->change.time;
        if (cut_time < merged || release.time < merged) continue;
        const bool own = scope == FileScope::kService;
        Exposure exposure{own ? Exposure::Basis::kSameFolder : Exposure::Basis::kShared,
                          service,
                          release.time,
                          release.version,
                          {}};
        if (i > 0) exposure.previous_version = list[i - 1]->change.version;
        released = released || own;
        expose(sha, commit, std::move(exposure));
        break;  // the first release that holds it
      }
    }
    if (!released) {
      expose(sha, commit, {Exposure::Basis::kUnreleased, commit->change.service, merged, {}, {}});
    }
  }

  std::vector<Candidate> result;
  result.reserve(found.size());
  for (auto& [id, candidate] : found) {
    std::sort(candidate.exposures.begin(), candidate.exposures.end(),
              [](const Exposure& a, const Exposure& b) {
                return std::tie(a.time, a.service, a.basis) < std::tie(b.time, b.service, b.basis);
              });
    result.push_back(std::move(candidate));
  }
  return result;
}

std::vector<Entry> ChangeLog::external(TimeRange range) const {
  std::vector<Entry> result;
  for (const auto& [key, entry] : changes_) {
    if (key.kind == ChangeKind::kExternal && range.contains(key.time)) result.push_back(entry);
  }
  return result;
}

std::vector<Entry> ChangeLog::rollbacks(TimeRange range) const {
  std::vector<Entry> result;
  for (const auto& [key, entry] : changes_) {
    if (key.kind == ChangeKind::kRollback && range.contains(key.time)) result.push_back(entry);
  }
  return result;
}

double ChangeLog::rate(const std::set<std::string, std::less<>>& services, Timestamp until) const {
  const Timestamp from = until - kRateHistory;
  std::optional<Timestamp> first;
  double count = 0;
  for (const auto& [key, entry] : changes_) {
    if (key.time < from || until < key.time) continue;
    if (!first) first = key.time;
    const bool commit = key.kind == ChangeKind::kCommit;
    if (key.kind == ChangeKind::kExternal || commit != services.empty()) continue;
    if (commit || services.contains(key.service)) ++count;
  }
  const double seconds = first ? static_cast<double>((until - *first).count()) / 1e9 : 0.0;
  return (count + 1) / (seconds + kPriorSeconds);
}

double ChangeLog::rarity(std::string_view word) const {
  const auto found = word_counts_.find(word);
  const double held = found == word_counts_.end() ? 1.0 : found->second;
  const auto total = static_cast<double>(std::max<std::size_t>(changes_.size(), 2));
  return std::clamp(1.0 - std::log(std::max(held, 1.0)) / std::log(total + 1.0), 0.0, 1.0);
}

}  // namespace inkling::correlate
