import Testing

@Suite struct SizeTests {
  @Test func linesAreAtMost120CharactersWide() {
    var problems = Problems()
    for file in Tree.swift {
      for (index, line) in file.lines.enumerated() where line.utf8.count > 120 && line.count > 120 {
        problems.add(file, line: index + 1, "has \(line.count) characters")
      }
    }
    problems.expectNone("a line has at most 120 characters")
  }

  @Test func filesAreAtMost400LinesLong() {
    var problems = Problems()
    for file in Tree.swift where !file.isTable && file.lines.count > 401 {
      problems.add(file, "has \(file.lines.count - 1) lines")
    }
    problems.expectNone("a file has at most 400 lines; tables of data end in Table.swift")
  }

  @Test func functionsAreAtMost70LinesLong() {
    var problems = Problems()
    for file in Tree.swift where !file.isTable {
      for function in Functions.of(file.code) where function.length > 70 {
        problems.add(file, line: function.line, "\(function.name) has \(function.length) lines")
      }
    }
    problems.expectNone("a function has at most 70 lines")
  }

  @Test func theCounterOfFunctionsCounts() {
    let code = """
      protocol P {
        func none()
        init()
      }
      struct S {
        func one(
          a: Int = 1
        ) -> Int {
          if a { b }
        }
        init() { }
      }
      """
    let found = Functions.of(code).map { "\($0.name) \($0.line) \($0.length)" }
    #expect(found == ["one 6 5", "init 11 1"])
  }

  @Test func theScannerSeparatesCodeFromText() {
    let file = SourceFile(
      path: "a.swift", text: #"let a = "x // \(f("y{")) z" /* q */ + b // "c""# + "\nlet d = #\"\\(e)\"#")
    #expect(file.literals.map(\.text).sorted() == [#"\(e)"#, #"x // \(f("y{")) z"#, "y{"].sorted())
    #expect(!file.code.contains("z") && !file.code.contains("q") && !file.code.contains("c"))
    #expect(file.code.contains("+ b") && file.code.contains("let d"))
  }
}

/// The functions and initialisers with a body in a piece of blanked code.
enum Functions {
  struct Function {
    let name: String
    let line: Int
    let length: Int
  }

  static func of(_ code: String) -> [Function] {
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    var found: [Function] = []
    for (index, line) in lines.enumerated() {
      guard line.contains("func ") || line.contains("init") || line.contains("subscript"),
        let match = line.firstMatch(of: /(?:^|\s)(?:func\s+([^\s(<]+)|(init)[?]?\s*[(<]|(subscript)\s*[(<])/)
      else {
        continue
      }
      let before = line[..<match.range.lowerBound]
      guard !before.contains(/[.=({]/), let end = end(of: lines, from: index) else { continue }
      let name = match.output.1 ?? match.output.2 ?? match.output.3 ?? ""
      found.append(Function(name: String(name), line: index + 1, length: end - index + 1))
    }
    return found
  }

  /// The line of the body's closing brace; nil for a requirement of a protocol, which has none.
  private static func end(of lines: [Substring], from start: Int) -> Int? {
    var round = 0
    var curly = 0
    for index in start..<lines.count {
      if index > start, round == 0, curly == 0, !lines[index].contains(/^\s*(?:->|where|throws|async|\)|\{)/) {
        return nil
      }
      for character in lines[index].utf8 {
        switch character {
        case UInt8(ascii: "("): round += 1
        case UInt8(ascii: ")"): round -= 1
        case UInt8(ascii: "{") where round == 0: curly += 1
        case UInt8(ascii: "}") where round == 0:
          curly -= 1
          if curly <= 0 { return curly < 0 ? nil : index }
        default: break
        }
      }
    }
    return nil
  }
}
