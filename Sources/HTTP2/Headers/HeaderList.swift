/// A received header list: names and values in one arena, in the order they came, duplicates
/// kept. Views are valid as long as the list is alive and, on the session's thread, once the
/// delegate was told of the headers; the list does not change after that.
package final class HeaderList {
  struct Field {
    var offset: UInt32
    var nameCount: UInt32
    var valueCount: UInt32
  }

  private var arena: UnsafeMutablePointer<UInt8>
  private var arenaCapacity: Int
  private var arenaCount = 0
  private var fields: UnsafeMutablePointer<Field>
  private var fieldCapacity: Int

  private var fieldCount = 0
  private var chargedByteSize = 0
  private var chargedFieldCount = 0

  private var methodField = Field(offset: 0, nameCount: 0, valueCount: 0)
  private var pathField = Field(offset: 0, nameCount: 0, valueCount: 0)
  private var schemeField = Field(offset: 0, nameCount: 0, valueCount: 0)
  private var authorityField = Field(offset: 0, nameCount: 0, valueCount: 0)
  private var statusField = Field(offset: 0, nameCount: 0, valueCount: 0)

  init() {
    arenaCapacity = 512
    arena = .allocate(capacity: arenaCapacity)
    fieldCapacity = 12
    fields = .allocate(capacity: fieldCapacity)
  }

  deinit {
    arena.deallocate()
    fields.deallocate()
  }

  /// Regular fields, without pseudo-header fields.
  package var count: Int { fieldCount }
  /// Size as of RFC 9113 §6.5.2, in octets: name + value + 32 for every field that came, also
  /// for those beyond the limits, which are not kept.
  package var byteSize: Int { chargedByteSize }
  /// Fields that came, pseudo-header fields included.
  package var receivedFieldCount: Int { chargedFieldCount }

  /// `:method`, or no octets.
  package var method: UnsafeRawBufferPointer { value(of: methodField) }
  /// `:path`, or no octets.
  package var path: UnsafeRawBufferPointer { value(of: pathField) }
  /// `:scheme`, or no octets.
  package var scheme: UnsafeRawBufferPointer { value(of: schemeField) }
  /// `:authority`, or no octets.
  package var authority: UnsafeRawBufferPointer { value(of: authorityField) }
  /// `:status` of a response, 100…599; 0 when there is none.
  package var status: Int {
    let digits = value(of: statusField)
    guard digits.count == 3 else { return 0 }
    return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
  }

  /// Name of the regular field at `index`, in lower case.
  package func name(at index: Int) -> UnsafeRawBufferPointer {
    precondition(index >= 0 && index < count)
    let field = fields[index]
    return UnsafeRawBufferPointer(start: arena + Int(field.offset), count: Int(field.nameCount))
  }

  /// Value of the regular field at `index`.
  package func value(at index: Int) -> UnsafeRawBufferPointer {
    precondition(index >= 0 && index < count)
    return value(of: fields[index])
  }

  /// Value of the first regular field called `name` (lower case), or nil.
  package func firstValue(named name: StaticString) -> UnsafeRawBufferPointer? {
    for index in 0..<count {
      let field = fields[index]
      if Int(field.nameCount) == name.utf8CodeUnitCount,
        equal(arena + Int(field.offset), name.utf8Start, name.utf8CodeUnitCount)
      {
        return value(of: field)
      }
    }
    return nil
  }

  private func value(of field: Field) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: arena + Int(field.offset) + Int(field.nameCount), count: Int(field.valueCount))
  }
}

// MARK: - Filling

extension HeaderList {
  /// Counts a field of these sizes: the list's size and count grow whether it is kept or not.
  func charge(nameCount: Int, valueCount: Int) {
    chargedByteSize &+= nameCount &+ valueCount &+ 32
    chargedFieldCount &+= 1
  }

  func append(
    _ name: UnsafePointer<UInt8>, _ nameCount: Int, _ value: UnsafePointer<UInt8>,
    _ valueCount: Int
  ) {
    let needed = nameCount &+ valueCount
    if arenaCapacity &- arenaCount < needed { growArena(by: needed) }
    let field = Field(
      offset: UInt32(truncatingIfNeeded: arenaCount),
      nameCount: UInt32(truncatingIfNeeded: nameCount),
      valueCount: UInt32(truncatingIfNeeded: valueCount))
    (arena + arenaCount).update(from: name, count: nameCount)
    (arena + arenaCount + nameCount).update(from: value, count: valueCount)
    arenaCount &+= needed
    if nameCount > 0, name[0] == UInt8(ascii: ":") {
      keepPseudo(field, name: name)
      return
    }
    if fieldCount == fieldCapacity { growFields() }
    (fields + fieldCount).initialize(to: field)
    fieldCount &+= 1
  }

  /// Empties the list for the next stream; storage grown past 4 KiB is given back.
  func reset() {
    if arenaCapacity > 4096 {
      arena.deallocate()
      arenaCapacity = 512
      arena = .allocate(capacity: arenaCapacity)
    }
    arenaCount = 0
    fieldCount = 0
    chargedByteSize = 0
    chargedFieldCount = 0
    let none = Field(offset: 0, nameCount: 0, valueCount: 0)
    methodField = none
    pathField = none
    schemeField = none
    authorityField = none
    statusField = none
  }

  /// The library has checked that each pseudo-header field is known and comes once.
  private func keepPseudo(_ field: Field, name: UnsafePointer<UInt8>) {
    switch (field.nameCount, name[1]) {
    case (5, UInt8(ascii: "p")): pathField = field
    case (7, UInt8(ascii: "m")): methodField = field
    case (7, UInt8(ascii: "s")):
      if name[2] == UInt8(ascii: "t") { statusField = field } else { schemeField = field }
    case (10, UInt8(ascii: "a")): authorityField = field
    default: break
    }
  }

  private func growArena(by needed: Int) {
    let capacity = max(arenaCapacity * 2, arenaCount + needed)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    grown.update(from: arena, count: arenaCount)
    arena.deallocate()
    arena = grown
    arenaCapacity = capacity
  }

  private func growFields() {
    let grown = UnsafeMutablePointer<Field>.allocate(capacity: fieldCapacity * 2)
    grown.update(from: fields, count: count)
    fields.deallocate()
    fields = grown
    fieldCapacity *= 2
  }
}

/// Whether `count` octets at both places are the same.
@inline(__always)
private func equal(
  _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int
) -> Bool {
  for index in 0..<count where left[index] != right[index] { return false }
  return true
}
