#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/mutex.h"
#include "core/result.h"
#include "core/timestamp.h"
#include "core/tls_session.h"

namespace inkling {

// How a listener proves who it is, and asks its clients to. Files are PEM.
struct TlsOptions {
  std::string certificate = {};  // the server's and those above it, in this order; "" = no TLS
  std::string key = {};          // private key of it, without a passphrase
  std::string client_ca = {};    // only clients with a certificate of one of these; "" = anybody
  Duration reload_interval = std::chrono::seconds(30);  // between two looks at the files
  std::vector<std::string> protocols = {};              // of ALPN; none = not negotiated

  bool enabled() const { return !certificate.empty() || !key.empty() || !client_ca.empty(); }
};

// TLS 1.2 and 1.3 for the accepting side, with forward secrecy only (OpenSSL). When the files
// change, sessions begun later use the new ones; those under way go on with what they began with.
// Files that cannot be used change nothing: that is counted, and said once. Thread-safe; outlives
// its sessions.
class TlsContext {
 public:
  enum class Reload : std::uint8_t { kUnchanged, kDone, kFailed };
  struct Stats {
    std::uint64_t reloads = 0;
    std::uint64_t failed_reloads = 0;
    Timestamp expires = {};  // of the certificate in use
  };

  // kInvalidArgument or kIo, naming the option and the file; never what is in it.
  static Result<std::unique_ptr<TlsContext>> create(const TlsOptions& options);
  ~TlsContext();

  // A session on a connected, non-blocking socket, which outlives it. Looks at the files when the
  // last look is `reload_interval` ago. kInternal if there is no memory for it.
  Result<std::unique_ptr<TlsSession>> accept(int socket);
  // Looks at the files now, and uses them if they changed.
  Reload reload();
  Stats stats() const;

 private:
  struct Loaded;
  explicit TlsContext(const TlsOptions& options);

  Reload check_files(bool now) INKLING_REQUIRES(mutex_);

  const TlsOptions options_;
  std::string protocols_;  // constant after construction: as ALPN writes them
  mutable Mutex mutex_;
  std::shared_ptr<const Loaded> loaded_ INKLING_GUARDED_BY(mutex_);
  std::string seen_ INKLING_GUARDED_BY(mutex_);  // which files were looked at last
  Duration looked_at_ INKLING_GUARDED_BY(mutex_) = Duration(0);
  Stats stats_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling
