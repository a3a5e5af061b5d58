#include "detect/scatter_index.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "detect/merge_rules.h"

namespace inkling::detect {
namespace {

constexpr std::size_t kWindow = 1024;   // skeletons of one length looked at
constexpr std::size_t kMaxTokens = 64;  // longer skeletons are not looked at
constexpr std::size_t kMaxPlaces = 3;   // that differ
constexpr std::size_t kMinOtherConstants = 2;

// Different words it takes in each place: twice of what a hole takes, at most kMostWords.
constexpr std::size_t kWordsPerPlace = 12;
constexpr std::size_t kWordsPerValue = 8;

using Places = std::array<std::uint16_t, kMaxPlaces>;  // unused ones are kNoPlace
constexpr std::uint16_t kNoPlace = UINT16_MAX;

// Words that cannot vary get an even hash, so that two of them that differ are told from names.
std::uint32_t word_code(const MaskedTokens& tokens, const SkeletonKeys& keys, std::size_t i) {
  const bool varies = may_vary(tokens[i]) && !is_deciding_value(tokens, i);
  return varies ? keys.word(i) | 1u : keys.word(i) & ~1u;
}

// The places in which two skeletons differ; none if there are too many or one is no name.
struct Difference {
  Places places;
  std::size_t count = 0;
};
Difference compare(const std::uint32_t* a, const std::uint32_t* b, std::size_t size) {
  Difference result;
  result.places.fill(kNoPlace);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] == b[i]) continue;
    if (result.count == kMaxPlaces || (a[i] & b[i] & 1u) == 0) return {};
    result.places[result.count++] = static_cast<std::uint16_t>(i);
  }
  return result;
}

}  // namespace

std::vector<std::size_t> ScatterIndex::add(const MaskedTokens& tokens) {
  const auto size = tokens.size();
  const auto constants =
      static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), is_constant));
  if (size > kMaxTokens || constants < 2 + kMinOtherConstants) return {};
  const SkeletonKeys keys(tokens);
  std::array<std::uint32_t, kMaxTokens> words{};
  for (std::size_t i = 0; i < size; ++i) words[i] = word_code(tokens, keys, i);

  auto& length = by_length_[size];
  const auto noted = length.words.size() / size;
  std::map<Places, std::vector<std::size_t>> alike;  // skeletons by where they differ
  for (std::size_t s = 0; s < noted; ++s) {
    const auto difference = compare(words.data(), &length.words[s * size], size);
    if (difference.count < 2 || constants < kMinOtherConstants + difference.count ||
        constants < 2 * difference.count) {
      continue;
    }
    alike[difference.places].push_back(s);
  }

  if (noted < kWindow && skeletons_ < max_skeletons_) {
    length.words.insert(length.words.end(), words.begin(),
                        words.begin() + static_cast<std::ptrdiff_t>(size));
    ++skeletons_;
  } else if (noted != 0) {
    std::copy_n(words.begin(), size,
                length.words.begin() + static_cast<std::ptrdiff_t>(length.next * size));
    length.next = (length.next + 1) % noted;
  }

  for (const auto& [places, skeletons] : alike) {
    if (skeletons.size() + 1 < kWordsPerValue) continue;
    std::vector<std::size_t> positions;
    for (const auto place : places) {
      if (place == kNoPlace) continue;
      std::set<std::uint32_t> distinct{words[place]};
      for (const auto s : skeletons) distinct.insert(length.words[s * size + place]);
      if (distinct.size() < (is_value(tokens, place) ? kWordsPerValue : kWordsPerPlace)) break;
      positions.push_back(place);
    }
    const auto wanted = static_cast<std::size_t>(
        std::count_if(places.begin(), places.end(), [](auto place) { return place != kNoPlace; }));
    if (positions.size() == wanted) return positions;
  }
  return {};
}

}  // namespace inkling::detect
