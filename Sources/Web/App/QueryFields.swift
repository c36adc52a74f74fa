import Insurer
import Kernel

/// Reads a request's query by name and gathers what is wrong with it. What nobody asked for is refused: a misspelt
/// filter would silently show everything.
package struct QueryFields {
  private var values: [String: String] = [:]
  private var asked: Set<String> = []
  private var errors: [FieldError] = []

  /// - Throws: `WebError.malformed` when the percent-encoding is broken, answered as 400.
  package init(_ query: String?) throws {
    for pair in (query ?? "").split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(halves[0])
      let value = halves.count == 2 ? try Self.decode(halves[1]) : ""
      if values.updateValue(value, forKey: name) != nil { fail(name, "REPEATED", "stands twice in the query") }
    }
  }

  /// Percent-encoding and `+` for a blank, back to text.
  package static func decode(_ text: Substring) throws -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(32)
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw malformed }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
    return text
  }

  private static let malformed = WebError.malformed(
    code: "QUERY_MALFORMED", "the query is not percent-encoded UTF-8")

  /// The value as it stands, without asking for it.
  package func peek(_ name: String) -> String? { values[name] }

  package mutating func fail(_ name: String, _ code: String, _ message: String) {
    errors.append(FieldError(name, code, message))
  }

  package mutating func text(_ name: String, limit: Int = 100) -> String? {
    asked.insert(name)
    guard let text = values[name] else { return nil }
    guard !text.isEmpty else {
      fail(name, ValidationCode.required.rawValue, ValidationCode.required.message)
      return nil
    }
    do { return try Reading.text(text, limit: limit) } catch {
      fail(name, error.code.rawValue, error.code.message)
      return nil
    }
  }

  package mutating func required(_ name: String, limit: Int = 100) -> String? {
    if values[name] == nil { fail(name, ValidationCode.required.rawValue, ValidationCode.required.message) }
    return text(name, limit: limit)
  }

  /// By its code alone: synonyms are for files.
  package mutating func code<Code: RawRepresentable>(
    _ name: String, as: Code.Type = Code.self
  ) -> Code? where Code.RawValue == String {
    guard let text = text(name) else { return nil }
    if let code = Code(rawValue: text) { return code }
    fail(name, ValidationCode.enumUnknown.rawValue, ValidationCode.enumUnknown.message)
    return nil
  }

  package mutating func flag(_ name: String) -> Bool {
    switch text(name) {
    case nil, "false": return false
    case "true": return true
    default:
      fail(name, ValidationCode.flagInvalid.rawValue, "true or false is expected")
      return false
    }
  }

  package mutating func id<Entity: Identified>(_ name: String, of: Entity.Type = Entity.self) -> ID<Entity>? {
    guard let text = text(name) else { return nil }
    if let id = ID<Entity>(text) { return id }
    fail(name, "ID_INVALID", "not an id, or a mistyped one")
    return nil
  }

  /// `limit` and `after`, as every list takes them.
  package mutating func page(parts: Int) -> Page {
    var limit = 20
    if let text = text("limit") {
      if let number = Int(text), (1...100).contains(number), text.utf8.allSatisfy({ (48...57).contains($0) }) {
        limit = number
      } else {
        fail("limit", ValidationCode.numberRange.rawValue, "a number from 1 to 100 is expected")
      }
    }
    guard let text = text("after", limit: 500) else { return Page(limit: limit, after: nil) }
    let after = Cursor.parse(text, parts: parts)
    if after == nil { fail("after", "CURSOR_INVALID", "not the `next` of a page before") }
    return Page(limit: limit, after: after)
  }

  /// Where the page starts, as `read` makes it of the key's parts; nil for the first page.
  package mutating func place<Place>(of page: Page, _ read: ([String]) -> Place?) -> Place? {
    guard let after = page.after else { return nil }
    let place = read(after)
    if place == nil { fail("after", "CURSOR_INVALID", "not the `next` of a page before") }
    return place
  }

  /// The same of lists that are sorted by a number, and by id where it is equal.
  package mutating func numbers(of page: Page) -> (value: Int64, id: Int64)? {
    place(of: page) { parts in
      Int64(parts[0]).flatMap { value in Int64(parts[1]).map { (value, $0) } }
    }
  }

  /// The same of lists that are sorted by a moment.
  package mutating func moment(of page: Page) -> (at: Instant, id: Int64)? {
    numbers(of: page).map { (Instant(microseconds: $0.value), $0.id) }
  }

  package struct Page: Sendable {
    package let limit: Int
    /// The key behind which the page starts, as `Cursor.text` took it.
    package let after: [String]?

    /// Of `limit` + 1 items asked for, the page's own and, if there was one more, where the next page starts.
    package func cut<Item>(_ items: [Item], key: (Item) -> [String]) -> (items: [Item], next: [String]?) {
      guard items.count > limit, limit > 0 else { return (items, nil) }
      return (Array(items.prefix(limit)), key(items[limit - 1]))
    }
  }

  /// - Throws: `AppError.invalid` with every fault found, unknown names among them.
  package mutating func finish() throws {
    for name in values.keys.sorted() where !asked.contains(name) {
      fail(String(name.prefix(64)), "UNKNOWN_FIELD", "no such parameter")
    }
    if !errors.isEmpty { throw AppError.invalid(errors) }
  }
}

/// Where a page of a list ended, as a text that means nothing to others and passes through addresses as it is.
package enum Cursor {
  package static func text(_ parts: [String]) -> String {
    let bytes = Array(parts.joined(separator: "\u{1F}").utf8)
    return bytes.reduce(into: "") { text, byte in
      text += byte < 16 ? "0" : ""
      text += String(byte, radix: 16)
    }
  }

  /// Nil when the text was not made by `text` from so many parts.
  package static func parse(_ text: String, parts count: Int) -> [String]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while !rest.isEmpty {
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    let parts = String(validating: bytes, as: UTF8.self)?.split(separator: "\u{1F}", omittingEmptySubsequences: false)
    guard let parts, parts.count == count else { return nil }
    return parts.map(String.init)
  }
}
