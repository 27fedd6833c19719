internal import HTTP2

// The parts of a call that differ where its peer does not speak gRPC proper.

// MARK: - The answer

extension ServerCall {
  /// The initial metadata. A unary answer of Connect waits for its status, which is part of it.
  func sendWebHeaders(before message: ResponseMessage?) {
    guard let web, wire != .connectUnary else { return }
    areHeadersSent = true
    chooseEncoding(for: message)
    var builder = web.shape.start()
    if answerEncoding == .gzip {
      builder.append(
        wire == .connectStreaming ? "connect-content-encoding" : "grpc-encoding", "gzip")
    }
    builder.append(initialMetadata)
    connection.session.respond(stream, HeaderBlock(builder))
    connection.noteOutput()
  }

  /// A message, after the headers.
  func writeWeb(_ message: ResponseMessage) {
    guard let web else { return }
    if wire == .connectUnary { chooseEncoding(for: message) }
    let packed = deflated(message)
    if wire == .connectUnary {
      web.answer = packed ?? message.bytes
      web.isAnswerPacked = packed != nil
    } else {
      connection.session.write(
        stream, web.shape.framed(packed == nil ? 0 : 1, packed ?? message.bytes))
    }
  }

  /// The status, after everything else.
  func sendWeb(_ status: Status) {
    guard let shape = web?.shape else { return }
    switch wire {
    case .connectUnary:
      connection.send(connectAnswer(status), on: stream)
    case .connectStreaming:
      end(with: ConnectEnd.envelope(status, trailingMetadata))
    case .grpcWeb, .grpcWebText, .grpc:
      if areHeadersSent || !initialMetadata.isEmpty {
        end(with: shape.trailersFrame(status, trailingMetadata))
      } else {
        connection.send(shape.trailersOnly(status, trailingMetadata), on: stream)
      }
    }
  }

  private func end(with bytes: [UInt8]) {
    if !areHeadersSent { sendWebHeaders(before: nil) }
    connection.session.write(stream, bytes)
    connection.session.finish(stream)
  }
}

// MARK: - The request

extension ServerCall {
  /// Bytes of the body.
  func receiveWeb(_ bytes: UnsafeRawBufferPointer) {
    guard phase != .ended, interruption == nil else {
      uncreditedByteCount = 0
      discharge(bytes.count)
      connection.discard(bytes.count, on: stream)
      return
    }
    guard wire != .connectUnary else {
      receiveBare(bytes)
      return
    }
    guard web?.text != nil else {
      deframe(bytes)
      return
    }
    guard let decoded = web?.text?.decode(bytes) else {
      reject(.bodyNoBase64)
      creditEverything()
      return
    }
    discharge(bytes.count - decoded.count)
    decoded.withUnsafeBytes { deframe($0) }
  }
}

extension Status {
  static let bodyNoBase64 = Status(
    .internal, .requestMalformed,
    "the request's body is no base64, which its content-type says it is")
}
