import Testing

@Suite struct FeatureTests {
  private static let insurer = Tree.sources.filter { $0.feature(of: "Insurer") != nil }

  /// The features in the order of docs/adr/0001: each may use those before it.
  private static let order: [String] = {
    let adr = Tree.files(in: ["docs/adr"], endings: ["md"]).first { $0.name.hasPrefix("0001") }
    let parts = (adr?.text ?? "").components(between: "```layers\n", and: "```")
    return parts.split(separator: "\n").flatMap { $0.split(separator: " ") }.map(String.init)
  }()

  @Test func everyFeatureHasItsLayer() {
    var problems = Problems()
    for feature in Set(Self.insurer.compactMap { $0.feature(of: "Insurer") }).sorted()
    where feature != "Resources" && !Self.order.contains(feature) {
      problems.add("Sources/Insurer/\(feature) is not in the layers of docs/adr/0001")
    }
    problems.expectNone("the order of features is written down")
  }

  @Test func everyFeatureHasTests() {
    var problems = Problems()
    for target in ["Insurer", "Web"] {
      let sources = Tree.sources.filter { $0.feature(of: target) != nil && !$0.path.contains("/Resources/") }
      for (feature, files) in Dictionary(grouping: sources, by: { $0.feature(of: target) ?? "" }) {
        // A feature's pages are also tested where all pages are, by their types.
        let types = Set(files.flatMap { Self.declaredTypes(in: $0) })
        let tested = Tree.tests.contains { file in
          guard file.code.contains("@Test") else { return false }
          let inFolder = file.path.hasPrefix("Tests/\(target)Tests/\(feature)/")
          return inFolder || target == "Web" && file.capitalizedNames.contains { types.contains($0.name) }
        }
        if !tested { problems.add("Sources/\(target)/\(feature) has no test in Tests/\(target)Tests/\(feature)/") }
      }
    }
    problems.expectNone("a feature folder has tests")
  }

  private static func declaredTypes(in file: SourceFile) -> [String] {
    let declaration = /^(?:package |public |private |final |indirect )*(?:struct|class|enum|protocol|actor) (\w+)/
    return file.codeLines.compactMap { $0.firstMatch(of: declaration).map { String($0.output.1) } }
  }

  /// Types declared at the left margin of one feature only, with the feature.
  private static let owners: [String: String] = {
    var owners: [String: Set<String>] = [:]
    for file in insurer {
      guard let feature = file.feature(of: "Insurer") else { continue }
      for name in declaredTypes(in: file) { owners[name, default: []].insert(feature) }
    }
    return owners.compactMapValues { $0.count == 1 ? $0.first : nil }
  }()

  /// Names that a feature declares itself, inside its types too: they hide another feature's of the same name.
  private static let declared: [String: Set<String>] = {
    var declared: [String: Set<String>] = [:]
    for file in insurer {
      guard let feature = file.feature(of: "Insurer") else { continue }
      for match in file.code.matches(of: /\b(?:struct|class|enum|protocol|actor|typealias|case) (\w+)/) {
        declared[feature, default: []].insert(String(match.output.1))
      }
    }
    return declared
  }()

  private static func uses() -> [(file: SourceFile, line: Int, feature: String, name: String, owner: String)] {
    var uses: [(file: SourceFile, line: Int, feature: String, name: String, owner: String)] = []
    for file in insurer {
      guard let feature = file.feature(of: "Insurer") else { continue }
      for (line, name) in file.capitalizedNames {
        guard let owner = owners[name], owner != feature, !(declared[feature]?.contains(name) ?? false) else {
          continue
        }
        uses.append((file, line, feature, name, owner))
      }
    }
    return uses
  }

  @Test func featuresUseOnlyThoseBeforeThem() {
    var problems = Problems()
    for use in Self.uses() {
      guard let user = Self.order.firstIndex(of: use.feature), let owner = Self.order.firstIndex(of: use.owner),
        owner > user
      else { continue }
      problems.add(use.file, line: use.line, "\(use.feature) uses \(use.name) of \(use.owner), a later layer")
    }
    problems.expectNone("a feature uses only those before it")
  }

  @Test func featuresCallDoorsNotStores() {
    var problems = Problems()
    for use in Self.uses() where use.name.hasSuffix("Store") {
      problems.add(use.file, line: use.line, "\(use.feature) uses \(use.name) of \(use.owner)")
    }
    problems.expectNone("a feature calls another's door, never its store")
  }
}

extension String {
  /// What stands between the first `start` and the next `end`, or nothing.
  func components(between start: String, and end: String) -> String {
    guard let from = firstRange(of: start)?.upperBound, let to = self[from...].firstRange(of: end)?.lowerBound else {
      return ""
    }
    return String(self[from..<to])
  }
}
