#include "venues/net/tls_client.hpp"

#include <arpa/inet.h>
#include <boost/asio/ssl/error.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace actorbot::net {
namespace {

bool numeric(const std::string& host) {
  unsigned char address[16];
  return inet_pton(AF_INET, host.c_str(), address) == 1
         || inet_pton(AF_INET6, host.c_str(), address) == 1;
}

int cache_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

extern "C" int actorbot_net_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* cache = static_cast<tls_session_cache*>(SSL_get_ex_data(ssl, cache_slot()));
  if (cache == nullptr)
    return 0;
  cache->put(session);
  return 1;
}

} // namespace

tls_session_cache::~tls_session_cache() { SSL_SESSION_free(session_); }

void tls_session_cache::put(SSL_SESSION* session) {
  SSL_SESSION_free(session_);
  session_ = session;
}

tls_client_context::tls_client_context(const std::string& ca_file)
    : context(boost::asio::ssl::context::tls_client) {
  auto* raw = context.native_handle();
  context.set_verify_mode(boost::asio::ssl::verify_peer);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(raw, actorbot_net_new_session);
  boost::system::error_code error;
  context.set_default_verify_paths(error);
  if (!ca_file.empty()) {
    context.load_verify_file(ca_file, error);
    if (error)
      problem = "cannot use the CA file \"" + ca_file + "\": " + error.message();
  }
}

bool prepare_tls(SSL* ssl, const std::string& host, tls_session_cache* cache) {
  auto* parameters = SSL_get0_param(ssl);
  if (numeric(host)) {
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1)
      return false;
  } else {
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl, host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl, host.c_str()) != 1)
      return false;
  }
  if (cache != nullptr) {
    SSL_set_ex_data(ssl, cache_slot(), cache);
    if (auto* session = cache->get())
      SSL_set_session(ssl, session);
  }
  return true;
}

std::string handshake_failure(SSL* ssl, const std::string& host, const std::string& error) {
  if (auto result = SSL_get_verify_result(ssl); result != X509_V_OK)
    return "the certificate of " + host
           + " is not trusted: " + X509_verify_cert_error_string(result);
  return "TLS handshake with " + host + " failed: " + error;
}

} // namespace actorbot::net
