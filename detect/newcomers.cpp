#include "detect/newcomers.h"

#include <utility>

namespace inkling::detect {

Newcomers::Decision Newcomers::ask(std::string_view name, std::uint64_t skeleton) {
  Service& service = services_[std::string(name)];
  if (service.taken < max_ / 2) return {};
  Decision decision{Answer::kRefuse, !service.is_flooding};
  service.is_flooding = true;
  if (service.taken >= max_) return decision;
  if (service.latest.contains(skeleton) || service.earlier.contains(skeleton)) {
    decision.answer = Answer::kTake;
  } else if (service.now.size() < kGeneration) {
    service.now.insert(skeleton);
  }
  return decision;
}

void Newcomers::took(std::string_view name) { ++services_[std::string(name)].taken; }

void Newcomers::end_epoch() {
  for (auto& [name, service] : services_) {
    if (service.now.empty()) continue;
    if (service.latest.size() + service.now.size() > kGeneration) {
      service.earlier = std::move(service.latest);
      service.latest = std::move(service.now);
    } else {
      service.latest.merge(service.now);
    }
    service.now.clear();
  }
}

std::size_t Newcomers::flooding() const {
  std::size_t count = 0;
  for (const auto& [name, service] : services_) count += service.is_flooding ? 1 : 0;
  return count;
}

std::size_t Newcomers::remembered() const {
  std::size_t count = 0;
  for (const auto& [name, service] : services_) {
    count += service.now.size() + service.latest.size() + service.earlier.size();
  }
  return count;
}

}  // namespace inkling::detect
