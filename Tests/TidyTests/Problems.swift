import Testing

/// What a tidy test found, one line a finding: `path:line says what`.
struct Problems {
  private(set) var found: [String] = []

  mutating func add(_ file: SourceFile, line: Int? = nil, _ message: String) {
    found.append(line.map { "\(file.path):\($0) \(message)" } ?? "\(file.path) \(message)")
  }

  mutating func add(_ message: String) { found.append(message) }

  func expectNone(_ rule: Comment, sourceLocation: SourceLocation = #_sourceLocation) {
    for problem in found {
      Issue.record("\(rule): \(problem)", sourceLocation: sourceLocation)
    }
  }
}

extension SourceFile {
  /// The numbers of the code lines on which `pattern` occurs.
  func codeLines(matching pattern: Regex<Substring>) -> [Int] {
    codeLines.enumerated().filter { $0.element.contains(pattern) }.map { $0.offset + 1 }
  }
}
