#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/support/test_certificate.h"

namespace inkling {

struct TlsClientOptions {
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string ciphers = {};                      // of TLS 1.2; "" = OpenSSL's
  std::string protocols = {};                    // ALPN as it is on the wire, "\x08http/1.1"
  const TestCertificate* certificate = nullptr;  // shown if the server asks
};

// The connecting side of TLS over a connected socket, blocking or not as the socket is. Checks no
// names. The socket outlives it.
class TlsClient {
 public:
  TlsClient(int socket, const TlsClientOptions& options = {})
      : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // old versions and ciphers are tried as well
    SSL_CTX_set_min_proto_version(context_.get(), options.min_version);
    SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
    if (!options.ciphers.empty()) {
      SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str());
    }
    if (options.certificate != nullptr) {
      SSL_CTX_use_certificate(context_.get(), options.certificate->certificate());
      SSL_CTX_use_PrivateKey(context_.get(), options.certificate->key());
    }
    session_.reset(SSL_new(context_.get()));
    if (!options.protocols.empty()) {
      SSL_set_alpn_protos(session_.get(),
                          reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned>(options.protocols.size()));
    }
    SSL_set_fd(session_.get(), socket);
    SSL_set_connect_state(session_.get());
  }

  bool handshake() { return SSL_do_handshake(session_.get()) == 1; }
  bool send(std::string_view bytes) {
    return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  // What comes next; "" at the end, or if nothing is there yet.
  std::string receive() {
    char piece[16 * 1024];
    const int size = SSL_read(session_.get(), piece, sizeof piece);
    return size > 0 ? std::string(piece, static_cast<std::size_t>(size)) : std::string();
  }
  bool said_good_bye() const {  // the server has
    return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  void finish() { SSL_shutdown(session_.get()); }

  std::string version() const { return SSL_get_version(session_.get()); }
  std::string cipher() const { return SSL_get_cipher_name(session_.get()); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(session_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  // The common name in the server's certificate.
  std::string server_name() const {
    char name[256] = "";
    if (X509* shown = SSL_get1_peer_certificate(session_.get())) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
      X509_free(shown);
    }
    return name;
  }

 private:
  struct Free {
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(SSL* p) const { SSL_free(p); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
};

}  // namespace inkling
