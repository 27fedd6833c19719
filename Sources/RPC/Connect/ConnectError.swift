/// Errors as Connect writes them (Connect protocol reference, "Error and EndStreamResponse").
enum ConnectError {
  /// `{"code":…,"message":…,"details":[…]}`
  static func json(_ status: Status) -> [UInt8] {
    var text = JSONText()
    append(status, to: &text)
    return text.bytes
  }

  static func append(_ status: Status, to text: inout JSONText) {
    text.object { error in
      error.member("code", status.code.connectName)
      if !status.message.isEmpty { error.member("message", status.message) }
      guard !status.details.isEmpty else { return }
      error.array("details", status.details) { detail, text in
        text.object { object in
          object.member("type", detail.typeName)
          object.member("value", String(decoding: Base64.encode(detail.encoded), as: UTF8.self))
          detail.appendDebug(to: &object)
        }
      }
    }
  }
}

/// The last message of a Connect stream.
enum ConnectEnd {
  private static let flag: UInt8 = 2

  static func envelope(_ status: Status, _ metadata: ResponseMetadata) -> [UInt8] {
    var text = JSONText()
    text.object { end in
      if status.code != .ok { end.member("error") { ConnectError.append(status, to: &$0) } }
      guard !metadata.isEmpty else { return }
      end.member("metadata") { text in
        text.object { object in
          for (name, values) in metadata.grouped {
            object.array(name, values) { value, text in text.append(value) }
          }
        }
      }
    }
    return Envelope.bytes(flag, text.bytes)
  }
}

extension ResponseMetadata {
  /// The values of each name, in the order in which the names first came.
  fileprivate var grouped: [(name: String, values: [String])] {
    var groups: [(name: String, values: [String])] = []
    for field in fields {
      let name = String(decoding: field.name, as: UTF8.self)
      let value = String(decoding: field.value, as: UTF8.self)
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].values.append(value)
      } else {
        groups.append((name, [value]))
      }
    }
    return groups
  }
}

extension StatusDetail {
  /// The full name of the message, without the host of its type URL.
  fileprivate var typeName: String {
    typeURL.split(separator: "/").last.map(String.init) ?? ""
  }

  /// `debug`: the message as JSON, for people.
  fileprivate func appendDebug(to object: inout JSONText.Object) {
    switch self {
    case .errorInfo(let reason, let domain, let metadata):
      object.object("debug") { debug in
        debug.member("reason", reason)
        debug.member("domain", domain)
        guard !metadata.isEmpty else { return }
        debug.object("metadata") { entries in
          for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            entries.member(key, value)
          }
        }
      }
    case .badRequest(let violations):
      object.object("debug") { debug in
        debug.objects("fieldViolations", violations) {
          $1.member("field", $0.field)
          $1.member("description", $0.description)
        }
      }
    case .preconditionFailure(let violations):
      object.object("debug") { debug in
        debug.objects("violations", violations) {
          $1.member("type", $0.type)
          $1.member("subject", $0.subject)
          $1.member("description", $0.description)
        }
      }
    case .quotaFailure(let violations):
      object.object("debug") { debug in
        debug.objects("violations", violations) {
          $1.member("subject", $0.subject)
          $1.member("description", $0.description)
        }
      }
    case .retryInfo(let delay):
      object.object("debug") { $0.member("retryDelay", delay.json) }
    case .resourceInfo(let type, let name, let description):
      object.object("debug") { debug in
        debug.member("resourceType", type)
        debug.member("resourceName", name)
        if !description.isEmpty { debug.member("description", description) }
      }
    case .message: break
    }
  }
}

extension Duration {
  /// As protobuf's JSON has it: seconds with three digits of milliseconds where there are any.
  fileprivate var json: String {
    let milliseconds = components.attoseconds / 1_000_000_000_000_000
    if milliseconds == 0 { return "\(components.seconds)s" }
    let digits = String(1000 + abs(milliseconds)).dropFirst()
    return "\(components.seconds).\(digits)s"
  }
}
