/// Turns a template into one closure over a part's values: names are looked up here, once, not on every page.
/// A tag that the part does not have is an error, so a page cannot print nothing by mistake.
final class TemplateCompiler {
  private let sources: [String: [TemplateNode]]
  private let words: Words
  private let assets: Assets
  private var open: [String] = []
  /// Every tag and word that some template uses, for the tests: `CustomerOverviewPage.name`, `t.customers.title`.
  private(set) var used: Set<String> = []

  init(sources: [String: [TemplateNode]], words: Words, assets: Assets) {
    self.sources = sources
    self.words = words
    self.assets = assets
  }

  func compile<P: Part>(template name: String, as type: P.Type) throws -> Tag<P>.Write {
    guard let nodes = sources[name] else { throw TemplateError(template: name, line: 0, reason: "no such file") }
    guard open.count < 20 else { throw TemplateError(template: name, line: 0, reason: "partials go round in a circle") }
    open.append(name)
    defer { open.removeLast() }
    return try compile(nodes, as: type)
  }

  func compile<P: Part>(_ nodes: [TemplateNode], as type: P.Type) throws -> Tag<P>.Write {
    var steps: [Tag<P>.Write] = []
    var constant: [UInt8] = []
    func flush() {
      guard !constant.isEmpty else { return }
      let bytes = constant
      steps.append { _, out in out.append(bytes) }
      constant = []
    }
    for node in nodes {
      switch node {
      case .text(let bytes): constant += bytes
      case .tag(let name, let line):
        if let bytes = try literal(name, line: line) {
          constant += bytes
        } else {
          flush()
          steps.append(try value(name, of: type, line: line))
        }
      case .section(let name, let inverted, let body, let line):
        flush()
        steps.append(try section(name, inverted: inverted, body, of: type, line: line))
      case .partial(let name, _):
        flush()
        steps.append(try compile(template: name, as: type))
      }
    }
    flush()
    return TemplateCompiler.sequence(steps)
  }

  private static func sequence<P: Part>(_ steps: [Tag<P>.Write]) -> Tag<P>.Write {
    if steps.count == 1 { return steps[0] }
    return { part, out in for step in steps { step(part, &out) } }
  }

  /// What is known when the template is compiled: words, icons, addresses of static files.
  private func literal(_ name: String, line: Int) throws -> [UInt8]? {
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let rest = String(name[name.index(after: dot)...])
    switch name[..<dot] {
    case "t":
      guard let word = words.find(rest) else { throw fault(line, "no word \(rest) in \(words.language.rawValue)") }
      used.insert(name)
      var out = Output(capacity: word.utf8.count)
      out.escape(word)
      return out.bytes
    case "icon":
      guard Icon.names.contains(rest) else { throw fault(line, "no icon \(rest)") }
      return Icon.html(rest)
    case "asset": return Array(assets.address(of: rest).utf8)
    default: return nil
    }
  }

  private func value<P: Part>(_ name: String, of type: P.Type, line: Int) throws -> Tag<P>.Write {
    let tag = try find(name, of: type, line: line)
    guard let write = tag.print else { throw fault(line, "{{\(name)}} of \(type) is a section") }
    return write
  }

  private func section<P: Part>(
    _ name: String, inverted: Bool, _ nodes: [TemplateNode], of type: P.Type, line: Int
  ) throws -> Tag<P>.Write {
    let once = name.hasSuffix("?")
    let tag = try find(once ? String(name.dropLast()) : name, of: type, line: line)
    let isTrue = tag.isTrue
    if inverted {
      let body = try compile(nodes, as: type)
      return { part, out in if !isTrue(part) { body(part, &out) } }
    }
    if !once, let make = tag.body { return try make(self, nodes) }
    let body = try compile(nodes, as: type)
    return { part, out in if isTrue(part) { body(part, &out) } }
  }

  private func find<P: Part>(_ name: String, of type: P.Type, line: Int) throws -> Tag<P> {
    guard let tag = P.tags[name] else { throw fault(line, "\(type) has no tag \(name)") }
    used.insert("\(type).\(name)")
    return tag
  }

  private func fault(_ line: Int, _ reason: String) -> TemplateError {
    TemplateError(template: open.last ?? "", line: line, reason: reason)
  }
}
