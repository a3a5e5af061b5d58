#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "core/timestamp.h"
#include "correlate/change_profile.h"
#include "correlate/options.h"

namespace inkling::correlate {

struct LoggedChange {
  Change change;
  ChangeProfile profile;
};

// One way in which a change became effective.
struct Exposure {
  enum class Basis : unsigned char {
    kNamed,       // a deploy, flag, ... of this service says so
    kSameFolder,  // merged before a deploy of the service whose folder it touches
    kShared,      // merged before a deploy of a service it may be linked into
    kUnreleased,  // no deploy can be found for it
  };
  Basis basis = Basis::kNamed;
  std::string service;  // "" = unknown
  Timestamp time;
  std::string version;
  std::string previous_version;
};

// Something that may be to blame: a commit with all the deploys it may have gone out with, or a
// change that has no commit.
struct Candidate {
  std::string id;  // commit SHA, else the change's id
  std::shared_ptr<const LoggedChange> change;
  std::vector<Exposure> exposures;  // by time, service
};

// The changes of the last days, joined: deploys with the commits they carry.
//
// A deploy carries the commit it names and every commit merged since the commit named by the
// deploy before it of the same service, if the files lie in the service's folder or in shared ones.
// Bounded: the oldest change goes first. Not thread-safe: one owner.
class ChangeLog {
 public:
  explicit ChangeLog(const CorrelateOptions& options) : max_changes_(options.max_changes) {}

  // Repeated changes (same kind, id, service and time) are one.
  void add(const Change& change);

  // All that became effective in the range, by id. External changes are not among them.
  std::vector<Candidate> candidates(TimeRange range) const;
  // Status changes of outside services, by time.
  std::vector<std::shared_ptr<const LoggedChange>> external(TimeRange range) const;

  // Rollbacks in the range, by time.
  std::vector<std::shared_ptr<const LoggedChange>> rollbacks(TimeRange range) const;

  // Changes per second that became effective for one of `services` by name of a deploy, flag, ...,
  // in the 14 days before; without services: commits. Smoothed: one change in a day is assumed
  // beside what was seen. Source: posterior mean of a Poisson rate with a Gamma prior.
  double rate(const std::set<std::string, std::less<>>& services, Timestamp until) const;

  // In how many changes a word occurs, as a weight: 1 = in one, 0 = in all.
  double rarity(std::string_view word) const;
  std::size_t size() const { return changes_.size(); }

  // The changes; what is derived from them is made again. load() adds to what is there.
  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  struct Key {
    Timestamp time;
    std::string id;
    ChangeKind kind;
    std::string service;
    auto operator<=>(const Key&) const = default;
  };
  void count_words(const ChangeProfile& profile, int step);

  std::size_t max_changes_;
  std::map<Key, std::shared_ptr<const LoggedChange>> changes_;
  std::map<std::string, int, std::less<>> word_counts_;
};

}  // namespace inkling::correlate
