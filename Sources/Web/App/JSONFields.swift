import Insurer
import Kernel

/// Reads an object's members by name into the values of one record, and gathers what is wrong: the API's half of the
/// one rule set. Types are checked here, the values' rules by the act.
///
/// A null counts as absent, but for `texts`, where it clears. Call `finish` after the last member: what nobody asked
/// for is refused, so that a misspelt or forbidden field is never silently ignored.
package struct JSONFields {
  private let members: [JSONValue.Member]
  private let path: String
  private var asked: Set<String> = []
  private(set) package var errors: [FieldError] = []

  /// - Throws: `AppError.invalid` with `JSON_OBJECT_EXPECTED`, answered as 422.
  package init(_ value: JSONValue, path: String = "") throws {
    guard case .object(let members) = value else {
      throw AppError.invalid([FieldError(path, "TYPE", "an object is expected")])
    }
    self.members = members
    self.path = path
  }

  package func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  package mutating func value(_ name: String) -> JSONValue? {
    asked.insert(name)
    return members.first { $0.name == name }?.value
  }

  package mutating func fail(_ name: String, _ code: String, _ message: String) {
    errors.append(FieldError(path + name, code, message))
  }

  package mutating func string(_ name: String) -> String? {
    switch value(name) {
    case nil, .null: return nil
    case .string(let text): return text
    default:
      fail(name, "TYPE", "a string is expected")
      return nil
    }
  }

  package mutating func bool(_ name: String) -> Bool? {
    switch value(name) {
    case nil, .null: return nil
    case .bool(let flag): return flag
    default:
      fail(name, "TYPE", "true or false is expected")
      return nil
    }
  }

  package mutating func int(_ name: String) -> Int64? {
    switch value(name) {
    case nil, .null: return nil
    case .number(let text):
      if let number = Int64(text) { return number }
      fail(name, "NUMBER_RANGE", "a whole number of at most 64 bits is expected")
      return nil
    default:
      fail(name, "TYPE", "a whole number is expected")
      return nil
    }
  }

  /// A record's id, which has to be there.
  package mutating func id<Entity: Identified>(_ name: String, of: Entity.Type = Entity.self) -> ID<Entity>? {
    let known = errors.count
    guard let text = string(name) else {
      if errors.count == known { fail(name, ValidationCode.required.rawValue, ValidationCode.required.message) }
      return nil
    }
    if let id = ID<Entity>(text) { return id }
    fail(name, "ID_INVALID", "not an id, or a mistyped one")
    return nil
  }

  /// One of an enumeration's codes, which has to be there.
  package mutating func code<Code: RawRepresentable>(
    _ name: String, of: Code.Type = Code.self
  ) -> Code? where Code.RawValue == String {
    let known = errors.count
    guard let text = string(name) else {
      if errors.count == known { fail(name, ValidationCode.required.rawValue, ValidationCode.required.message) }
      return nil
    }
    if let code = Code(rawValue: text) { return code }
    fail(name, ValidationCode.enumUnknown.rawValue, ValidationCode.enumUnknown.message)
    return nil
  }

  package mutating func day(_ name: String) -> Day? {
    guard let text = string(name) else { return nil }
    if let day = Day(text) { return day }
    fail(name, ValidationCode.dateInvalid.rawValue, ValidationCode.dateInvalid.message)
    return nil
  }

  /// `{"fen": 86000, "currency": "CNY"}`; the currency may be left out.
  package mutating func money(_ name: String) -> Money? {
    guard let value = value(name), value != .null else { return nil }
    guard case .object(let parts) = value else {
      fail(name, "TYPE", "an amount is an object of fen and currency")
      return nil
    }
    for part in parts where part.name != "fen" && part.name != "currency" {
      fail("\(name).\(part.name)", "UNKNOWN_FIELD", "no such field")
    }
    guard case .number(let text)? = value["fen"], let fen = Int64(text) else {
      fail("\(name).fen", "TYPE", "a whole number of fen is expected")
      return nil
    }
    switch value["currency"] {
    case nil, .string("CNY"): return Money(fen: fen)
    default:
      fail("\(name).currency", "MONEY_CURRENCY", "amounts are kept in CNY")
      return nil
    }
  }

  /// The members as a row of an import has them: by column, as text. Null and absent differ: an absent member is not
  /// in the answer, a null one is the empty text.
  /// - Parameter columns: what is read, and in which form.
  package mutating func texts(_ columns: [JSONColumn]) -> [String: String] {
    var texts: [String: String] = [:]
    for column in columns where has(column.name) {
      let known = errors.count
      let text: String? =
        switch column.form {
        case .text: string(column.name)
        case .money: money(column.name)?.yuan
        case .flag: bool(column.name).map { $0 ? "1" : "0" }
        case .number: int(column.name).map(String.init)
        }
      if errors.count == known { texts[column.name] = text ?? "" }
    }
    return texts
  }

  /// - Throws: `AppError.invalid` with every fault found, unknown members among them.
  package mutating func finish() throws {
    for member in members where !asked.contains(member.name) {
      let refusal = DataFields.refusal(of: member.name)
      errors.append(
        FieldError(
          path + String(member.name.prefix(64)), refusal?.rawValue ?? "UNKNOWN_FIELD",
          refusal?.message ?? "no such field"))
    }
    if !errors.isEmpty { throw AppError.invalid(errors) }
  }
}

/// A field of a record as JSON carries it.
package struct JSONColumn: Sendable {
  package enum Form: Sendable { case text, money, flag, number }
  package let name: String
  package let form: Form

  package static func texts(_ names: [String]) -> [JSONColumn] { names.map { .text($0) } }
  package static func text(_ name: String) -> JSONColumn { JSONColumn(name: name, form: .text) }
  package static func money(_ name: String) -> JSONColumn { JSONColumn(name: name, form: .money) }
  package static func flag(_ name: String) -> JSONColumn { JSONColumn(name: name, form: .flag) }
  package static func number(_ name: String) -> JSONColumn { JSONColumn(name: name, form: .number) }
}
