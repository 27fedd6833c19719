#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros that Swift doesn't see.

// TLS 1.2 and 1.3, and of both only what RFC 9113 §9.2 allows.
static inline int openssl_ctx_restrict(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_security_level(context, 2);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
}

static inline int openssl_ctx_set_groups(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, list);
}

static inline void openssl_ctx_set_modes(SSL_CTX *context) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void openssl_ctx_set_certificate_list_max(SSL_CTX *context, long byte_count) {
  SSL_CTX_set_max_cert_list(context, byte_count);
}

static inline int openssl_ctx_add_chain(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline void openssl_bio_retry_read(BIO *bio) {
  BIO_clear_retry_flags(bio);
  BIO_set_retry_read(bio);
}

static inline void openssl_bio_settle(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline int openssl_general_name_count(const GENERAL_NAMES *names) {
  return OPENSSL_sk_num((const OPENSSL_STACK *)names);
}

static inline GENERAL_NAME *openssl_general_name(const GENERAL_NAMES *names, int index) {
  return (GENERAL_NAME *)OPENSSL_sk_value((const OPENSSL_STACK *)names, index);
}

// One line, with UTF-8 as it is.
static inline void openssl_name_print(BIO *sink, const X509_NAME *name) {
  X509_NAME_print_ex(sink, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}

// HMAC-SHA-256 with that key.
static inline int openssl_mac_start(EVP_MAC_CTX *mac, const void *key, size_t byte_count) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, byte_count),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, parameters);
}
