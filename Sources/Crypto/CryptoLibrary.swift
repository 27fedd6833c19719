internal import COpenSSL

/// The libcrypto that this process runs with.
package enum CryptoLibrary {
  /// Such as `OpenSSL 3.0.17 1 Jul 2025`.
  package static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
