import Domain
import Testing

@Suite struct `A user's attributes` {
  @Test func `are at most 64 keys`() throws {
    let most = Dictionary(uniqueKeysWithValues: (1...64).map { ("k\($0)", "v") })
    #expect(try UserAttributes(most).values == most)
    #expect(throws: UserAttributes.Refusal.tooMany) {
      try UserAttributes(most.merging(["k65": "v"]) { a, _ in a })
    }
  }

  @Test func `are at most 16 KiB as compact JSON text`() throws {
    // {"k":"…"} has 8 octets of its own; a quotation mark counts with its escape.
    let longest = String(repeating: "a", count: 16_374) + "\""
    #expect(try UserAttributes(["k": longest]).json.utf8.count == 16_384)
    #expect(throws: UserAttributes.Refusal.tooLarge) { try UserAttributes(["k": longest + "a"]) }
  }

  @Test(arguments: ["", String(repeating: "k", count: 65), "a\u{0}", "a\nb"])
  func `have keys of 1 to 64 octets without control characters`(key: String) {
    #expect(throws: UserAttributes.Refusal.keyInvalid(key)) { try UserAttributes([key: "v"]) }
  }

  @Test func `hold no U+0000, which jsonb can't`() {
    #expect(throws: UserAttributes.Refusal.valueInvalid(key: "k")) {
      try UserAttributes(["k": "a\u{0}"])
    }
  }

  @Test func `are stored with their keys in order, and read back`() throws {
    let attributes = try UserAttributes(["b": "\"\\\n\u{1}é😀", "a": ""])
    #expect(attributes.json == #"{"a":"","b":"\"\\\n\u0001é😀"}"#)
    #expect(UserAttributes(storedJSON: attributes.json) == attributes)
    #expect(UserAttributes(storedJSON: "{}") == .empty)
  }

  @Test func `are other attributes when a byte differs that Unicode takes for the same`() {
    let (composed, decomposed) = ("\u{e9}", "e\u{301}")
    #expect(composed == decomposed)
    let attributes = UserAttributes(stored: ["k": composed])
    #expect(attributes != UserAttributes(stored: ["k": decomposed]))
    #expect(attributes == UserAttributes(stored: ["k": composed]))
    #expect(
      UserAttributes(stored: [composed: "v"]) != UserAttributes(stored: [decomposed: "v"]))
  }

  @Test(arguments: ["", "[]", #"{"a": 1}"#, #"{"a": "b""#])
  func `are not read from what is no object of texts`(text: String) {
    #expect(UserAttributes(storedJSON: text) == nil)
  }
}

@Suite struct `A JSON value` {
  @Test(arguments: [
    ("null", "null"), (" true ", "true"), ("-1.5e3", "-1500"), ("0.25", "0.25"),
    ("[1, [ ], {}]", "[1,[],{}]"), (#"{"b":1,"a":"x"}"#, #"{"a":"x","b":1}"#),
    (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#""\u0041\ud83d\ude00\/\b""#, #""A😀/\u0008""#),
  ])
  func `is read and written compactly`(text: String, compact: String) {
    #expect(JSONValue(text)?.text == compact)
  }

  @Test(arguments: [
    "", "nul", "truex", "01", "1.", ".5", "+1", "1e", "-", "[1,]", "[1", "{\"a\"}", "{a:1}",
    "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"a\nb\"",
    "1 2", "{\"a\":1,}", "\"\\",
  ])
  func `is refused when it is none`(text: String) {
    #expect(JSONValue(text) == nil)
  }

  @Test func `is read to a depth of sixteen`() {
    let nested = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(JSONValue(nested(17)) != nil)
    #expect(JSONValue(nested(18)) == nil)
    #expect(JSONValue(nested(100_000)) == nil)
  }
}
