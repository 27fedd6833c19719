internal import CNghttp2

/// The libnghttp2 that this process runs with, which may be newer than the one it was built with.
package enum LibraryVersion {
  /// Major, minor and patch, a byte each: 0x013400 is 1.52.0.
  package static var number: Int { nghttp2_version(0).map { Int($0.pointee.version_num) } ?? 0 }

  package static var text: String {
    nghttp2_version(0).map { String(cString: $0.pointee.version_str) } ?? "unknown"
  }
}
