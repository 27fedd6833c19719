/// Which statements of the catalogue one connection has prepared, and in which generation.
struct PreparedStatements {
  enum State {
    case absent, ready
    /// Prepared, but for a table that has changed since: DEALLOCATE first.
    case stale
  }

  /// Lists have many shapes; the oldest gives way.
  static let shapesMax = 128

  /// By number; 0 is absent.
  private var generations: [UInt32] = []
  private var shapes: [Int] = []

  func state(of number: Int, generation: UInt32) -> State {
    switch self.generation(of: number) {
    case nil: .absent
    case generation: .ready
    default: .stale
    }
  }

  func generation(of number: Int) -> UInt32? {
    guard number < generations.count, generations[number] != 0 else { return nil }
    return generations[number]
  }

  mutating func insert(_ number: Int, generation: UInt32, isShape: Bool) {
    while generations.count <= number { generations.append(0) }
    generations[number] = generation
    if isShape, !shapes.contains(number) { shapes.append(number) }
  }

  /// The statement whose place `number` takes, which must be deallocated.
  mutating func makeRoom(for number: Int, isShape: Bool) -> Int? {
    guard isShape, generation(of: number) == nil, shapes.count >= Self.shapesMax else {
      return nil
    }
    let oldest = shapes.removeFirst()
    guard generation(of: oldest) != nil else { return nil }
    generations[oldest] = 0
    return oldest
  }

  mutating func remove(_ number: Int) {
    guard number < generations.count else { return }
    generations[number] = 0
  }
}
