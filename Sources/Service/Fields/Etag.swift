import Domain

/// The precondition of a mutation: the version it was decided on. Opaque to callers.
struct Etag {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  init(version: Int64) {
    text = String(version)
  }

  /// Does nothing for an empty etag, which sets no condition.
  func require(_ version: Int64) throws(ServiceFailure) {
    guard text.isEmpty || text == Etag(version: version).text else {
      throw .etagMismatch(etag: text)
    }
  }
}
