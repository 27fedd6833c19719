/// The one of `names` a person most likely meant by `name`: at most a third of its letters away
/// (insertions, deletions, replacements, swaps of neighbours), nil when none is that near.
package func nearestName(to name: String, among names: [String]) -> String? {
  let wanted = Array(name.utf8)
  var best: (name: String, distance: Int)?
  for candidate in names {
    let distance = editDistance(wanted, Array(candidate.utf8))
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  guard let best, best.distance <= max(2, wanted.count / 3) else { return nil }
  return best.name
}

/// Optimal string alignment distance, O(a · b) time, three rows.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var before = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(last[j] + 1, row[j - 1] + 1, replaced)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], before[j - 2] + 1)
      }
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}
