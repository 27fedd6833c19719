/// One request of ours and its response.
package final class ClientStream: SessionStream {
  /// State of the layer above; dropped when the stream has closed.
  package var call: AnyObject?
  /// The response's trailers, empty until they came. For a trailers-only response the fields
  /// are in `headers`.
  package internal(set) var trailers = HeaderList()

  override func recycle() {
    call = nil
    if isKnownUniquelyReferenced(&trailers) {
      trailers.reset()
    } else {
      trailers = HeaderList()
    }
    super.recycle()
  }
}
