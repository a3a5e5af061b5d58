#include "correlate/release_watch.h"

#include <algorithm>
#include <chrono>

namespace inkling::correlate {
namespace {

constexpr int kDays = 7;
constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kMargin = std::chrono::minutes(2);  // for windows that begin a little earlier
constexpr std::size_t kMaxPending = 1'000;

bool is_watched(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kDeploy:
    case ChangeKind::kFlag:
    case ChangeKind::kConfig:
    case ChangeKind::kRollback:
    case ChangeKind::kMigration:
      return true;
    case ChangeKind::kCommit:
    case ChangeKind::kScaling:
    case ChangeKind::kExternal:
    case ChangeKind::kOther:
      break;
  }
  return false;
}

}  // namespace

void ReleaseWatch::add(const Change& change) {
  if (!is_watched(change.kind) || !change.time.is_set()) return;
  const auto at =
      std::upper_bound(pending_.begin(), pending_.end(), change.time,
                       [](Timestamp time, const ChangeMoment& other) { return time < other.time; });
  pending_.insert(at, {change.id, change.time});
  if (pending_.size() <= kMaxPending) return;
  pending_.pop_front();
  ++skipped_;
}

void ReleaseWatch::look(Timestamp now, bool final, HistoryReader& history) {
  std::vector<ChangeMoment> due;
  while (!pending_.empty() && (final || pending_.front().time + kImpactSide <= now)) {
    due.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  while (!looks_.empty() && now - looks_.front() >= std::chrono::hours(1)) looks_.pop_front();
  const std::size_t room = per_hour_ > looks_.size() ? per_hour_ - looks_.size() : 0;
  if (due.size() > room) {
    skipped_ += due.size() - room;
    due.erase(due.begin(), due.end() - static_cast<std::ptrdiff_t>(room));
  }
  for (const ChangeMoment& change : due) {
    looks_.push_back(now);
    const auto around = [&](int days) {
      const Timestamp then = change.time - kDay * days;
      return TimeRange{then - kImpactSide - kMargin, then + kImpactSide + kMargin};
    };
    std::vector<History> earlier;
    for (int day = 1; day <= kDays; ++day) earlier.push_back(history.read(around(day)));
    for (Impact& impact : measure_impacts(history.read(around(0)), earlier, {change})) {
      impacts_.push_back(std::move(impact));
    }
    while (impacts_.size() > max_impacts_) impacts_.pop_front();
  }
}

}  // namespace inkling::correlate
