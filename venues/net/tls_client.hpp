#pragma once

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

/// How we speak TLS to a venue: version 1.2 or newer, the certificate chain and the host name are
/// always verified, and no function here can switch that off.
namespace actorbot::net {

/// Keeps the newest session of one host, so that the next connection to it needs no full handshake.
class tls_session_cache {
 public:
  tls_session_cache() = default;
  ~tls_session_cache();
  tls_session_cache(const tls_session_cache&) = delete;
  tls_session_cache& operator=(const tls_session_cache&) = delete;

  void put(SSL_SESSION* session); ///< takes over the reference
  SSL_SESSION* get() const { return session_; }

 private:
  SSL_SESSION* session_ = nullptr;
};

/// A verifying client context: the system's authorities plus those of `ca_file` (PEM; empty: none).
/// When the file cannot be used the connections fail, not this function: `problem` says why.
struct tls_client_context {
  explicit tls_client_context(const std::string& ca_file);
  boost::asio::ssl::context context;
  std::string problem;
};

/// Sets the name to ask for and to verify, and the session to resume. `cache` must outlive `ssl`.
bool prepare_tls(SSL* ssl, const std::string& host, tls_session_cache* cache);

/// Why a handshake failed, in words; names the certificate when that was the reason.
std::string handshake_failure(SSL* ssl, const std::string& host, const std::string& error);

} // namespace actorbot::net
