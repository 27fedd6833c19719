import API
import RPC
import Store

/// Cuts what is exported into messages that fit.
struct ExportStream {
  /// Of the documents of one message, but for a single one that is larger.
  private static let byteCountMax = 256 * 1024

  private let responses: ResponseStream<Roster_V1_ExportUserDataResponse>

  init(_ responses: ResponseStream<Roster_V1_ExportUserDataResponse>) {
    self.responses = responses
  }

  /// Suspends while the client reads more slowly.
  func send(_ table: String, _ documents: [String]) async throws(ServiceFailure) {
    var response = Roster_V1_ExportUserDataResponse()
    response.table = table
    var byteCount = 0
    for document in documents {
      if !response.documents.isEmpty, byteCount + document.utf8.count > Self.byteCountMax {
        try await send(response)
        response.documents = []
        byteCount = 0
      }
      response.documents.append(document)
      byteCount += document.utf8.count
    }
    if !response.documents.isEmpty { try await send(response) }
  }

  private func send(_ response: Roster_V1_ExportUserDataResponse) async throws(ServiceFailure) {
    do throws(Status) {
      try await responses.send(response)
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// By table, in the order in which the tables come.
  static func grouped(
    _ rows: [ExportUserRows.Row]
  ) -> [(table: String, documents: [String])] {
    var groups: [(table: String, documents: [String])] = []
    for row in rows {
      if groups.last?.table != row.table { groups.append((row.table, [])) }
      groups[groups.count - 1].documents.append(row.document)
    }
    return groups
  }
}
