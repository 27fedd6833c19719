/// One request and its response.
package final class ServerStream: SessionStream {
  /// State of the layer above; dropped when the stream has closed.
  package var call: AnyObject?

  override func recycle() {
    call = nil
    super.recycle()
  }
}
