#pragma once

#include <optional>
#include <random>
#include <string>

#include "core/clock.h"
#include "core/http_client.h"
#include "core/mutex.h"
#include "core/result.h"
#include "sinks/aws/credential_sources.h"

namespace inkling::sinks {

// Finds credentials for AWS the way its SDKs do and keeps them fresh: environment, web identity,
// shared file, container, instance, the first that is set up. Credentials that expire are fetched
// again from 15 minutes before (a little earlier or later each time, so that many processes do not
// ask at once); while that fails and the old ones hold, the old ones are given and the next try is
// 30 s later. Thread-safe; one thread fetches, the others are given the old ones or wait.
class CredentialChain {
 public:
  // `clock` outlives this.
  CredentialChain(AwsSurroundings around, const Clock& clock);

  // kNotFound if no place has any, kUnavailable and others if the place that is set up fails; the
  // message names the place and holds no secret.
  Result<Credentials> get();

  // Forgets what is held: the service said that it expired.
  void invalidate();

  // Which place the credentials came from: "environment", "container", ...; "" = none yet.
  std::string source() const;

 private:
  Result<Credentials> fetch(std::string& source);
  bool is_fresh(Timestamp now) const INKLING_REQUIRES(mutex_);
  bool is_valid(Timestamp now) const INKLING_REQUIRES(mutex_);

  const AwsSurroundings around_;
  const Clock& clock_;
  HttpClient client_;  // of the thread that fetches

  mutable Mutex mutex_;
  Condition fetched_;
  std::optional<Credentials> held_ INKLING_GUARDED_BY(mutex_);
  std::string source_ INKLING_GUARDED_BY(mutex_);
  Timestamp refresh_at_ INKLING_GUARDED_BY(mutex_) = Timestamp::none();
  bool fetching_ INKLING_GUARDED_BY(mutex_) = false;
  std::minstd_rand random_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling::sinks
