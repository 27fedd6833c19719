import COpenSSL

/// AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D). With random nonces a key
/// carries at most 2³² messages (§8.3), hence the derived keys of ``KeyUse``.
package enum AEAD {
  package static let nonceByteCount = 12
  package static let tagByteCount = 16

  /// The ciphertext, as long as the plaintext, followed by the tag. The nonce has 12 bytes and is
  /// never used twice with a key.
  package static func seal(
    _ plaintext: [UInt8], key: Key256, nonce: [UInt8], authenticating additional: [UInt8]
  ) -> [UInt8] {
    precondition(nonce.count == nonceByteCount)
    let context = ThreadContexts.takeCipher()
    defer { release(context) }
    start(context, key, nonce, isSealing: 1)
    authenticate(context, additional)
    return [UInt8](
      unsafeUninitializedCapacity: plaintext.count + tagByteCount
    ) { output, count in
      var written: CInt = 0
      var isDone = plaintext.isEmpty
      if !isDone {
        isDone =
          EVP_CipherUpdate(
            context, output.baseAddress, &written, plaintext, CInt(plaintext.count)) == 1
      }
      let tag = output.baseAddress.map { $0 + plaintext.count }
      isDone = isDone && EVP_CipherFinal_ex(context, tag, &written) == 1
      isDone =
        isDone
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tagByteCount), tag) == 1
      precondition(isDone, "AES-256-GCM cannot seal")
      count = plaintext.count + tagByteCount
    }
  }

  /// Nil when the tag does not authenticate ciphertext, nonce and additional bytes under this key;
  /// nothing of the plaintext is seen then.
  package static func open(
    _ sealed: UnsafeRawBufferPointer, key: Key256, nonce: [UInt8],
    authenticating additional: [UInt8]
  ) -> [UInt8]? {
    guard sealed.count >= tagByteCount, nonce.count == nonceByteCount else { return nil }
    guard sealed.count <= Int(CInt.max) else { return nil }
    let context = ThreadContexts.takeCipher()
    defer { release(context) }
    start(context, key, nonce, isSealing: 0)
    authenticate(context, additional)
    let textByteCount = sealed.count - tagByteCount
    var tag = [UInt8](sealed[textByteCount...])
    var written: CInt = 0
    var isAuthentic = false
    let plaintext = [UInt8](unsafeUninitializedCapacity: textByteCount) { output, count in
      let input = sealed.bindMemory(to: UInt8.self).baseAddress
      var isDone = textByteCount == 0
      if !isDone {
        isDone =
          EVP_CipherUpdate(context, output.baseAddress, &written, input, CInt(textByteCount)) == 1
      }
      isDone =
        isDone
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CInt(tagByteCount), &tag) == 1
      var rest: UInt8 = 0
      isAuthentic = isDone && EVP_CipherFinal_ex(context, &rest, &written) == 1
      count = isAuthentic ? textByteCount : 0
    }
    return isAuthentic ? plaintext : nil
  }

  private static func start(
    _ context: OpaquePointer, _ key: Key256, _ nonce: [UInt8], isSealing: CInt
  ) {
    let result = key.withBytes { key in
      EVP_CipherInit_ex2(
        context, Algorithms.aes256GCM, key.bindMemory(to: UInt8.self).baseAddress, nonce,
        isSealing, nil)
    }
    precondition(result == 1, "AES-256-GCM cannot start")
  }

  private static func authenticate(_ context: OpaquePointer, _ additional: [UInt8]) {
    guard !additional.isEmpty else { return }
    var written: CInt = 0
    let result = EVP_CipherUpdate(context, nil, &written, additional, CInt(additional.count))
    precondition(result == 1, "AES-256-GCM cannot authenticate")
  }

  /// Forgets the key schedule before the thread keeps the context.
  private static func release(_ context: OpaquePointer) {
    EVP_CIPHER_CTX_reset(context)
    ThreadContexts.giveBack(cipher: context)
  }
}
