#include "venues/net/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace actorbot::net {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* x) const {
    Free(x);
  }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

void require(bool ok, const char* what) {
  if (ok)
    return;
  char reason[256] = "no reason given";
  if (auto code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, reason, sizeof reason);
  throw std::runtime_error(std::string{"certificate: "} + what + ": " + reason);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bio_ptr reader(const std::string& pem) {
  return bio_ptr{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

pem_identity to_pem(X509* certificate, EVP_PKEY* key) {
  bio_ptr c{BIO_new(BIO_s_mem())};
  bio_ptr k{BIO_new(BIO_s_mem())};
  require(c && k, "memory");
  require(PEM_write_bio_X509(c.get(), certificate) == 1, "write certificate");
  require(PEM_write_bio_PrivateKey(k.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "write key");
  return {text_of(c.get()), text_of(k.get())};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  extension_ptr x{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  require(x != nullptr, value.c_str());
  require(X509_add_ext(certificate, x.get(), -1) == 1, "add extension");
}

x509_ptr blank(std::string_view common_name, EVP_PKEY* key, validity good) {
  x509_ptr x{X509_new()};
  require(x != nullptr, "memory");
  unsigned char serial[8];
  require(RAND_bytes(serial, sizeof serial) == 1, "random serial number");
  std::uint64_t number = 0;
  for (auto byte : serial)
    number = number << 8 | byte;
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x.get()), number >> 1) == 1, "serial");
  require(X509_set_version(x.get(), 2) == 1, "version");
  require(X509_gmtime_adj(X509_getm_notBefore(x.get()), good.from.count()) != nullptr, "from");
  require(X509_gmtime_adj(X509_getm_notAfter(x.get()), good.until.count()) != nullptr, "until");
  require(X509_set_pubkey(x.get(), key) == 1, "public key");
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(x.get()), "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0)
              == 1,
          "name");
  return x;
}

key_ptr new_key() {
  key_ptr key{EVP_EC_gen("P-256")};
  require(key != nullptr, "make key");
  return key;
}

bool numeric(const std::string& host) {
  unsigned char address[16];
  return inet_pton(AF_INET, host.c_str(), address) == 1
         || inet_pton(AF_INET6, host.c_str(), address) == 1;
}

} // namespace

pem_identity make_authority(std::string_view name, validity good) {
  auto key = new_key();
  auto x = blank(name, key.get(), good);
  require(X509_set_issuer_name(x.get(), X509_get_subject_name(x.get())) == 1, "issuer");
  add_extension(x.get(), x.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(x.get(), x.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(x.get(), x.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(x.get(), key.get(), EVP_sha256()) > 0, "sign");
  return to_pem(x.get(), key.get());
}

pem_identity make_certificate(const pem_identity& authority, const std::vector<std::string>& hosts,
                              validity good) {
  require(!hosts.empty(), "no host named");
  x509_ptr issuer{
      PEM_read_bio_X509(reader(authority.certificate).get(), nullptr, nullptr, nullptr)};
  require(issuer != nullptr, "read the authority's certificate");
  key_ptr issuer_key{
      PEM_read_bio_PrivateKey(reader(authority.key).get(), nullptr, nullptr, nullptr)};
  require(issuer_key != nullptr, "read the authority's key");
  auto key = new_key();
  auto x = blank(hosts.front(), key.get(), good);
  require(X509_set_issuer_name(x.get(), X509_get_subject_name(issuer.get())) == 1, "issuer");
  std::string names;
  for (auto& host : hosts)
    names.append(names.empty() ? "" : ",").append(numeric(host) ? "IP:" : "DNS:").append(host);
  add_extension(x.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(x.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
  add_extension(x.get(), issuer.get(), NID_subject_alt_name, names);
  add_extension(x.get(), issuer.get(), NID_authority_key_identifier, "keyid");
  require(X509_sign(x.get(), issuer_key.get(), EVP_sha256()) > 0, "sign");
  return to_pem(x.get(), key.get());
}

} // namespace actorbot::net
