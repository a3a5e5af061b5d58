#include "core/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <utility>

#include "core/log.h"

namespace inkling {
namespace {

// TLS 1.2 with forward secrecy and authenticated encryption; all of TLS 1.3 is like that.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char kSessionContext[] = "inkling";

Duration monotonic_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

// Changes with every file that is put in the place of another, and with every write.
std::string fingerprint(const std::string& path) {
  struct stat info{};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return "-;";
  return fmt::format("{}:{}:{}:{}.{};", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec);
}

std::string fingerprint(const TlsOptions& options) {
  return fingerprint(options.certificate) + fingerprint(options.key) +
         fingerprint(options.client_ca);
}

// OpenSSL's last word, which names no content of a file.
std::string reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return text != nullptr ? text : "unknown reason";
}

Failure<Error> refuse(const char* option, const std::string& path) {
  const std::string why = ::access(path.c_str(), R_OK) == 0 ? reason() : std::strerror(errno);
  return fail(ErrorCode::kIo, fmt::format("tls.{} cannot be used: {}: {}", option, path, why));
}

// A key with a passphrase is refused: nobody is there to be asked.
int no_passphrase(char* /*target*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

// The first of ours that the client speaks as well; an alert if there is none.
int choose_protocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* ours) {
  const auto& wire = *static_cast<const std::string*>(ours);
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(
      &found, chosen_size, reinterpret_cast<const unsigned char*>(wire.data()),
      static_cast<unsigned>(wire.size()), offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

Timestamp expiry_of(const SSL_CTX* context) {
  const X509* certificate = SSL_CTX_get0_certificate(context);
  std::tm parts{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) {
    return {};
  }
  return Timestamp::from_seconds(::timegm(&parts));
}

}  // namespace

// What was read from one set of files.
struct TlsContext::Loaded {
  Loaded() = default;
  ~Loaded() { SSL_CTX_free(context); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  // OpenSSL keeps a pointer to `protocols`.
  static Result<std::shared_ptr<const Loaded>> read(const TlsOptions& options,
                                                    const std::string& protocols);
  Result<void> read_files(const TlsOptions& options);

  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
};

Result<std::shared_ptr<const TlsContext::Loaded>> TlsContext::Loaded::read(
    const TlsOptions& options, const std::string& protocols) {
  auto loaded = std::make_shared<Loaded>();
  SSL_CTX* const context = loaded->context;
  if (context == nullptr) return fail(ErrorCode::kInternal, "no memory for TLS");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(context, kCiphers) != 1) {
    return fail(ErrorCode::kInternal, fmt::format("TLS has no ciphers: {}", reason()));
  }
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections keep no buffers; a retried write may come from another place.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets are with the client
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext - 1);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (!protocols.empty()) {
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, const_cast<std::string*>(&protocols));
  }
  INKLING_TRY(loaded->read_files(options));
  return std::shared_ptr<const Loaded>(std::move(loaded));
}

Result<void> TlsContext::Loaded::read_files(const TlsOptions& options) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) {
    return refuse("certificate", options.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return refuse("key", options.key);
  }
  if (options.client_ca.empty()) return {};
  auto* names = SSL_load_client_CA_file(options.client_ca.c_str());
  if (names == nullptr ||
      SSL_CTX_load_verify_locations(context, options.client_ca.c_str(), nullptr) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return refuse("client_ca", options.client_ca);
  }
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

TlsContext::TlsContext(const TlsOptions& options) : options_(options) {
  for (const std::string& protocol : options.protocols) {
    protocols_ += static_cast<char>(protocol.size());
    protocols_ += protocol;
  }
}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsOptions& options) {
  if (options.certificate.empty() || options.key.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("tls.{} must name a file: TLS needs a certificate and its key",
                            options.certificate.empty() ? "certificate" : "key"));
  }
  for (const std::string& protocol : options.protocols) {
    if (protocol.empty() || protocol.size() > 255) {
      return fail(ErrorCode::kInvalidArgument, "tls.protocols must have 1 to 255 bytes each");
    }
  }
  auto context = std::unique_ptr<TlsContext>(new TlsContext(options));
  MutexLock lock(context->mutex_);
  context->seen_ = fingerprint(options);
  INKLING_TRY_ASSIGN(context->loaded_, Loaded::read(options, context->protocols_));
  context->looked_at_ = monotonic_now();
  context->stats_.expires = expiry_of(context->loaded_->context);
  return context;
}

Result<std::unique_ptr<TlsSession>> TlsContext::accept(int socket) {
  std::shared_ptr<const Loaded> loaded;
  {
    MutexLock lock(mutex_);
    check_files(false);
    loaded = loaded_;
  }
  SSL* const session = SSL_new(loaded->context);
  if (session == nullptr) return fail(ErrorCode::kInternal, "no memory for a TLS session");
  return std::make_unique<TlsSession>(session, socket);
}

TlsContext::Reload TlsContext::reload() {
  MutexLock lock(mutex_);
  return check_files(true);
}

TlsContext::Reload TlsContext::check_files(bool now) {
  if (!now && monotonic_now() - looked_at_ < options_.reload_interval) return Reload::kUnchanged;
  looked_at_ = monotonic_now();
  std::string seen = fingerprint(options_);
  if (seen == seen_) return Reload::kUnchanged;
  seen_ = std::move(seen);  // a bad set is said once, and tried again when it changes
  auto loaded = Loaded::read(options_, protocols_);
  if (!loaded) {
    ++stats_.failed_reloads;
    log_error(fmt::format("TLS goes on with the certificate it has: {}", loaded.error().message));
    return Reload::kFailed;
  }
  loaded_ = std::move(*loaded);
  ++stats_.reloads;
  stats_.expires = expiry_of(loaded_->context);
  log_info(fmt::format("TLS uses the new certificate: {}", options_.certificate));
  return Reload::kDone;
}

TlsContext::Stats TlsContext::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

}  // namespace inkling
