import Glibc

extension KeyRing {
  /// Reads a key file that only its owner, the calling user or root, may read.
  package static func load(path: String) throws(FileRefusal) -> KeyRing {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .exposed(mode: status.st_mode & 0o7777)
    }
    guard status.st_size <= fileByteCountMax else { throw .tooLarge }
    var file = [UInt8](repeating: 0, count: fileByteCountMax + 1)
    var filled = 0
    while filled < file.count {
      let count = file.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(errno) }
      if count == 0 { break }
      filled += count
    }
    file.removeLast(file.count - filled)
    return try KeyRing(parsing: file)
  }

  /// Creates the file with 0600 and syncs it; refuses to replace one (`unwritable(EEXIST)`).
  package func create(path: String) throws(FileRefusal) {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable(errno) }
    defer { close(descriptor) }
    let bytes = Array(fileText.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .unwritable(errno) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw .unwritable(errno) }
  }
}
