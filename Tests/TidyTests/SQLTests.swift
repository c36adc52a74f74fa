import Crypto
import Testing

@Suite struct SQLTests {
  private static var statement: Regex<Substring> {
    /\b(?:SELECT\s[\s\S]*\bFROM|INSERT INTO|UPDATE \w+\s+SET|DELETE FROM|CREATE (?:TABLE|INDEX|UNIQUE)|WHERE \w+)\b/
  }

  private static func mayHoldSQL(_ file: SourceFile) -> Bool {
    file.path.hasPrefix("Sources/Storage/") || isStore(file) || file.path.hasPrefix("Sources/Insurer/Facts/FactCatalog")
      || file.path == "Sources/TestKit/TestDatabase.swift"
  }

  @Test func statementsStandInStores() {
    var problems = Problems()
    for file in Tree.sources where !Self.mayHoldSQL(file) {
      for literal in file.literals where literal.text.contains(Self.statement) {
        problems.add(file, line: literal.line, "holds SQL")
      }
    }
    problems.expectNone("SQL stands in Storage and in *Store.swift")
  }

  private static func isStore(_ file: SourceFile) -> Bool { file.name.contains(/Store(\+\w+)?\.swift$/) }

  @Test func storesAreInternal() {
    // The predicate of visible rows is handed to the database when it is opened.
    let opening = "Sources/Insurer/Access/VisibilityStore.swift"
    var problems = Problems()
    for file in Tree.sources
    where file.path.hasPrefix("Sources/Insurer/") && file.path != opening && Self.isStore(file) {
      for line in file.codeLines(matching: /^\s*(?:package|public)\s/) {
        problems.add(file, line: line, "is visible outside the business")
      }
    }
    problems.expectNone("stores are internal: a page cannot go round an act")
  }

  @Test func oneTextServesBothEngines() {
    let apart = /\b(?:now\(\)|datetime\(|strftime\(|string_agg|group_concat|SKIP LOCKED|LATERAL|ILIKE|::\w+|rowid)\b/
    let twins = /(?:[Ss]qlite|SQLite|[Pp]ostgres|PostgreSQL|engine)/
    var problems = Problems()
    for file in Tree.sources where file.path.hasPrefix("Sources/Insurer/") && Self.mayHoldSQL(file) {
      for literal in file.literals where literal.text.contains(apart) && !file.text.contains(twins) {
        problems.add(file, line: literal.line, "is one engine's SQL")
      }
    }
    problems.expectNone("SQL is one text; what only one engine knows stands in functions named for it")
  }

  /// Released migrations are history: a change is a new file. `sha256sum` of the listed files must not change.
  @Test func releasedMigrationsStayAsTheyWere() {
    let folder = "Sources/Insurer/Resources/migrations"
    var listed: [String: String] = [:]
    for line in Tree.read("Tests/TidyTests/migrations.sha256").lines {
      let parts = line.split(separator: " ")
      if parts.count == 2 { listed[String(parts[1])] = String(parts[0]) }
    }
    var problems = Problems()
    for file in Tree.files(in: [folder], endings: ["sql"]) {
      guard let sum = listed.removeValue(forKey: file.name) else {
        problems.add(file, "is not listed: run (cd \(folder) && sha256sum *.sql) > Tests/TidyTests/migrations.sha256")
        continue
      }
      let now = SHA256.hash(data: Array(file.text.utf8)).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }.joined()
      if now != sum { problems.add(file, "has changed since its release; write a new migration") }
    }
    for name in listed.keys.sorted() { problems.add("\(folder)/\(name) is gone") }
    problems.expectNone("released migrations stay as they were")
  }
}
