import Foundation

/// A file of the repository, read as text.
struct SourceFile: Sendable {
  /// Relative to the repository's root, `Sources/Insurer/Claims/Claims.swift`.
  let path: String
  let text: String
  /// Swift only: the text with comments and the contents of string literals blanked, line by line as it stood.
  let code: String
  /// Swift only: words of the code that begin with a capital and are no member of something, with their lines.
  let capitalizedNames: [(line: Int, name: String)]
  /// Swift only: the string literals with the line each begins on.
  let literals: [(line: Int, text: String)]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    if path.hasSuffix(".swift") {
      var scanner = SwiftScanner(text)
      scanner.scan()
      code = String(decoding: scanner.code, as: UTF8.self)
      literals = scanner.literals
      capitalizedNames = SwiftScanner.capitalizedNames(in: scanner.code)
    } else {
      capitalizedNames = []
      code = ""
      literals = []
    }
  }

  var name: String { String(path.split(separator: "/").last ?? "") }
  var folders: [Substring] { path.split(separator: "/").dropLast() }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Tables of data may be as long as the data is.
  var isTable: Bool { name.hasSuffix("Table.swift") }

  /// `Sources/Insurer/Claims/ClaimStore.swift` → `Claims`; nil for what lies beside the feature folders.
  func feature(of target: String) -> String? {
    guard folders.count >= 3, folders[0] == "Sources", folders[1] == target else { return nil }
    return String(folders[2])
  }
}

/// The repository as it lies on the disk, without what git ignores.
enum Tree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let swift: [SourceFile] = files(in: ["Sources", "Tests"], endings: ["swift"]) + [read("Package.swift")]
  static let sources: [SourceFile] = swift.filter { $0.path.hasPrefix("Sources/") }
  static let tests: [SourceFile] = swift.filter { $0.path.hasPrefix("Tests/") }
  static let templates: [SourceFile] = files(in: ["Sources/Web/Resources/templates"], endings: ["mustache"])
  static let strings: [SourceFile] = files(in: ["Sources/Web/Resources/strings"], endings: ["json"])
  static let prose: [SourceFile] =
    files(in: ["docs", "bin", ".ci", "Benchmarks"], endings: nil)
    + files(in: ["Sources"], endings: ["md", "sql", "css", "js", "yaml", "mustache", "json"])
    + ["README.md", "STYLE.md", "CONTRIBUTING.md", "CHANGELOG.md", "openapi.yaml"].compactMap(readIfThere)

  static func read(_ path: String) -> SourceFile { readIfThere(path) ?? SourceFile(path: path, text: "") }

  static func readIfThere(_ path: String) -> SourceFile? {
    guard let data = try? Data(contentsOf: root.appending(path: path)) else { return nil }
    return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
  }

  /// Every file under `folders`, in the order of their paths.
  static func files(in folders: [String], endings: Set<String>?) -> [SourceFile] {
    var paths: [String] = []
    for folder in folders {
      let names = try? FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
      for name in names ?? [] where !name.hasPrefix(".") {
        let ending = name.contains(".") ? String(name.split(separator: ".").last ?? "") : ""
        if endings?.contains(ending) ?? true { paths.append("\(folder)/\(name)") }
      }
    }
    return paths.sorted().compactMap(readFile)
  }

  private static func readFile(_ path: String) -> SourceFile? {
    var isFolder: ObjCBool = false
    let full = root.appending(path: path).path
    guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue else { return nil }
    return readIfThere(path)
  }
}
