import Glibc

/// A counting semaphore of pthreads.
// Safety: sem_post and sem_wait are made for many threads; the pointer never changes.
final class Semaphore: @unchecked Sendable {
  private let raw: UnsafeMutablePointer<sem_t>

  init() {
    raw = .allocate(capacity: 1)
    raw.initialize(to: sem_t())
    sem_init(raw, 0, 0)
  }

  deinit {
    sem_destroy(raw)
    raw.deallocate()
  }

  func signal() {
    sem_post(raw)
  }

  func wait() {
    while sem_wait(raw) != 0 && errno == EINTR {}
  }
}

private final class ThreadBody {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

/// A thread that blocks every signal, so that none meant for the process is delivered to it. Nil
/// when the system refuses one.
func spawnThread(_ run: @escaping @Sendable () -> Void) -> pthread_t? {
  let body = Unmanaged.passRetained(ThreadBody(run))
  var all = sigset_t()
  var previous = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  var thread = pthread_t()
  let result = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, body.toOpaque())
  guard result == 0 else {
    body.release()
    return nil
  }
  return thread
}
