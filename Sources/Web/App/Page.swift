/// A value that a template prints: it lists its tags once, and the compiler of templates and the contract test
/// read that list (decision 29). Nothing is reflected. Everything in it is ready to print.
package protocol Part: Sendable {
  static var tags: Tags<Self> { get }
}

/// A whole page or a fragment with a template of its own.
package protocol Page: Part {
  /// Below `Resources/templates`, without the extension: `customers/list`.
  static var template: String { get }
  /// A page with every section filled, for the contract test and for looking at.
  static var sample: Self { get }
}

/// The tags of a part by name.
package typealias Tags<P: Part> = [String: Tag<P>]

/// One tag's meaning. Where the template opens a section with it, its truth decides.
package struct Tag<P: Part>: Sendable {
  typealias Write = @Sendable (P, inout Output) -> Void
  typealias Body = @Sendable (TemplateCompiler, [TemplateNode]) throws -> Write

  /// Prints the value; nil for a tag that is only a section.
  let print: Write?
  let isTrue: @Sendable (P) -> Bool
  /// Compiles a section's body when it speaks of another part; nil when it stays with this one.
  let body: Body?

  /// Text, escaped. As a section it is true when there is some.
  package static func text(_ get: @escaping @Sendable (P) -> String?) -> Tag {
    Tag(
      print: { part, out in if let text = get(part) { out.escape(text) } },
      isTrue: { get($0)?.isEmpty == false }, body: nil)
  }

  package static func flag(_ get: @escaping @Sendable (P) -> Bool) -> Tag {
    Tag(print: nil, isTrue: get, body: nil)
  }

  /// Bytes that are HTML already: what another template made.
  package static func html(_ get: @escaping @Sendable (P) -> [UInt8]) -> Tag {
    Tag(print: { part, out in out.append(get(part)) }, isTrue: { !get($0).isEmpty }, body: nil)
  }

  /// The name of an icon in our sprite, printed as a reference to it.
  package static func icon(_ get: @escaping @Sendable (P) -> String) -> Tag {
    Tag(print: { part, out in out.append(Icon.html(get(part))) }, isTrue: { !get($0).isEmpty }, body: nil)
  }

  /// A section repeated for each row.
  package static func rows<R: Part>(_ get: @escaping @Sendable (P) -> [R]) -> Tag {
    Tag(print: nil, isTrue: { !get($0).isEmpty }) { compiler, nodes in
      let body = try compiler.compile(nodes, as: R.self)
      return { part, out in for row in get(part) { body(row, &out) } }
    }
  }

  /// A section printed when the part is there.
  package static func part<R: Part>(_ get: @escaping @Sendable (P) -> R?) -> Tag {
    Tag(print: nil, isTrue: { get($0) != nil }) { compiler, nodes in
      let body = try compiler.compile(nodes, as: R.self)
      return { part, out in if let inner = get(part) { body(inner, &out) } }
    }
  }
}

/// Bytes on their way to the answer.
package struct Output: Sendable {
  package private(set) var bytes: [UInt8] = []

  init(capacity: Int = 32_768) { bytes.reserveCapacity(capacity) }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
  mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The text with the five characters that HTML gives a meaning replaced.
  mutating func escape(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices {
        guard let replacement = Output.replacement(of: utf8[index]) else { continue }
        bytes.append(contentsOf: utf8[start..<index])
        append(replacement)
        start = index + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
  }

  private static func replacement(of byte: UInt8) -> StaticString? {
    guard byte <= 0x3E else { return nil }
    switch byte {
    case 0x22: return "&quot;"
    case 0x26: return "&amp;"
    case 0x27: return "&#39;"
    case 0x3C: return "&lt;"
    case 0x3E: return "&gt;"
    default: return nil
    }
  }
}
