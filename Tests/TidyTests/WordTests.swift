import Testing

@Suite struct WordTests {
  @Test func namesSayWhatTheThingIs() {
    let banned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Base", "Impl", "Handler", "Processor"]
    let declaration = /\b(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)/
    var problems = Problems()
    for file in Tree.swift {
      let stem = file.name.replacing(".swift", with: "")
      if let word = banned.first(where: { stem.hasSuffix($0) }) { problems.add(file, "ends in \(word)") }
      for (index, line) in file.codeLines.enumerated() {
        for match in line.matches(of: declaration) {
          guard let word = banned.first(where: { match.output.1.hasSuffix($0) }) else { continue }
          problems.add(file, line: index + 1, "the type \(match.output.1) ends in \(word)")
        }
      }
    }
    problems.expectNone("a name says what the thing is; \(banned.joined(separator: ", ")) say nothing")
  }

  /// A word of code, where it may stand, and what to use instead.
  private struct Place {
    let word: @Sendable () -> Regex<Substring>
    let allowed: [String]
    let instead: String
  }

  private static let places = [
    Place(
      word: { /\bDate\(\)|\bDate\.now\b|\bDate\(timeIntervalSinceNow/ }, allowed: ["Sources/Kernel/Instant.swift"],
      instead: "take the time from tx.now or the Clock"),
    Place(word: { /\bUUID\(\)/ }, allowed: ["Sources/Storage/"], instead: "take ids from tx.newID()"),
    Place(
      word: { /\bprint\(|\bdebugPrint\(|\bdump\(/ }, allowed: ["Sources/anban/"],
      instead: "log, or print in the command line only"),
    Place(word: { /\btry!/ }, allowed: [], instead: "throw"),
    Place(word: { /\bas!/ }, allowed: [], instead: "use as? and say what is wrong"),
    Place(word: { /\bfatalError\(|\bpreconditionFailure\(/ }, allowed: [], instead: "throw AppError.broken"),
    Place(
      word: { /\bgetenv\(|\bsetenv\(|\.environment\[|processInfo\.environment/ },
      allowed: ["Sources/anban/", "Sources/Kernel/Config.swift", "Sources/TestKit/TestDatabase.swift"],
      instead: "settings arrive as a value"),
    Place(
      word: { /\b@unchecked Sendable|nonisolated\(unsafe\)/ }, allowed: ["Sources/Storage/", "Sources/Files/"],
      instead: "share values, or guard the state with a Mutex"),
  ]

  @Test func clocksIdsOutputAndSettingsHaveTheirPlaces() {
    var problems = Problems()
    for file in Tree.sources {
      for place in Self.places where !place.allowed.contains(where: { file.path.hasPrefix($0) }) {
        for line in file.codeLines(matching: place.word()) { problems.add(file, line: line, place.instead) }
      }
    }
    problems.expectNone("clocks, ids, output and settings have their places")
  }

  @Test func nothingIsLeftForLater() {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    var problems = Problems()
    for file in Tree.swift + Tree.prose {
      for (index, line) in file.lines.enumerated() {
        for word in line.split(whereSeparator: { !$0.isLetter }) where marks.contains(String(word)) {
          problems.add(file, line: index + 1, "leaves \(word)")
        }
      }
    }
    problems.expectNone("what is left for later belongs to the tracker")
  }

  @Test func noPathOfOneMachine() {
    let paths = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/tmp/w" + "t/", "/Us" + "ers/"]
    var problems = Problems()
    for file in Tree.swift + Tree.prose {
      for (index, line) in file.lines.enumerated() {
        for path in paths where line.contains(path) { problems.add(file, line: index + 1, "names \(path)") }
      }
    }
    problems.expectNone("paths are relative to the repository or come from settings")
  }

  @Test func everyTestRuns() {
    var problems = Problems()
    for file in Tree.tests {
      let lines = file.codeLines
      for (index, line) in lines.enumerated() {
        let before = index > 0 ? lines[index - 1] : ""
        if line.contains(/\bfunc test[A-Z_]/), !line.contains("@Test"), !before.contains("@Test"),
          !before.contains(")")
        {
          problems.add(file, line: index + 1, "is a test that never runs")
        }
        if [".disabled" + "(", "withKnown" + "Issue(", ".enabled" + "(if:"].contains(where: { line.contains($0) }) {
          problems.add(file, line: index + 1, "is skipped")
        }
      }
    }
    problems.expectNone("every test runs")
  }
}
