#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace inkling::detect {

// Decides which skeletons never met before may become templates, so that a service whose every line
// is another text neither fills the table nor stops others, or its own real messages, from being
// learnt.
//
// A service may bring new skeletons freely up to half of its bound. From there on it is flooding: a
// skeleton is taken only if it was asked for in an earlier epoch too, which random text never is.
// At the bound nothing is taken. What is asked for is remembered in two generations of hashes;
// full, the older one is forgotten. Epochs are a function of the journal, and asking twice in one
// changes nothing: so how frames are cut into batches changes no answer. Not thread-safe: one
// owner.
class Newcomers {
 public:
  explicit Newcomers(std::size_t max_per_service) : max_(max_per_service) {}

  enum class Answer : std::uint8_t { kTake, kRefuse };
  struct Decision {
    Answer answer = Answer::kTake;
    bool flood_begins = false;  // said once per service
  };
  // `skeleton` is in no template; to be followed by took() if it becomes one.
  Decision ask(std::string_view service, std::uint64_t skeleton);
  void took(std::string_view service);
  void end_epoch();

  std::size_t flooding() const;    // services
  std::size_t remembered() const;  // hashes

  static constexpr std::size_t kGeneration = 4096;  // skeletons remembered, twice

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.services_);
  }

 private:
  struct Service {
    std::size_t taken = 0;
    bool is_flooding = false;
    std::unordered_set<std::uint64_t> now;      // asked for in this epoch
    std::unordered_set<std::uint64_t> latest;   // in earlier ones
    std::unordered_set<std::uint64_t> earlier;  // and before those
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.taken, s.is_flooding, s.now, s.latest, s.earlier);
    }
  };

  std::size_t max_;
  std::unordered_map<std::string, Service> services_;
};

}  // namespace inkling::detect
