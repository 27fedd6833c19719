import Service
import Synchronization

/// Name servers that say what a test tells them.
final class NameServers: Sendable {
  private let records = Mutex<[String: TextRecords.Answer]>([:])

  func answer(to name: String) -> TextRecords.Answer {
    records.withLock { $0[name] ?? .texts([]) }
  }

  func set(_ name: String, _ answer: TextRecords.Answer) {
    records.withLock { $0[name] = answer }
  }
}
