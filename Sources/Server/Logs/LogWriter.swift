import Glibc

/// Takes finished lines from any thread and writes them on a thread of its own, so that a slow
/// reader of the log never holds a loop. Beyond ``capacity`` lines are dropped and counted; the
/// count follows as a line once there is room again.
package final class LogWriter: @unchecked Sendable {
  // Safety: `pending`, `dropped` and `isWriting` are touched only with `lock` held.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let descriptor: CInt
  private let capacity: Int
  private var pending: [UInt8] = []
  private var dropped = 0
  private var isWriting = false

  /// Starts the writing thread, which lives as long as the process.
  /// - Parameter capacity: bytes that may wait to be written.
  package init(descriptor: CInt, capacity: Int = 1 << 20) {
    self.descriptor = descriptor
    self.capacity = capacity
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<LogWriter>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    precondition(code == 0, "no thread for the log: \(code)")
    pthread_detach(thread)
  }

  /// Never waits for the reader: the line is queued, or dropped and counted.
  package func write(_ line: [UInt8]) {
    pthread_mutex_lock(lock)
    if pending.count + line.count <= capacity {
      pending.append(contentsOf: line)
    } else {
      dropped += 1
    }
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }

  /// Waits until every line queued so far is written, at most `seconds`.
  package func flush(seconds: Int = 2) {
    var end = timespec()
    clock_gettime(CLOCK_REALTIME, &end)
    end.tv_sec += seconds
    pthread_mutex_lock(lock)
    while !pending.isEmpty || isWriting || dropped > 0 {
      if pthread_cond_timedwait(changed, lock, &end) != 0 { break }
    }
    pthread_mutex_unlock(lock)
  }

  private func run() {
    var batch: [UInt8] = []
    while true {
      pthread_mutex_lock(lock)
      isWriting = false
      pthread_cond_broadcast(changed)
      while pending.isEmpty, dropped == 0 { pthread_cond_wait(changed, lock) }
      swap(&batch, &pending)
      let lost = dropped
      dropped = 0
      isWriting = true
      pthread_mutex_unlock(lock)
      if lost > 0 { batch.append(contentsOf: Self.lineOfLost(lost)) }
      writeAll(batch)
      batch.removeAll(keepingCapacity: true)
    }
  }

  private static func lineOfLost(_ count: Int) -> [UInt8] {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var line = LogLine(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000,
      level: "warning", event: "log_lines_dropped")
    line.append("count", number: "\(count)")
    return line.finished()
  }

  /// Bytes that can't be written (the reader is gone) are given up: a log must not end a server.
  private func writeAll(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wait, 1, -1)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
