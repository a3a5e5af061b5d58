#include "sinks/aws/credential_chain.h"

#include <chrono>
#include <utility>

#include "core/log.h"

namespace inkling::sinks {
namespace {

constexpr Duration kRefreshBefore = std::chrono::minutes(15);
constexpr std::int64_t kJitterSeconds = 120;
constexpr Duration kTryAgain = std::chrono::seconds(30);
// Credentials that end sooner may end on the way.
constexpr Duration kMargin = std::chrono::seconds(30);

}  // namespace

CredentialChain::CredentialChain(AwsSurroundings around, const Clock& clock)
    : around_(std::move(around)),
      clock_(clock),
      random_(static_cast<std::minstd_rand::result_type>(clock.now().ns / 1000)) {}

bool CredentialChain::is_valid(Timestamp now) const {
  return held_ && (!held_->expires.is_set() || now + kMargin < held_->expires);
}

bool CredentialChain::is_fresh(Timestamp now) const {
  return is_valid(now) && (!refresh_at_.is_set() || now < refresh_at_);
}

Result<Credentials> CredentialChain::fetch(std::string& source) {
  const auto take = [&](const char* name, Result<std::optional<Credentials>> found) {
    if (!found || *found) source = name;
    return found;
  };
  using Fetch = Result<std::optional<Credentials>>;
  for (int place = 0; place < 5; ++place) {
    Fetch found = place == 0   ? take("environment", environment_credentials(around_))
                  : place == 1 ? take("web identity", web_identity_credentials(around_, client_))
                  : place == 2 ? take("shared file", shared_file_credentials(around_))
                  : place == 3 ? take("container", container_credentials(around_, client_))
                               : take("instance", instance_credentials(around_, client_));
    if (!found) return fail(std::move(found.error()));
    if (*found) return std::move(**found);
  }
  return fail(ErrorCode::kNotFound,
              "credentials: none in the environment, a web identity, the shared file, the "
              "container or the instance");
}

Result<Credentials> CredentialChain::get() {
  {
    MutexLock lock(mutex_);
    while (fetching_ && !is_valid(clock_.now())) fetched_.wait(mutex_);
    if (is_fresh(clock_.now()) || (fetching_ && is_valid(clock_.now()))) return *held_;
    fetching_ = true;
  }
  std::string source;
  Result<Credentials> found = fetch(source);

  MutexLock lock(mutex_);
  fetching_ = false;
  fetched_.notify_all();
  const Timestamp now = clock_.now();
  if (found) {
    held_ = *found;
    source_ = source;
    refresh_at_ = Timestamp::none();
    if (found->expires.is_set()) {
      const auto jitter = static_cast<std::int64_t>(random_() % (2 * kJitterSeconds));
      refresh_at_ = found->expires - kRefreshBefore + std::chrono::seconds(jitter - kJitterSeconds);
    }
    return found;
  }
  if (!is_valid(now)) return found;
  log_warn(found.error().message + "; the ones held are used while they last");
  refresh_at_ = now + kTryAgain;
  return *held_;
}

void CredentialChain::invalidate() {
  MutexLock lock(mutex_);
  held_.reset();
}

std::string CredentialChain::source() const {
  MutexLock lock(mutex_);
  return source_;
}

}  // namespace inkling::sinks
