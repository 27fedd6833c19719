import COpenSSL
import Glibc

/// The OpenSSL contexts a thread keeps for its next digest or cipher, so that neither costs an
/// allocation. Taken while in use, so nested digests get one of their own.
final class ThreadContexts {
  private var digest: OpaquePointer?
  private var cipher: OpaquePointer?

  deinit {
    EVP_MD_CTX_free(digest)
    EVP_CIPHER_CTX_free(cipher)
  }

  static func takeDigest() -> OpaquePointer {
    let contexts = current
    if let kept = contexts.digest {
      contexts.digest = nil
      return kept
    }
    // Never nil unless memory is exhausted.
    guard let made = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
    return made
  }

  static func giveBack(digest context: OpaquePointer) {
    let contexts = current
    if contexts.digest == nil { contexts.digest = context } else { EVP_MD_CTX_free(context) }
  }

  static func takeCipher() -> OpaquePointer {
    let contexts = current
    if let kept = contexts.cipher {
      contexts.cipher = nil
      return kept
    }
    // Never nil unless memory is exhausted.
    guard let made = EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
    return made
  }

  static func giveBack(cipher context: OpaquePointer) {
    let contexts = current
    if contexts.cipher == nil { contexts.cipher = context } else { EVP_CIPHER_CTX_free(context) }
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let result = pthread_key_create(&key) { stored in
      if let stored { Unmanaged<ThreadContexts>.fromOpaque(stored).release() }
    }
    precondition(result == 0, "no thread-specific key is left")
    return key
  }()

  private static var current: ThreadContexts {
    if let stored = pthread_getspecific(key) {
      return Unmanaged<ThreadContexts>.fromOpaque(stored).takeUnretainedValue()
    }
    let made = ThreadContexts()
    pthread_setspecific(key, Unmanaged.passRetained(made).toOpaque())
    return made
  }
}

/// Algorithms fetched once: OpenSSL 3 looks an unfetched one up by name for every use.
enum Algorithms {
  // Safety: written once before the first use; EVP_MD is immutable and never freed.
  nonisolated(unsafe) static let sha256: OpaquePointer = {
    guard let fetched = EVP_MD_fetch(nil, "SHA256", nil) else {
      // Never nil: every libcrypto has it.
      preconditionFailure("libcrypto has no SHA-256")
    }
    return fetched
  }()

  // Safety: written once before the first use; EVP_CIPHER is immutable and never freed.
  nonisolated(unsafe) static let aes256GCM: OpaquePointer = {
    guard let fetched = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
      // Never nil: every libcrypto has it.
      preconditionFailure("libcrypto has no AES-256-GCM")
    }
    return fetched
  }()
}
