#include "ingest/http/splunk_acks.h"

#include <algorithm>

namespace inkling::ingest {

std::deque<SplunkAcks::Id>::iterator SplunkAcks::find(Channel& channel, std::uint64_t number) {
  const auto found = std::ranges::lower_bound(channel.ids, number, {}, &Id::number);
  return found != channel.ids.end() && found->number == number ? found : channel.ids.end();
}

void SplunkAcks::make_room(Timestamp now) {
  if (channels_.size() < kMaxChannels) return;
  std::erase_if(channels_, [&](const auto& entry) { return entry.second.used + kIdle < now; });
  if (channels_.size() < kMaxChannels) return;
  const auto oldest =
      std::ranges::min_element(channels_, {}, [](const auto& entry) { return entry.second.used; });
  channels_.erase(oldest);
}

std::optional<std::uint64_t> SplunkAcks::open(const std::string& name, Timestamp now) {
  MutexLock lock(mutex_);
  if (!channels_.contains(name)) make_room(now);
  Channel& channel = channels_[name];
  // Ids go on counting, so that an old one is never taken for a new one.
  if (channel.used.is_set() && channel.used + kIdle < now) channel.ids.clear();
  channel.used = now;
  if (channel.ids.size() >= kMaxIds) {
    const auto durable = std::ranges::find(channel.ids, true, &Id::durable);
    if (durable == channel.ids.end()) return std::nullopt;
    channel.ids.erase(durable);
  }
  channel.ids.push_back({channel.next, false});
  return channel.next++;
}

void SplunkAcks::commit(const std::string& name, std::uint64_t id) {
  MutexLock lock(mutex_);
  const auto channel = channels_.find(name);
  if (channel == channels_.end()) return;
  if (const auto found = find(channel->second, id); found != channel->second.ids.end()) {
    found->durable = true;
  }
}

void SplunkAcks::forget(const std::string& name, std::uint64_t id) {
  MutexLock lock(mutex_);
  const auto channel = channels_.find(name);
  if (channel == channels_.end()) return;
  if (const auto found = find(channel->second, id); found != channel->second.ids.end()) {
    channel->second.ids.erase(found);
  }
}

std::vector<bool> SplunkAcks::take(const std::string& name, const std::vector<std::uint64_t>& ids,
                                   Timestamp now) {
  std::vector<bool> answers(ids.size(), false);
  MutexLock lock(mutex_);
  const auto channel = channels_.find(name);
  if (channel == channels_.end()) return answers;
  channel->second.used = now;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = find(channel->second, ids[i]);
    if (found == channel->second.ids.end() || !found->durable) continue;
    answers[i] = true;
    channel->second.ids.erase(found);
  }
  return answers;
}

std::size_t SplunkAcks::channels() const {
  MutexLock lock(mutex_);
  return channels_.size();
}

}  // namespace inkling::ingest
