/// PostgreSQL's type numbers (pg_type.dat), the ones Roster binds and reads.
enum ObjectType {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let char: UInt32 = 18
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let void: UInt32 = 2278
  static let varchar: UInt32 = 1043
  static let timestamptz: UInt32 = 1184
  static let uuid: UInt32 = 2950
  static let jsonb: UInt32 = 3802
  static let xid8: UInt32 = 5069

  static let boolArray: UInt32 = 1000
  static let byteaArray: UInt32 = 1001
  static let int2Array: UInt32 = 1005
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let int8Array: UInt32 = 1016
  static let varcharArray: UInt32 = 1015
  static let nameArray: UInt32 = 1003
  static let timestamptzArray: UInt32 = 1185
  static let uuidArray: UInt32 = 2951
  static let xid8Array: UInt32 = 271
}

/// Microseconds from 1970-01-01 to PostgreSQL's epoch, 2000-01-01.
let epochMicroseconds: Int64 = 946_684_800_000_000
