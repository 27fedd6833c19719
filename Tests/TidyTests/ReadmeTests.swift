import Testing

@Suite struct `The README` {
  private let repository = Repository.shared

  @Test func `has only living links`() {
    let text = repository.text("README.md")
    let anchors = Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { anchor(of: $0) })
    var dead: [Substring] = []
    for match in text.matches(of: /\]\(([^)\s]+)\)/) {
      let target = match.1
      if target.hasPrefix("http") { continue }
      let isAlive =
        target.hasPrefix("#")
        ? anchors.contains(String(target.dropFirst()))
        : repository.exists(String(target.split(separator: "#").first ?? ""))
      if !isAlive { dead.append(target) }
    }
    #expect(dead == [])
  }

  @Test func `names only paths that exist`() {
    let text = repository.text("README.md")
    let path = /`((?:scripts|Sources|Tests|proto|docker)\/[\w.\/+-]*)/
    let missing = text.matches(of: path).map { String($0.1) }.filter { !repository.exists($0) }
    #expect(missing == [])
    #expect(!text.isEmpty)
  }

  @Test func `lists every target of Sources`() {
    let text = repository.text("README.md")
    let targets = Set(repository.files.filter { $0.path.hasPrefix("Sources/") }.map(\.target))
    #expect(targets.filter { !text.contains("`\($0)`") }.sorted() == [])
  }

  private func anchor(of heading: Substring) -> String {
    let title = heading.drop { $0 == "#" || $0 == " " }.lowercased()
    return String(title.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" })
      .replacing(" ", with: "-")
  }
}
