/// A template's syntax: Mustache without lambdas and without climbing out of a section.
///
///     {{name}}                 a tag of the part, escaped        {{#name}}…{{/name}}  while it is true, or each row
///     {{^name}}…{{/name}}      while it is not                   {{> shared/badge}}   another template, here
///     {{t.customers.title}}    a word in the page's language     {{icon.phone}}       an icon of our sprite
///     {{asset.css/app.css}}    the address of a static file      {{! a remark}}
///     {{#rows?}}…{{/rows?}}    once, when there are some
indirect enum TemplateNode: Sendable {
  case text([UInt8])
  case tag(String, line: Int)
  case section(String, inverted: Bool, [TemplateNode], line: Int)
  case partial(String, line: Int)
}

/// Why a template cannot be used: always found at the start, never while a page is printed.
struct TemplateError: Error, CustomStringConvertible {
  let template: String
  let line: Int
  let reason: String
  var description: String { "templates/\(template).mustache:\(line): \(reason)" }
}

struct TemplateParser {
  private let name: String
  private let source: Substring
  private var rest: Substring
  private var line = 1

  static func parse(_ source: String, named name: String) throws -> [TemplateNode] {
    var parser = TemplateParser(name: name, source: tighten(source)[...])
    return try parser.nodes(until: nil)
  }

  private init(name: String, source: Substring) {
    self.name = name
    self.source = source
    rest = source
  }

  /// Indentation serves the writer of the template, not its reader; line breaks stay, for line numbers.
  private static func tighten(_ source: String) -> String {
    source.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " || $0 == "\t" }) }.joined(separator: "\n")
  }

  private mutating func nodes(until open: String?) throws -> [TemplateNode] {
    var nodes: [TemplateNode] = []
    let opened = line
    while !rest.isEmpty {
      guard let start = rest.firstRange(of: "{{") else {
        append(rest, to: &nodes)
        rest = ""
        break
      }
      append(rest[..<start.lowerBound], to: &nodes)
      rest = rest[start.upperBound...]
      guard let end = rest.firstRange(of: "}}") else { throw fault("a tag is not closed") }
      let tag = rest[..<end.lowerBound]
      rest = rest[end.upperBound...]
      let name = tag.dropFirst().trimmingSpaces
      switch tag.first {
      case "!": break
      case "#": nodes.append(.section(name, inverted: false, try self.nodes(until: name), line: line))
      case "^": nodes.append(.section(name, inverted: true, try self.nodes(until: name), line: line))
      case ">": nodes.append(.partial(name, line: line))
      case "/":
        guard name == open else { throw fault("{{/\(name)}} closes nothing, open is \(open ?? "nothing")") }
        return nodes
      default: nodes.append(.tag(tag.trimmingSpaces, line: line))
      }
      line += tag.count { $0 == "\n" }
    }
    if let open { throw TemplateError(template: name, line: opened, reason: "{{#\(open)}} is not closed") }
    return nodes
  }

  private mutating func append(_ text: Substring, to nodes: inout [TemplateNode]) {
    line += text.count { $0 == "\n" }
    guard !text.isEmpty else { return }
    nodes.append(.text(Array(text.utf8)))
  }

  private func fault(_ reason: String) -> TemplateError { TemplateError(template: name, line: line, reason: reason) }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
