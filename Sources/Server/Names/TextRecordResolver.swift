internal import CResolv
import Glibc
import Service
import Synchronization

/// Looks TXT records up by libc's resolver, on a thread for each look-up: it blocks for as long as
/// name servers are silent, `/etc/resolv.conf` says how long that may be.
final class TextRecordResolver: Sendable {
  /// Look-ups at one time: silent name servers must not pile threads up.
  private static let lookUpsMax = 8
  private static let answerByteCountMax = 65_535

  private let running = Mutex(0)

  /// For ``Service/ServiceGround``.
  static func records() -> TextRecords {
    let resolver = TextRecordResolver()
    return TextRecords { name in await resolver.look(up: name) }
  }

  private func look(up name: String) async -> TextRecords.Answer {
    let mayRun = running.withLock { count in
      guard count < Self.lookUpsMax else { return false }
      count += 1
      return true
    }
    guard mayRun else { return .unavailable }
    defer { running.withLock { $0 -= 1 } }
    return await withCheckedContinuation { continuation in
      let work = Work(name: name) { continuation.resume(returning: $0) }
      var thread = pthread_t()
      let context = Unmanaged.passRetained(work)
      let code = pthread_create(
        &thread, nil,
        { context in
          if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
          return nil
        }, context.toOpaque())
      guard code == 0 else {
        context.release()
        continuation.resume(returning: .unavailable)
        return
      }
      pthread_detach(thread)
    }
  }

  private final class Work {
    let name: String
    let done: (TextRecords.Answer) -> Void

    init(name: String, done: @escaping (TextRecords.Answer) -> Void) {
      self.name = name
      self.done = done
    }

    func run() {
      done(TextRecordResolver.query(name))
    }
  }

  /// Returns of `res_query`: the answer's length, or -1 with `h_errno` HOST_NOT_FOUND (1) or
  /// NO_DATA (4), where there is none, TRY_AGAIN (2) or NO_RECOVERY (3), where nobody knows.
  private static func query(_ name: String) -> TextRecords.Answer {
    var answer = [UInt8](repeating: 0, count: answerByteCountMax)
    let (internet, text): (CInt, CInt) = (1, 16)
    let length = res_query(name, internet, text, &answer, CInt(answer.count))
    guard length >= 0 else {
      let error = __h_errno_location().pointee
      return error == 1 || error == 4 ? .texts([]) : .unavailable
    }
    let bytes = Array(answer.prefix(Int(length)))
    guard let texts = TextRecordAnswer.texts(of: bytes) else { return .unavailable }
    return .texts(texts)
  }
}
