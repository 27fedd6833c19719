internal import CLibpq

/// The libpq that this process runs with.
package enum ClientLibrary {
  /// Such as `15.20`.
  package static var version: String {
    let number = PQlibVersion()
    return "\(number / 10_000).\(number % 10_000)"
  }
}
