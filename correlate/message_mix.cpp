#include "correlate/message_mix.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace inkling::correlate {
namespace {

using std::chrono::seconds;

constexpr Duration kEarliest = seconds(180);  // before the time asked for; alarms are late
constexpr Duration kLatest = seconds(60);     // after it; windows are as well
constexpr double kNatsPerMinute = 2;          // of distance from it
constexpr double kSearchCost = 0.5;           // times the logarithm of the messages tried
// The scatter of few slots is not known: as if as many more had shown the least dispersion of
// template counts (docs/components/count_band.md).
constexpr double kPriorSlots = 10;
constexpr double kPriorScatter = 2.2;

constexpr double kLinear = 30;  // from here on the softplus is the identity
constexpr double kLeastSurprise = 0.1;
constexpr double kMostDeviation = 30;
// So many records before the change, and the mix of a service is known: then shares tell more than
// how often each message was written.
constexpr std::uint64_t kEnoughRecords = 50;

using SlotCounts = std::map<std::int64_t, std::uint64_t>;

// One message of a service, all versions and levels together.
struct Message {
  const TemplateHistory* first = nullptr;
  Level level = Level::kUnknown;
  Timestamp last = Timestamp::none();
  SlotCounts slots;
};
struct ServiceMix {
  SlotCounts slots;
  std::map<std::uint64_t, Message> messages;  // by template id
};

std::map<std::string_view, ServiceMix> mixes_of(const std::vector<TemplateHistory>& templates) {
  std::map<std::string_view, ServiceMix> mixes;
  for (const TemplateHistory& one : templates) {
    ServiceMix& mix = mixes[one.service];
    Message& message = mix.messages[one.id.value];
    if (!message.first || one.first < message.first->first) message.first = &one;
    message.level = std::max(message.level, one.level);
    if (!message.last.is_set() || message.last < one.last) message.last = one.last;
    for (const auto& [slot, count] : one.slots) {
      message.slots[slot] += count;
      mix.slots[slot] += count;
    }
  }
  return mixes;
}

// Adds counts up to one slot after the other, in ascending order.
class RunningCount {
 public:
  explicit RunningCount(const SlotCounts& counts) : next_(counts.begin()), end_(counts.end()) {}
  // Of all slots before `slot`.
  double before(std::int64_t slot) {
    for (; next_ != end_ && next_->first < slot; ++next_) {
      sum_ += static_cast<double>(next_->second);
    }
    return sum_;
  }

 private:
  SlotCounts::const_iterator next_;
  SlotCounts::const_iterator end_;
  double sum_ = 0;
};

double likelihood(double count, double of, double share) {
  return count > 0 ? count * std::log(count / (of * share)) : 0.0;
}

// Half the G statistic of `before` of `all_before` against `after` of `all_after`.
double log_likelihood_ratio(double before, double all_before, double after, double all_after) {
  const double share = (before + after) / (all_before + all_after);
  if (share <= 0 || share >= 1) return 0;
  return likelihood(before, all_before, share) + likelihood(after, all_after, share) +
         likelihood(all_before - before, all_before, 1 - share) +
         likelihood(all_after - after, all_after, 1 - share);
}

// Sum of squared Pearson residuals over the slots of one side, and their degrees of freedom.
struct Scatter {
  double squares = 0;
  double freedom = 0;

  void add(const SlotCounts& counts, const SlotCounts& all, std::int64_t from, std::int64_t to,
           double share) {
    if (share <= 0 || share >= 1) return;
    freedom -= 1;
    for (auto slot = all.lower_bound(from); slot != all.end() && slot->first < to; ++slot) {
      const auto found = counts.find(slot->first);
      const double count = found == counts.end() ? 0.0 : static_cast<double>(found->second);
      const double expected = share * static_cast<double>(slot->second);
      squares += (count - expected) * (count - expected) / (expected * (1 - share));
      freedom += 1;
    }
  }
  double value() const {
    return std::max(
        1.0, (squares + kPriorSlots * kPriorScatter) / (std::max(freedom, 0.0) + kPriorSlots));
  }
};

struct Split {
  std::int64_t slot = 0;
  double all_before = 0;
  double all_after = 0;
  double cost = 0;  // nats
};

std::vector<Split> splits_of(const ServiceMix& mix, Timestamp around) {
  const double total = RunningCount(mix.slots).before(INT64_MAX);
  RunningCount running(mix.slots);
  std::vector<Split> splits;
  for (auto slot = slot_of(around - kEarliest); slot <= slot_of(around + kLatest); ++slot) {
    Split split;
    split.slot = slot;
    split.all_before = running.before(slot);
    split.all_after = total - split.all_before;
    const auto distance = std::abs(slot - slot_of(around)) * kSlotNs;
    split.cost = kNatsPerMinute * static_cast<double>(distance) / 60e9;
    if (split.all_before > 0 && split.all_after > 0) splits.push_back(split);
  }
  return splits;
}

MixShift judge_message(const Message& message, const ServiceMix& mix,
                       const std::vector<Split>& splits) {
  const double total = RunningCount(message.slots).before(INT64_MAX);
  RunningCount running(message.slots);
  const Split* best = nullptr;
  double best_ratio = 0;
  double best_before = 0;
  for (const Split& split : splits) {
    const double before = running.before(split.slot);
    const double ratio =
        log_likelihood_ratio(before, split.all_before, total - before, split.all_after);
    if (best && ratio - split.cost <= best_ratio - best->cost) continue;
    best = &split;
    best_ratio = ratio;
    best_before = before;
  }
  MixShift shift;
  if (!best || best_ratio <= 0) return shift;
  Scatter scatter;
  scatter.add(message.slots, mix.slots, INT64_MIN, best->slot, best_before / best->all_before);
  scatter.add(message.slots, mix.slots, best->slot, INT64_MAX,
              (total - best_before) / best->all_after);
  shift.message = message.first;
  shift.level = message.level;
  shift.at = slot_begin(best->slot);
  shift.last = message.last;
  shift.before = static_cast<std::uint64_t>(best_before);
  shift.after = static_cast<std::uint64_t>(total - best_before);
  shift.all_before = static_cast<std::uint64_t>(best->all_before);
  shift.all_after = static_cast<std::uint64_t>(best->all_after);
  shift.surprise = best_ratio / scatter.value() - best->cost -
                   kSearchCost * std::log(static_cast<double>(mix.messages.size()));
  return shift;
}

}  // namespace

std::vector<MixShift> find_mix_shifts(const std::vector<TemplateHistory>& templates,
                                      Timestamp around) {
  std::vector<MixShift> shifts;
  for (const auto& [service, mix] : mixes_of(templates)) {
    const std::vector<Split> splits = splits_of(mix, around);
    MixShift strongest;
    for (const auto& [id, message] : mix.messages) {
      const MixShift shift = judge_message(message, mix, splits);
      if (!shift.message) continue;
      if (!strongest.message || shift.surprise > strongest.surprise) strongest = shift;
    }
    if (strongest.message) shifts.push_back(strongest);
  }
  return shifts;
}

void add_mix_signals(Findings& findings, const std::vector<TemplateHistory>& templates,
                     Timestamp around) {
  for (const MixShift& shift : find_mix_shifts(templates, around)) {
    if (shift.all_before >= kEnoughRecords) {
      std::erase_if(findings.signals, [&](const Signal& signal) {
        return signal.is_message() && signal.service == shift.message->service;
      });
    }
    // Softplus: what is no surprise at all still has its place in the order.
    const double surprise =
        shift.surprise > kLinear ? shift.surprise : std::log1p(std::exp(shift.surprise));
    if (surprise < kLeastSurprise) continue;
    const TemplateHistory& one = *shift.message;
    const bool known =
        std::any_of(findings.signals.begin(), findings.signals.end(), [&](const Signal& signal) {
          return signal.is_message() && signal.service == one.service &&
                 signal.template_id == one.id;
        });
    if (known) continue;
    Signal signal;
    signal.service = one.service;
    signal.direction =
        shift.share_after() > shift.share_before() ? Direction::kUp : Direction::kDown;
    signal.role = is_error(shift.level) && signal.direction == Direction::kUp ? SeriesRole::kErrors
                                                                              : SeriesRole::kOther;
    signal.deviation = std::min(kMostDeviation, 2 * surprise);
    signal.onset = signal.begin = shift.at;
    signal.end = shift.last;
    signal.template_id = one.id;
    signal.level = shift.level;
    signal.text = one.text;
    signal.exemplar = one.exemplar;
    signal.version = one.version;
    signal.count = shift.before + shift.after;
    signal.position = one.first_position;
    signal.before = static_cast<double>(shift.before);
    signal.after = static_cast<double>(shift.after);
    signal.share_before = shift.share_before();
    signal.share_after = shift.share_after();
    findings.signals.push_back(std::move(signal));
  }
  sort_signals(findings.signals);
}

}  // namespace inkling::correlate
