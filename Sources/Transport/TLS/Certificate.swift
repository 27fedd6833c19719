internal import COpenSSL
internal import Glibc

/// Owns one `X509`; `X509_free` runs exactly once.
final class Certificate: @unchecked Sendable {
  // Safety: an X509 is not changed after it was read, and counts its references atomically.
  let raw: OpaquePointer

  init(adopting raw: OpaquePointer) {
    self.raw = raw
  }

  deinit { X509_free(raw) }

  /// The first instant at which it no longer holds, in seconds since 1970.
  var expiresAt: Int64 { ASN1Time.seconds(X509_get0_notAfter(raw)) ?? 0 }

  /// The first instant at which it holds, in seconds since 1970.
  var validFrom: Int64 { ASN1Time.seconds(X509_get0_notBefore(raw)) ?? .max }

  /// It may sign other certificates.
  var isAuthority: Bool { X509_check_ca(raw) != 0 }

  /// One line such as `CN = Test CA`.
  var subject: String { DistinguishedName.text(X509_get_subject_name(raw)) }

  /// The one URI among the subject's alternative names; nil when there is none, or several: which
  /// of them would be meant (SPIFFE's X509-SVID §2 demands one, too)?
  var identityURI: String? {
    let found = X509_get_ext_d2i(raw, NID_subject_alt_name, nil, nil)
    guard let found else { return nil }
    let names = OpaquePointer(found)
    defer { GENERAL_NAMES_free(names) }
    var uris: [String?] = []
    for index in 0..<openssl_general_name_count(names) {
      var kind: CInt = 0
      guard let name = openssl_general_name(names, index),
        let value = GENERAL_NAME_get0_value(name, &kind), kind == GEN_URI
      else { continue }
      uris.append(Self.uriText(value.assumingMemoryBound(to: ASN1_STRING.self)))
    }
    guard uris.count == 1, let uri = uris[0] else { return nil }
    return uri
  }

  /// In octets; SPIFFE's limit.
  static let uriByteCountMax = 2_048

  /// Nil for what no configuration can name: empty, too long, or not printable ASCII. A zero inside
  /// must not end a name early.
  private static func uriText(_ string: UnsafePointer<ASN1_STRING>) -> String? {
    let count = Int(ASN1_STRING_length(string))
    guard (1...uriByteCountMax).contains(count), let start = ASN1_STRING_get0_data(string) else {
      return nil
    }
    let bytes = UnsafeBufferPointer(start: start, count: count)
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Lower-case hexadecimal without leading zeros.
  var serialNumber: String {
    guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(raw), nil) else { return "" }
    defer { BN_free(number) }
    guard let text = BN_bn2hex(number) else { return "" }
    defer { CRYPTO_free(text, "", 0) }
    return String(cString: text).lowercased()
  }
}

/// Owns one `EVP_PKEY`, a private key.
final class PrivateKey: @unchecked Sendable {
  // Safety: not changed after it was read; its references are counted atomically.
  let raw: OpaquePointer

  init(adopting raw: OpaquePointer) {
    self.raw = raw
  }

  deinit { EVP_PKEY_free(raw) }

  func belongs(to certificate: Certificate) -> Bool {
    let result = X509_check_private_key(certificate.raw, raw)
    ERR_clear_error()
    return result == 1
  }
}

/// Owns one `X509_CRL`.
final class RevocationList: @unchecked Sendable {
  // Safety: not changed after it was read; its references are counted atomically.
  let raw: OpaquePointer

  init(adopting raw: OpaquePointer) {
    self.raw = raw
  }

  deinit { X509_CRL_free(raw) }

  /// When the next list was due, in seconds since 1970; nil when it names no instant.
  var expiresAt: Int64? { X509_CRL_get0_nextUpdate(raw).flatMap { ASN1Time.seconds($0) } }

  var issuer: String { DistinguishedName.text(X509_CRL_get_issuer(raw)) }

  /// Nil: the authority is none of these.
  func issuer(among authorities: [Certificate]) -> Certificate? {
    defer { ERR_clear_error() }
    return authorities.first { authority in
      guard let key = X509_get0_pubkey(authority.raw),
        X509_NAME_cmp(X509_get_subject_name(authority.raw), X509_CRL_get_issuer(raw)) == 0
      else { return false }
      return X509_CRL_verify(raw, key) == 1
    }
  }
}

enum ASN1Time {
  /// Seconds since 1970; nil for what is no time.
  static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
    return Int64(timegm(&parts))
  }
}

enum DistinguishedName {
  /// `CN = Test CA, O = Example`.
  static func text(_ name: OpaquePointer?) -> String {
    guard let name, let sink = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(sink) }
    openssl_name_print(sink, name)
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = BIO_read(sink, &buffer, CInt(buffer.count))
    return String(decoding: buffer.prefix(Int(max(count, 0))), as: UTF8.self)
  }
}
