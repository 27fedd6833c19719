/// Writes JSON (RFC 8259), members in the order in which they are given.
struct JSONText {
  private(set) var bytes: [UInt8] = []

  /// The members of one object.
  struct Object {
    fileprivate var text: JSONText
    private var isEmpty = true

    fileprivate init(_ text: JSONText) {
      self.text = text
    }

    mutating func member(_ name: String, _ value: String) {
      member(name) { $0.append(value) }
    }

    mutating func member(_ name: String, _ write: (inout JSONText) -> Void) {
      if !isEmpty { text.bytes.append(UInt8(ascii: ",")) }
      isEmpty = false
      text.append(name)
      text.bytes.append(UInt8(ascii: ":"))
      write(&text)
    }

    mutating func object(_ name: String, _ write: (inout Object) -> Void) {
      member(name) { $0.object(write) }
    }

    mutating func array<Element>(
      _ name: String, _ elements: [Element], _ write: (Element, inout JSONText) -> Void
    ) {
      member(name) { text in
        text.bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
          if index > 0 { text.bytes.append(UInt8(ascii: ",")) }
          write(element, &text)
        }
        text.bytes.append(UInt8(ascii: "]"))
      }
    }

    mutating func objects<Element>(
      _ name: String, _ elements: [Element], _ write: (Element, inout Object) -> Void
    ) {
      array(name, elements) { element, text in
        text.object { write(element, &$0) }
      }
    }
  }

  mutating func object(_ write: (inout Object) -> Void) {
    var object = Object(self)
    bytes = []
    object.text.bytes.append(UInt8(ascii: "{"))
    write(&object)
    object.text.bytes.append(UInt8(ascii: "}"))
    self = object.text
  }

  /// A string, with what must be escaped escaped.
  mutating func append(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A:
        bytes += Array("\\n".utf8)
      case 0..<0x20:
        bytes += Array("\\u00".utf8)
        bytes.append(UInt8(ascii: "0") + byte >> 4)
        let low = byte & 0xF
        bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
      default:
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
