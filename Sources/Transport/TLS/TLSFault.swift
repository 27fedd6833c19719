internal import COpenSSL
internal import Glibc

/// Why certificates or keys can't be served: the file at fault, what is wrong, and the remedy.
package struct TLSFault: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The kernel's error code.
    case unreadable(CInt)
    /// Larger than 1 MiB.
    case tooLarge
    /// Everybody may read the key; the file's mode.
    case exposed(mode: UInt32)
    case noCertificate
    case noKey
    case keyEncrypted
    /// The key is not the one of the certificate in that file.
    case keyMismatch(certificateFile: String)
    /// An end of validity that has passed, in seconds since 1970.
    case expired(at: Int64)
    case notYetValid(from: Int64)
    /// A certificate among the authorities that is none; its subject.
    case notAuthority(String)
    /// A listener requires clients' certificates, and no file says whose.
    case authoritiesMissing
    case noRevocationList
    /// A list that none of the authorities has signed; its issuer.
    case revocationListForeign(String)
    /// What OpenSSL says, such as `ee key too small`.
    case unusable(String)
  }

  package let file: String
  package let reason: Reason

  init(_ file: String, _ reason: Reason) {
    self.file = file
    self.reason = reason
  }
}

extension TLSFault: CustomStringConvertible {
  package var description: String { "\(file): \(text)" }

  private var text: String {
    switch reason {
    case .unreadable(let code):
      "can't be read (\(String(cString: strerror(code)))); let this user read it"
    case .tooLarge:
      "is larger than 1 MiB; name a file of PEM certificates"
    case .exposed(let mode):
      "everybody may read the key (mode 0\(String(mode, radix: 8))); chmod 640 it"
    case .noCertificate:
      "holds no certificate; it begins with -----BEGIN CERTIFICATE-----"
    case .noKey:
      "holds no private key; it begins with -----BEGIN PRIVATE KEY-----"
    case .keyEncrypted:
      "is encrypted; decrypt it with openssl pkey and protect the file by its mode"
    case .keyMismatch(let certificate):
      "is not the key of \(certificate); install the two that were made together"
    case .expired(let instant):
      "expired on \(Self.date(instant)); renew it"
    case .notYetValid(let instant):
      "is valid from \(Self.date(instant)) on; wait, or set the machine's clock"
    case .notAuthority(let subject):
      "\(subject) is no certificate of an authority; name the CA that issues clients' certificates"
    case .authoritiesMissing:
      "client certificates are required; name their authorities by tls.client_ca_file"
    case .noRevocationList:
      "holds no revocation list; it begins with -----BEGIN X509 CRL-----"
    case .revocationListForeign(let issuer):
      "the list of \(issuer) is signed by no authority of tls.client_ca_file; install the CA's list"
    case .unusable(let text):
      "can't be used (\(text)); issue another one"
    }
  }

  /// `2026-11-22 01:57:00 UTC`.
  private static func date(_ instant: Int64) -> String {
    var time = time_t(instant)
    var parts = tm()
    gmtime_r(&time, &parts)
    let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map {
      $0 < 10 ? "0\($0)" : "\($0)"
    }
    let day = "\(parts.tm_year + 1900)-\(fields[0])-\(fields[1])"
    return "\(day) \(fields[2]):\(fields[3]):\(fields[4]) UTC"
  }
}
