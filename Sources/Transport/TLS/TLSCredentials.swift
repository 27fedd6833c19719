package import Crypto
internal import Glibc

/// What a server proves itself with and what it trusts: read from files and judged once, then the
/// same for every loop. Holds a private key: prints as `redacted`.
package struct TLSCredentials: Sendable {
  let certificates: [Certificate]
  let key: PrivateKey
  let authorities: [Certificate]
  let revocationLists: [RevocationList]
  let files: TLSFiles
  let ring: KeyRing
  /// What a session depended on when its client was found trustworthy: the bytes of the
  /// authorities and of the revocation lists.
  let trustDigest: SHA256Digest

  /// The first instant at which a certificate of the server's chain no longer holds, in seconds
  /// since 1970.
  package let certificateExpiresAt: Int64
  /// The same of the authorities; nil without a file of them.
  package let clientCAExpiresAt: Int64?
  /// When the next revocation list is due; from then on clients are refused. Nil without a file,
  /// or when no list names an instant.
  package let crlExpiresAt: Int64?

  /// Reads the files and judges them.
  /// - Parameters:
  ///   - ring: seals session tickets, so that any replica with the same ring resumes the sessions
  ///     of any other. Nil: keys of this process alone.
  ///   - now: the wall clock, in seconds since 1970.
  /// - Throws: what keeps them from being served. Expired, not yet valid, no pair, no authority.
  package static func load(
    _ files: TLSFiles, ring: KeyRing? = nil, at now: Int64
  ) throws(TLSFault) -> TLSCredentials {
    let credentials = try TLSCredentials(
      files, ring: ring ?? KeyRing.generate(), authorityBytes: try optional(files.clientCAFile),
      revocationBytes: try optional(files.crlFile), at: now)
    // What only OpenSSL can judge, such as the length of a key.
    _ = try TLSContext(credentials, requiresClientCertificates: !credentials.authorities.isEmpty)
    return credentials
  }

  private static func optional(_ path: String?) throws(TLSFault) -> PEMFile? {
    guard let path else { return nil }
    return try PEMFile(reading: path)
  }

  private init(
    _ files: TLSFiles, ring: KeyRing, authorityBytes: PEMFile?, revocationBytes: PEMFile?,
    at now: Int64
  ) throws(TLSFault) {
    self.files = files
    self.ring = ring
    let chainFile = try PEMFile(reading: files.certificateFile)
    certificates = try chainFile.certificates()
    for certificate in certificates {
      if certificate.expiresAt <= now {
        throw TLSFault(chainFile.path, .expired(at: certificate.expiresAt))
      }
      if certificate.validFrom > now {
        throw TLSFault(chainFile.path, .notYetValid(from: certificate.validFrom))
      }
    }
    let keyFile = try PEMFile(reading: files.keyFile, isSecret: true)
    key = try keyFile.privateKey()
    guard key.belongs(to: certificates[0]) else {
      throw TLSFault(keyFile.path, .keyMismatch(certificateFile: chainFile.path))
    }
    authorities =
      try authorityBytes.map { file throws(TLSFault) in
        try Self.authorities(of: file, at: now)
      } ?? []
    let authorities = authorities
    revocationLists =
      try revocationBytes.map { file throws(TLSFault) in
        try Self.revocationLists(of: file, authorities: authorities, at: now)
      } ?? []
    certificateExpiresAt = certificates.map(\.expiresAt).min() ?? 0
    clientCAExpiresAt = authorities.map(\.expiresAt).min()
    crlExpiresAt = revocationLists.compactMap(\.expiresAt).min()
    var digest = SHA256()
    digest.update(authorityBytes?.bytes ?? [])
    digest.update(revocationBytes?.bytes ?? [])
    trustDigest = digest.finish()
  }

  /// Every one that still holds: a bundle may keep a former authority beside its successor.
  private static func authorities(
    of file: PEMFile, at now: Int64
  ) throws(TLSFault) -> [Certificate] {
    let all = try file.certificates()
    if let stranger = all.first(where: { !$0.isAuthority }) {
      throw TLSFault(file.path, .notAuthority(stranger.subject))
    }
    let valid = all.filter { $0.validFrom <= now && now < $0.expiresAt }
    guard !valid.isEmpty else {
      let last = all.map(\.expiresAt).max() ?? 0
      let first = all.map(\.validFrom).min() ?? 0
      throw TLSFault(file.path, last <= now ? .expired(at: last) : .notYetValid(from: first))
    }
    return valid
  }

  private static func revocationLists(
    of file: PEMFile, authorities: [Certificate], at now: Int64
  ) throws(TLSFault) -> [RevocationList] {
    let lists = try file.revocationLists()
    for list in lists {
      if let due = list.expiresAt, due <= now { throw TLSFault(file.path, .expired(at: due)) }
    }
    // An intermediate authority's list can be judged only with the chain that a client sends.
    guard lists.contains(where: { $0.issuer(among: authorities) != nil }) else {
      throw TLSFault(file.path, .revocationListForeign(lists[0].issuer))
    }
    return lists
  }
}

extension TLSCredentials: CustomStringConvertible, CustomReflectable {
  package var description: String { "redacted" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
