internal import CZlib

/// The zlib that this process runs with.
package enum CompressionLibrary {
  /// Such as `1.2.13`.
  package static var version: String { String(cString: zlibVersion()) }
}
