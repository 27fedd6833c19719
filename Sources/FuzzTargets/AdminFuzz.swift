internal import Transport

/// The head of requests to the admin port.
enum AdminFuzz {
  /// What a beginning decides holds whatever follows; what is taken is plain text.
  static func run(_ input: UnsafeRawBufferPointer) {
    var decided: AdminRequest.Outcome?
    for end in stride(from: 1, through: input.count, by: max(1, input.count / 16)) {
      let outcome = AdminRequest.parse(UnsafeRawBufferPointer(rebasing: input[..<end]))
      if let decided { precondition(outcome == decided, "later bytes changed the verdict") }
      if outcome != .incomplete { decided = outcome }
    }
    let outcome = AdminRequest.parse(input)
    precondition(decided == nil || outcome == decided)
    if case .request(let request) = outcome {
      precondition(request.path.utf8.first == 0x2F)
      precondition(request.path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3F })
    }
  }
}
