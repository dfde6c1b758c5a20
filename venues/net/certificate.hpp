#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Self-made certificates for servers on the own machine: the simulator and the tests. No venue is
/// ever trusted because of these unless the operator names the authority's file as `ca_file`.
namespace actorbot::net {

/// A certificate and its private key, both as PEM.
struct pem_identity {
  std::string certificate;
  std::string key;
};

/// From when to when a certificate is good, seconds relative to the moment of its making.
struct validity {
  std::chrono::seconds from = -std::chrono::hours{1};
  std::chrono::seconds until = std::chrono::hours{24 * 90};
};

/// A new certificate authority (EC P-256, signs itself). Throws std::runtime_error when OpenSSL
/// refuses.
pem_identity make_authority(std::string_view name, validity good = {});

/// A server certificate signed by `authority`, for host names and numeric addresses. Throws
/// std::runtime_error when `authority` is not a usable PEM pair or OpenSSL refuses.
pem_identity make_certificate(const pem_identity& authority, const std::vector<std::string>& hosts,
                              validity good = {});

} // namespace actorbot::net
