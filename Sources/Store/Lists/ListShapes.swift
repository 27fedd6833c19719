package import Postgres
import Synchronization

/// What the text of a list depends on: everything of a query but its values.
package protocol ListShape: Hashable, Sendable {
  /// A shape whose text serves this one and all that differ in their filter alone: every condition
  /// is in it, to be switched on by a parameter.
  var general: Self { get }
  /// The text, made of fragments that stand in the source.
  func compile() -> String
}

/// The texts of one kind of list. A text is kept as long as the process lives, here and in every
/// loop's catalogue of statements, so that callers must not be able to make any number of them:
/// beyond ``countMax`` shapes a query takes the text of its general one, of which there are few.
package final class ListShapes<Shape: ListShape>: Sendable {
  private struct Texts {
    var kept: [Shape: ListText] = [:]
    var general: [Shape: ListText] = [:]
  }

  package let countMax: Int
  private let texts = Mutex(Texts())

  package init(countMax: Int) {
    self.countMax = countMax
  }

  /// How many shapes have a text of their own, and how many general ones there are.
  package var counts: (kept: Int, general: Int) {
    texts.withLock { ($0.kept.count, $0.general.count) }
  }

  /// - Returns: the shape to bind by, which is the general one beyond the limit, and its text.
  package func find(_ shape: Shape) -> (shape: Shape, text: ListText) {
    texts.withLock { texts in
      if let text = texts.kept[shape] { return (shape, text) }
      if texts.kept.count < countMax {
        let text = ListText(shape.compile())
        texts.kept[shape] = text
        return (shape, text)
      }
      let general = shape.general
      if let text = texts.general[general] { return (general, text) }
      let text = ListText(general.compile())
      texts.general[general] = text
      return (general, text)
    }
  }
}
