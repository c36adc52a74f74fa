import Testing

@Suite struct ImportTests {
  /// What each of our targets may import of ours: imports point one way (docs/adr/0001).
  private static let ours: [String: Set<String>] = [
    "Kernel": [],
    "Files": ["Kernel", "CZlib"],
    "Storage": ["Kernel", "CPostgres", "CZlib"],
    "Insurer": ["Kernel", "Storage", "Files", "CSodium"],
    "Adapters": ["Kernel", "Insurer"],
    "Web": ["Kernel", "Storage", "Files", "Insurer", "CZlib"],
    "TestKit": ["Kernel", "Storage", "Files", "Insurer", "Web"],
    "anban": ["Kernel", "Storage", "Files", "Insurer", "Web", "Adapters"],
  ]

  /// Libraries with one home each.
  private static let homes: [String: Set<String>] = [
    "GRDB": ["Storage"], "GRDBSQLite": ["Storage"], "CPostgres": ["Storage"], "CSodium": ["Insurer"],
    "Hummingbird": ["Web", "anban", "TestKit"], "HummingbirdCore": ["Web", "anban", "TestKit"],
    "HummingbirdTLS": ["Web"], "HummingbirdTesting": ["TestKit"], "Yams": ["Files", "Web"],
    "AsyncHTTPClient": ["Adapters"], "ArgumentParser": ["anban"], "HTTPTypes": ["Web", "TestKit"],
  ]

  private static func imports(of file: SourceFile) -> [(line: Int, module: String)] {
    file.codeLines.enumerated().compactMap { index, line in
      guard line.contains("import ") else { return nil }
      let pattern = /^\s*(?:@[A-Za-z]+ )?(?:package |public |internal )?import (?:struct |enum |class |func )?(\w+)/
      return line.firstMatch(of: pattern).map { (index + 1, String($0.output.1)) }
    }
  }

  @Test func importsPointOneWay() {
    var problems = Problems()
    for file in Tree.sources {
      let target = String(file.folders[1])
      for (line, module) in Self.imports(of: file) {
        if Self.ours.keys.contains(module) || module.hasPrefix("CPostgres") || module == "CSodium" || module == "CZlib",
          !(Self.ours[target] ?? []).contains(module)
        {
          problems.add(file, line: line, "\(target) may not import \(module)")
        }
        if let homes = Self.homes[module], !homes.contains(target) {
          problems.add(file, line: line, "only \(homes.sorted().joined(separator: ", ")) may import \(module)")
        }
      }
    }
    problems.expectNone("imports point one way: anban → Web → Insurer → Storage → Kernel")
  }

  @Test func testsUseSwiftTestingOnly() {
    var problems = Problems()
    for file in Tree.swift {
      for (line, module) in Self.imports(of: file) where module == "XCTest" {
        problems.add(file, line: line, "imports XCTest")
      }
    }
    problems.expectNone("tests are written with Swift Testing")
  }
}
