import Domain
import Postgres
import Store

/// Names on their way to NFC, which PostgreSQL makes in flush 1: their limit counts code points of
/// the NFC text. Text that is NFC by its characters alone is not asked about.
struct NameTexts {
  private(set) var fields: [(path: String, text: String)]
  private var pending: Pending<NormalizeTexts>?

  /// - Throws: for what PostgreSQL can't hold, and for what no normalization brings below the
  ///   limit: NFC of many marks takes the square of their number, and no timeout ends it.
  init(_ fields: [(path: String, text: String)]) throws(ServiceFailure) {
    for (path, text) in fields where isBeyondNFC(text) {
      throw .fault(.over(.nameCodePoints(DataLimits.nameCodePointsMax), field: path))
    }
    for (path, text) in fields where text.utf8.contains(0) {
      throw .fault(.invalid(field: path, because: "must not hold control characters"))
    }
    self.fields = fields
  }

  /// Adds the question to flush 1, when there is one.
  mutating func ask(_ batch: inout Batch) {
    guard !fields.allSatisfy({ isPlainlyNFC($0.text) }) else { return }
    pending = batch.add(NormalizeTexts(fields.map(\.text)))
  }

  /// The names, in order.
  func names(_ mutation: borrowing Mutation) throws(ServiceFailure) -> [Name] {
    var texts = fields.map(\.text)
    if let pending {
      guard let normalized = try mutation.row(pending), normalized.count == texts.count else {
        throw .broken("NFC of \(texts.count) names gave others")
      }
      texts = normalized
    }
    var names: [Name] = []
    for (field, text) in zip(fields, texts) {
      names.append(try readName(text, field: field.path))
    }
    return names
  }
}

/// Whether NFC leaves more code points than a name may have: it makes at most four into one, for no
/// canonical decomposition is longer (UAX #15).
private func isBeyondNFC(_ text: String) -> Bool {
  let countMax = 4 * DataLimits.nameCodePointsMax
  return text.utf8.count > 4 * countMax || text.unicodeScalars.count > countMax
}

/// Every scalar below U+0300 is its own NFC and combines with none of the others (UAX #15,
/// NFC_Quick_Check).
private func isPlainlyNFC(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { $0.value < 0x300 }
}
