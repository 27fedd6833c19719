internal import CNghttp2
internal import Glibc

/// Memory for the library's small blocks, kept in lists by size: the library allocates seven
/// times a call, more blocks at once than malloc's own cache holds. For one thread.
struct LibraryMemory: ~Copyable {
  /// Blocks up to 512 octets, in steps of 16.
  private static let classCount = 33
  private static let isLarge = UInt(classCount)
  /// Free blocks kept of one size.
  private static let keptMax: UInt32 = 1024
  /// Before each block: its class and its size. Keeps blocks aligned to 16 octets.
  private static let prefix = 16

  private var free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private var kept: UnsafeMutablePointer<UInt32>

  init() {
    free = .allocate(capacity: Self.classCount)
    free.initialize(repeating: nil, count: Self.classCount)
    kept = .allocate(capacity: Self.classCount)
    kept.initialize(repeating: 0, count: Self.classCount)
  }

  deinit {
    for index in 0..<Self.classCount {
      var next = free[index]
      while let block = next {
        next = block.load(as: UnsafeMutableRawPointer?.self)
        Glibc.free(block - Self.prefix)
      }
    }
    free.deallocate()
    kept.deallocate()
  }

  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let index = (byteCount &+ 15) >> 4
    guard byteCount >= 0, index < Self.classCount else { return allocateLarge(byteCount) }
    if let block = free[index] {
      free[index] = block.load(as: UnsafeMutableRawPointer?.self)
      kept[index] &-= 1
      return block
    }
    guard let memory = malloc(max(index, 1) << 4 + Self.prefix) else { return nil }
    return label(memory, UInt(index), index << 4)
  }

  mutating func release(_ block: UnsafeMutableRawPointer?) {
    guard let block else { return }
    let index = (block - 16).load(as: UInt.self)
    guard index < Self.classCount, kept[Int(index)] < Self.keptMax else {
      Glibc.free(block - Self.prefix)
      return
    }
    block.storeBytes(of: free[Int(index)], as: UnsafeMutableRawPointer?.self)
    free[Int(index)] = block
    kept[Int(index)] &+= 1
  }

  mutating func reallocate(
    _ block: UnsafeMutableRawPointer?, _ byteCount: Int
  ) -> UnsafeMutableRawPointer? {
    guard let block else { return allocate(byteCount) }
    let held = (block - 8).load(as: Int.self)
    if byteCount >= 0, byteCount <= held { return block }
    guard let grown = allocate(byteCount) else { return nil }
    grown.copyMemory(from: block, byteCount: held)
    release(block)
    return grown
  }

  private func allocateLarge(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let (total, overflow) = byteCount.addingReportingOverflow(Self.prefix)
    guard byteCount >= 0, !overflow, let memory = malloc(total) else { return nil }
    return label(memory, Self.isLarge, byteCount)
  }

  private func label(
    _ memory: UnsafeMutableRawPointer, _ index: UInt, _ byteCount: Int
  ) -> UnsafeMutableRawPointer {
    memory.storeBytes(of: index, as: UInt.self)
    memory.storeBytes(of: byteCount, toByteOffset: 8, as: Int.self)
    return memory + Self.prefix
  }
}

/// The library's view of the memory at `pointer`, which must outlive all sessions made with it.
func libraryMemory(_ pointer: UnsafeMutablePointer<LibraryMemory>) -> nghttp2_mem {
  nghttp2_mem(
    mem_user_data: pointer,
    malloc: { byteCount, memory in
      memory?.assumingMemoryBound(to: LibraryMemory.self).pointee.allocate(byteCount)
    },
    free: { block, memory in
      memory?.assumingMemoryBound(to: LibraryMemory.self).pointee.release(block)
    },
    calloc: { count, size, memory in
      let (byteCount, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      let memory = memory?.assumingMemoryBound(to: LibraryMemory.self)
      guard let block = memory?.pointee.allocate(byteCount) else { return nil }
      memset(block, 0, byteCount)
      return block
    },
    realloc: { block, byteCount, memory in
      memory?.assumingMemoryBound(to: LibraryMemory.self).pointee.reallocate(block, byteCount)
    })
}
