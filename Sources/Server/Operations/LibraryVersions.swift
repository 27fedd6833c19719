import Crypto
import HTTP2
import Logging
import Metrics
import Postgres
import RPC

/// The C libraries that this process runs with, which are the distribution's and change below it.
package struct LibraryVersions: Sendable {
  package struct Refusal: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  let nghttp2: String
  let nghttp2Number: Int
  /// The version of Debian's package, which tells what was fixed in an old version; nil elsewhere.
  let nghttp2Package: String?

  package init(nghttp2: String, number: Int, package: String?) {
    self.nghttp2 = nghttp2
    nghttp2Number = number
    nghttp2Package = package
  }

  /// Those of this process.
  package static func current() -> LibraryVersions {
    LibraryVersions(
      nghttp2: LibraryVersion.text, number: LibraryVersion.number,
      package: (try? readFile("/var/lib/dpkg/status")).flatMap {
        packageVersion("libnghttp2-14", status: String(decoding: $0, as: UTF8.self))
      })
  }

  /// Why no peer may be let near this libnghttp2. What can be told at run time: the library's own
  /// number, and the package's where Debian fixed an old one.
  package var refusal: Refusal? {
    // CVE-2026-27135, the last to be fixed, in 1.68.1.
    guard nghttp2Number < 0x01_44_01 else { return nil }
    guard nghttp2Number >= 0x01_34_00 else { return tooOld }
    guard let nghttp2Package, nghttp2Number == 0x01_34_00 else { return nil }
    return Self.isFixed(nghttp2Package) ? nil : tooOld
  }

  private var tooOld: Refusal {
    Refusal(
      description: """
        libnghttp2 \(nghttp2Package ?? nghttp2) lacks the fix of CVE-2026-27135: upgrade the \
        package libnghttp2-14 to 1.52.0-1+deb12u3 or later
        """)
  }

  /// Whether nothing tells which fixes an old version has.
  var isUnknown: Bool {
    refusal == nil && nghttp2Number < 0x01_44_01
      && (nghttp2Package == nil || nghttp2Number != 0x01_34_00)
  }

  /// `1.52.0-1+deb12u3` and later updates of Debian 12.
  private static func isFixed(_ version: String) -> Bool {
    guard let match = version.firstMatch(of: /^1\.52\.0-1\+deb12u(\d+)/) else {
      // Of a later release of Debian, or somebody's own: nothing is known against it.
      return version != "1.52.0-1"
    }
    return Int(match.1).map { $0 >= 3 } ?? false
  }

  /// Of an installed package, from the text of dpkg's status file.
  package static func packageVersion(_ name: String, status: String) -> String? {
    guard let start = status.firstRange(of: "Package: \(name)\n") else { return nil }
    for line in status[start.upperBound...].split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.isEmpty { return nil }
      if line.hasPrefix("Version: ") { return String(line.dropFirst(9)) }
    }
    return nil
  }

  /// Says the versions in the log and in `roster_build_info`.
  /// - Throws: ``Refusal``.
  func announce(_ logger: Logger, _ registry: MetricRegistry) throws {
    let versions = [
      "nghttp2": nghttp2Package ?? nghttp2, "openssl": CryptoLibrary.version,
      "libpq": ClientLibrary.version, "zlib": CompressionLibrary.version,
    ]
    let names = versions.keys.sorted()
    registry.tell(
      MetricFamily("roster_build", .info, "Libraries in use.", labels: names),
      names.map { versions[$0] ?? "" })
    logger.notice("starting", metadata: versions.mapValues { .string($0) })
    if let refusal { throw refusal }
    if isUnknown {
      logger.warning(
        "library_unknown",
        metadata: ["nghttp2": .string(nghttp2), "remedy": "see that it has the fixes of 1.68.1"])
    }
  }
}
