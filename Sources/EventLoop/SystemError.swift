internal import Glibc

/// A system call that failed: which one, and its `errno`.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package let call: StaticString
  package let code: CInt

  package init(_ call: StaticString, code: CInt) {
    self.call = call
    self.code = code
  }

  /// Takes the code from the calling thread's `errno`.
  package static func last(_ call: StaticString) -> SystemError {
    SystemError(call, code: errno)
  }

  package var description: String {
    "\(call): \(String(cString: strerror(code)))"
  }

  package static func == (left: SystemError, right: SystemError) -> Bool {
    left.code == right.code && left.call.description == right.call.description
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(code)
  }
}
