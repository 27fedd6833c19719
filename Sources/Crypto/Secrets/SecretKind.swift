/// What a secret lets its bearer do; part of its text and of its hash, so that one kind never
/// passes as another.
package enum SecretKind: String, CaseIterable, Sendable {
  /// Service token of a calling backend.
  case service = "svc"
  case session = "ses"
  /// Refresh token.
  case refresh = "ref"
  /// API key.
  case key
  case invitation = "inv"
  /// Password reset.
  case reset = "rst"
  /// E-mail verification.
  case email = "eml"
  /// Directory (SCIM) token.
  case directory = "dir"
  /// Known device.
  case device = "dev"

  /// `roster_<kind>_`, 11 bytes.
  var prefix: StaticString {
    switch self {
    case .service: "roster_svc_"
    case .session: "roster_ses_"
    case .refresh: "roster_ref_"
    case .key: "roster_key_"
    case .invitation: "roster_inv_"
    case .reset: "roster_rst_"
    case .email: "roster_eml_"
    case .directory: "roster_dir_"
    case .device: "roster_dev_"
    }
  }

  /// `roster:v1:<kind>:`, hashed before the 32 bytes.
  var hashPrefix: StaticString {
    switch self {
    case .service: "roster:v1:svc:"
    case .session: "roster:v1:ses:"
    case .refresh: "roster:v1:ref:"
    case .key: "roster:v1:key:"
    case .invitation: "roster:v1:inv:"
    case .reset: "roster:v1:rst:"
    case .email: "roster:v1:eml:"
    case .directory: "roster:v1:dir:"
    case .device: "roster:v1:dev:"
    }
  }

  init?(prefix bytes: UnsafeRawBufferPointer) {
    for kind in Self.allCases {
      let prefix = UnsafeRawBufferPointer(
        start: kind.prefix.utf8Start, count: kind.prefix.utf8CodeUnitCount)
      if bytes.elementsEqual(prefix) {
        self = kind
        return
      }
    }
    return nil
  }
}
