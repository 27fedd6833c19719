/// A place for what a handler saw.
// Safety: handlers of a test run on the test's own thread.
final class Box<Value>: @unchecked Sendable {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }
}
