import Kernel

/// A value bound to a statement.
package enum SQLValue: Hashable, Sendable {
  case null
  case int(Int64)
  case text(String)
  case blob([UInt8])
  case real(Double)
  /// Values of one type in one place, for PostgreSQL's half of twin functions: its arrays. Never empty.
  case list([SQLValue])
}

/// What may be interpolated into `SQL` as a bound value.
package protocol SQLConvertible {
  var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible { package var sqlValue: SQLValue { self } }
extension Int64: SQLConvertible { package var sqlValue: SQLValue { .int(self) } }
extension Int: SQLConvertible { package var sqlValue: SQLValue { .int(Int64(self)) } }
extension Bool: SQLConvertible { package var sqlValue: SQLValue { .int(self ? 1 : 0) } }
extension Double: SQLConvertible { package var sqlValue: SQLValue { .real(self) } }
extension String: SQLConvertible { package var sqlValue: SQLValue { .text(self) } }
extension Array: SQLConvertible where Element == UInt8 { package var sqlValue: SQLValue { .blob(self) } }
extension Day: SQLConvertible { package var sqlValue: SQLValue { .int(number) } }
extension Instant: SQLConvertible { package var sqlValue: SQLValue { .int(microseconds) } }
extension ID: SQLConvertible { package var sqlValue: SQLValue { .int(raw) } }
extension Actor: SQLConvertible { package var sqlValue: SQLValue { .text(description) } }
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
  // Not by a key path: in a generic extension it is made anew at each call, at the cost of a microsecond.
  package var sqlValue: SQLValue {
    switch self {
    case .some(let value): value.sqlValue
    case .none: .null
    }
  }
}

/// Rows that the law grades, and the column by which the viewer's scope is asked.
package enum Graded: String, Sendable {
  /// A table with a `customer_id` (or `customers` itself, by its id): visible when the person is.
  case customer
  /// A table with `policy_id` and `servicing_agent_id` beside `customer_id`: an agent sees what he services.
  case policy
  /// A table of claims: by its policy's servicing agent, its handler, or the person.
  case claim
  /// Rows of the book, whose scope the statement itself names: only the person's consent is asked here.
  case book
}

/// A statement and its bound values. A `String` is always a value, never SQL:
/// `"SELECT name FROM customers c WHERE c.id = \(id) AND \(visible: .customer, "c")"`.
package struct SQL: Sendable, ExpressibleByStringInterpolation, ExpressibleByStringLiteral {
  enum Part: Sendable {
    case text(String)
    case value(SQLValue)
    case visible(Graded, alias: String)
  }

  var parts: [Part]

  package init(stringLiteral value: String) { parts = [.text(value)] }
  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  /// Nothing: where a condition does not apply.
  package static let empty = SQL(parts: [])

  init(parts: [Part]) { self.parts = parts }

  package static func + (a: SQL, b: SQL) -> SQL { SQL(parts: a.parts + b.parts) }

  /// Conditions or columns put together by a separator.
  package static func join(_ items: [SQL], _ separator: StaticString) -> SQL {
    var parts: [Part] = []
    for (index, item) in items.enumerated() {
      if index > 0 { parts.append(.text(separator.description)) }
      parts += item.parts
    }
    return SQL(parts: parts)
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) { parts.reserveCapacity(interpolationCount * 2 + 1) }

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { parts.append(.text(literal)) }
    }

    package mutating func appendInterpolation(_ value: some SQLConvertible) { parts.append(.value(value.sqlValue)) }

    /// The same for a value that may be missing; said apart, or the compiler warns of an optional's description.
    package mutating func appendInterpolation<Value: SQLConvertible>(_ value: Value?) {
      parts.append(.value(value.sqlValue))
    }

    package mutating func appendInterpolation(_ sql: SQL) { parts += sql.parts }

    /// An identifier or keyword that the program itself wrote down.
    package mutating func appendInterpolation(raw text: StaticString) { parts.append(.text(text.description)) }

    /// `(?, ?, …)` for IN. Padded to a power of two with its last value, so that few statements are prepared.
    package mutating func appendInterpolation(list values: [some SQLConvertible]) {
      guard let last = values.last else {
        parts.append(.text("(NULL)"))
        return
      }
      var size = 1
      while size < values.count { size *= 2 }
      for place in 0..<size {
        parts.append(.text(place == 0 ? "(" : ","))
        parts.append(.value(place < values.count ? values[place].sqlValue : last.sqlValue))
      }
      parts.append(.text(")"))
    }

    /// The predicate that leaves only rows the transaction's viewer may see; `alias` names the graded table.
    package mutating func appendInterpolation(visible graded: Graded, _ alias: StaticString) {
      parts.append(.visible(graded, alias: alias.description))
    }
  }
}

/// Turns a viewer into the predicate of what he sees; `Insurer/Access` writes it, `alias` is the table asked.
package struct Visibility: Sendable {
  /// Takes the viewer, what is graded, the table's alias, and the transaction's moment.
  package let predicate: @Sendable (Access, Graded, String, Instant) -> SQL

  package init(predicate: @escaping @Sendable (Access, Graded, String, Instant) -> SQL) { self.predicate = predicate }

  /// Everything for scope all, nothing otherwise: for the storage's own tests.
  package static let wholeOrNothing = Visibility { access, _, _, _ in access.scope == .all ? "1 = 1" : "1 = 0" }
}

enum Dialect: Sendable { case sqlite, postgres }

/// A statement as an engine takes it: text with places, and the values.
struct Rendered: Sendable {
  var text: String
  var values: [SQLValue]
  /// The text casts each place, so that PostgreSQL takes the types from there: arrays.
  var infersTypes = false
}

/// A statement's text as the key of prepared statements. A few of its bytes are hashed, not the half thousand that it
/// has on average: statements of one program differ in length, and equality is a comparison of bytes.
struct StatementText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  func hash(into hasher: inout Hasher) {
    let bytes = text.utf8
    hasher.combine(bytes.count)
    for byte in bytes.suffix(24) { hasher.combine(byte) }
  }
}

extension SQL {
  /// A part of a predicate built for an alias; only `Visibility` needs names that are not literals.
  package static func identifier(_ alias: String, _ column: StaticString) -> SQL {
    precondition(
      alias.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || $0 == 95 || ($0 >= 48 && $0 <= 57) }, "not an alias")
    return SQL(parts: [.text(alias), .text("."), .text(column.description)])
  }

  func render(_ dialect: Dialect, access: Access, at now: Instant, visibility: Visibility) -> Rendered {
    var rendered = Rendered(text: "", values: [])
    rendered.text.reserveCapacity(256)
    append(to: &rendered, dialect) { visibility.predicate(access, $0, $1, now) }
    return rendered
  }

  private func append(to rendered: inout Rendered, _ dialect: Dialect, _ predicate: (Graded, String) -> SQL) {
    for part in parts {
      switch part {
      case .text(let text): rendered.text += text
      case .value(let value):
        rendered.values.append(value)
        if dialect == .sqlite {
          rendered.text += "?"
        } else {
          rendered.text += "$"
          rendered.text += String(rendered.values.count)
        }
      case .visible(let graded, let alias):
        rendered.text += "("
        predicate(graded, alias).append(to: &rendered, dialect, predicate)
        rendered.text += ")"
      }
    }
  }
}
