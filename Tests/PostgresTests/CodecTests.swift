import EventLoop
import Postgres
import Testing

@Suite struct `Binary values` {
  @Test func `make the round trip at their limits`() async throws {
    let samples = [
      Scalars(
        id: (.max, .min), text: "", bytes: [], int16: .min, int32: .max, int64: .min, bool: true,
        timestamp: 0, xid: .max, json: #"{"a": 1}"#),
      Scalars(
        id: (0, 0), text: "naïve 😀 " + String(repeating: "x", count: 70_000),
        bytes: [UInt8](repeating: 0, count: 100_000), int16: .max, int32: .min, int64: .max,
        bool: false, timestamp: 4_102_444_800_000_001, xid: 0, json: "[]"),
      Scalars(
        id: nil, text: nil, bytes: nil, int16: nil, int32: nil, int64: nil, bool: nil,
        timestamp: nil, xid: nil, json: nil),
    ]
    let returned = try await TestCluster.withDatabase { database in
      var rows: [Scalars] = []
      for sample in samples {
        rows += try await database.read(EchoScalars(value: sample), as: .none, deadline: nil)
      }
      return rows
    }
    #expect(returned == samples)
  }

  @Test(arguments: [0, 1, 1_000]) func `of arrays make the round trip`(count: Int) async throws {
    let sample = Arrays(
      ids: (0..<count).map { UInt64($0) }, texts: (0..<count).map { "t\($0)" },
      numbers: (0..<count).map { Int64($0) - 500 },
      blobs: (0..<count).map { [UInt8](repeating: 7, count: $0 % 5) })
    let returned = try await TestCluster.withDatabase { database in
      try await database.read(EchoArrays(value: sample), as: .none, deadline: nil)
    }
    #expect(returned == [sample])
  }

  @Test func `that a row type can't hold are told, not trapped on`() async throws {
    let errors = try await TestCluster.withDatabase { database in
      var errors: [DatabaseError] = []
      for wrong in Wrong.Case.allCases {
        do throws(DatabaseError) {
          _ = try await database.read(Wrong(wrong: wrong), as: .none, deadline: nil)
        } catch {
          errors.append(error)
        }
      }
      return errors
    }
    #expect(errors.count == Wrong.Case.allCases.count)
    for error in errors {
      guard case .undecodable = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `with NUL in a text are refused by the server`() async throws {
    let result = try await TestCluster.withDatabase { database in
      await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(EchoText(value: "a\0b"), as: .none, deadline: nil)
      }[0]
    }
    guard case .failure(.invalidValue(sqlState: "22021", _)) = result else {
      Issue.record("\(result)")
      return
    }
  }
}

struct Scalars: Sendable, Equatable {
  var id: (high: UInt64, low: UInt64)?
  var text: String?
  var bytes: [UInt8]?
  var int16: Int16?
  var int32: Int32?
  var int64: Int64?
  var bool: Bool?
  var timestamp: Int64?
  var xid: UInt64?
  var json: String?

  static func == (left: Scalars, right: Scalars) -> Bool {
    left.id?.high == right.id?.high && left.id?.low == right.id?.low && left.text == right.text
      && left.bytes == right.bytes && left.int16 == right.int16 && left.int32 == right.int32
      && left.int64 == right.int64 && left.bool == right.bool
      && left.timestamp == right.timestamp && left.xid == right.xid && left.json == right.json
  }
}

struct EchoScalars: Statement {
  let value: Scalars
  static let kind = StatementKind.read
  static let sql: StaticString = """
    SELECT $1::uuid, $2::text, $3::bytea, $4::int2, $5::int4, $6::int8, $7::bool, $8::timestamptz,
           $9::xid8, $10::jsonb
    """
  func bind(_ parameters: inout Parameters) {
    parameters.uuid(value.id)
    parameters.text(value.text)
    parameters.bytes(value.bytes)
    parameters.int16(value.int16)
    parameters.int32(value.int32)
    parameters.int64(value.int64)
    parameters.bool(value.bool)
    parameters.timestamp(microseconds: value.timestamp)
    parameters.xid8(value.xid)
    parameters.jsonb(value.json)
  }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Scalars {
    try Scalars(
      id: row.optionalUUID(0), text: row.optionalText(1), bytes: row.optionalBytes(2),
      int16: row.optionalInt16(3), int32: row.optionalInt32(4), int64: row.optionalInt64(5),
      bool: row.optionalBool(6), timestamp: row.optionalTimestamp(7), xid: row.optionalXid8(8),
      json: row.optionalJSONB(9))
  }
}

struct Arrays: Sendable, Equatable {
  var ids: [UInt64]
  var texts: [String]
  var numbers: [Int64]
  var blobs: [[UInt8]]
}

struct EchoArrays: Statement {
  let value: Arrays
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT $1::uuid[], $2::text[], $3::int8[], $4::bytea[]"
  func bind(_ parameters: inout Parameters) {
    parameters.uuids(value.ids.lazy.map { (high: 1, low: $0) })
    parameters.texts(value.texts)
    parameters.int64s(value.numbers)
    parameters.bytesArray(value.blobs)
  }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Arrays {
    try Arrays(
      ids: row.uuids(0).map(\.low), texts: row.texts(1), numbers: row.int64s(2),
      blobs: row.bytesArray(3))
  }
}

struct EchoText: Statement {
  let value: String
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT $1::text"
  func bind(_ parameters: inout Parameters) { parameters.text(value) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> String {
    try row.text(0)
  }
}

/// Reads what isn't there.
struct Wrong: Statement {
  enum Case: Int64, CaseIterable, Sendable {
    case null, type, column, negativeColumn, nullElement, dimensions, infinity, arrayType
  }

  let wrong: Case
  static let kind = StatementKind.point
  static let sql: StaticString = """
    SELECT $1::int8, NULL::text, ARRAY[NULL, 'a']::text[], ARRAY[[1, 2]]::int8[],
           'infinity'::timestamptz
    """
  func bind(_ parameters: inout Parameters) { parameters.int64(wrong.rawValue) }
  typealias Row = NoRow
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> NoRow {
    switch Case(rawValue: try row.int64(0)) {
    case .null: _ = try row.text(1)
    case .type: _ = try row.uuid(0)
    case .column: _ = try row.int64(5)
    case .negativeColumn: _ = try row.int64(-1)
    case .nullElement: _ = try row.texts(2)
    case .dimensions: _ = try row.int64s(3)
    case .infinity: _ = try row.timestamp(4)
    case .arrayType: _ = try row.uuids(3)
    case nil: break
    }
    return NoRow()
  }
}
