#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace inkling::detect {

// Remembers the skeletons of messages that no rule matched and in which nothing was masked: many
// loggers write the same message again and again and put what varies into fields. What it tells is
// a function of the message alone; forgetting changes the cost and nothing else. Fixed size: a new
// message takes the place of another. Not thread-safe: one owner.
class MessageMemo {
 public:
  // The skeleton of this very message, 0 if it is not remembered.
  std::uint64_t find(std::string_view message) const {
    if (!fits(message)) return 0;
    const Entry& entry = (*entries_)[slot_of(message)];
    const bool same = entry.size == message.size() &&
                      std::memcmp(entry.text, message.data(), message.size()) == 0;
    return same ? entry.skeleton : 0;
  }

  void remember(std::string_view message, std::uint64_t skeleton) {
    if (!fits(message)) return;
    Entry& entry = (*entries_)[slot_of(message)];
    std::memcpy(entry.text, message.data(), message.size());
    entry.size = static_cast<std::uint32_t>(message.size());
    entry.skeleton = skeleton;
  }

 private:
  static constexpr std::size_t kShortest = 8;  // shorter ones cost little anyway
  static constexpr std::size_t kLongest = 84;
  static constexpr std::size_t kSlots = 512;
  struct Entry {
    std::uint64_t skeleton = 0;
    std::uint32_t size = 0;
    char text[kLongest];
  };

  static bool fits(std::string_view message) {
    return message.size() >= kShortest && message.size() <= kLongest;
  }
  static std::size_t slot_of(std::string_view message) {
    const char* const last = message.data() + message.size() - kShortest;
    const std::uint64_t words = load(message.data()) + 3 * load(last) + message.size();
    return static_cast<std::size_t>((words * 0x9E3779B97F4A7C15ULL) >> 55);  // 9 bits
  }
  static std::uint64_t load(const char* p) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
  }

  std::unique_ptr<std::array<Entry, kSlots>> entries_ =
      std::make_unique<std::array<Entry, kSlots>>();
};

}  // namespace inkling::detect
