// Certificates for tests, made on the spot: an authority, what it signs, and files of them in a temporary directory.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "net/tls_server.hpp"

namespace towline::tls_test {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct Identity {
  std::unique_ptr<EVP_PKEY, Free> key;
  std::unique_ptr<X509, Free> certificate;
};

// Signed by `issuer`, or by itself.
inline Identity make_identity(const std::string& name, const Identity* issuer = nullptr) {
  Identity made{std::unique_ptr<EVP_PKEY, Free>(EVP_EC_gen("P-256")), std::unique_ptr<X509, Free>(X509_new())};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  if (issuer == nullptr) {
    X509_EXTENSION* authority = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
    X509_add_ext(certificate, authority, -1);
    X509_EXTENSION_free(authority);
  }
  const Identity& signer = issuer == nullptr ? made : *issuer;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  EXPECT_GT(X509_sign(certificate, signer.key.get(), EVP_sha256()), 0);
  return made;
}

// A directory with a server's files and those of its clients' authority; removed at the end.
class Files {
 public:
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "towline-tls-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    write_certificate("server.crt", server_);
    write_key("server.key", server_);
    write_certificate("clients.crt", authority_);
    write_key("other.key", client_);
  }
  ~Files() { std::filesystem::remove_all(directory_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  net::TlsServerConfig config() const {
    net::TlsServerConfig config;
    config.cert_file = path("server.crt");
    config.key_file = path("server.key");
    return config;
  }

  // A client's settings, with a certificate of the authority if `known`.
  std::unique_ptr<SSL_CTX, Free> client_context(bool known = false) const {
    std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    if (known) {
      SSL_CTX_use_certificate(context.get(), client_.certificate.get());
      SSL_CTX_use_PrivateKey(context.get(), client_.key.get());
    }
    return context;
  }

 private:
  void write_certificate(const std::string& name, const Identity& identity) const {
    std::FILE* file = std::fopen(path(name).c_str(), "w");
    EXPECT_EQ(PEM_write_X509(file, identity.certificate.get()), 1);
    std::fclose(file);
  }
  void write_key(const std::string& name, const Identity& identity) const {
    std::FILE* file = std::fopen(path(name).c_str(), "w");
    EXPECT_EQ(PEM_write_PrivateKey(file, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(file);
  }

  std::string directory_;
  Identity server_ = make_identity("localhost");
  Identity authority_ = make_identity("clients of the test");
  Identity client_ = make_identity("a client", &authority_);
};

}  // namespace towline::tls_test
