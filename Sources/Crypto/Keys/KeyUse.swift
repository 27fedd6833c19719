/// What a derived key is for. Every use has its own key, so that a sealed value of one use never
/// opens as another; uses that seal much change the key every day.
package enum KeyUse: Hashable, Sendable {
  /// Page tokens; the day is that of their making, in days since 1970-01-01 UTC.
  case page(day: Int)
  /// Seeds of one-time passwords.
  case totp
  /// HMAC over password hashes.
  case pepper
  /// TLS session tickets.
  case ticket(day: Int)
  /// Stored answers of idempotent calls.
  case replay(day: Int)
  /// The keys of subjects, whose deletion erases what they sealed.
  case subject
  /// HMAC over the heads of event chains.
  case seal

  /// The use without its day; part of what a sealed value authenticates.
  package var name: String {
    switch self {
    case .page: "page"
    case .totp: "totp"
    case .pepper: "pepper"
    case .ticket: "ticket"
    case .replay: "replay"
    case .subject: "subject"
    case .seal: "seal"
    }
  }

  /// HKDF's context: `roster:v1:<name>` and, for daily uses, `:<day>`.
  var derivationContext: [UInt8] {
    let text = "roster:v1:\(name)"
    switch self {
    case .page(let day), .ticket(let day), .replay(let day): return Array("\(text):\(day)".utf8)
    case .totp, .pepper, .subject, .seal: return Array(text.utf8)
    }
  }
}
