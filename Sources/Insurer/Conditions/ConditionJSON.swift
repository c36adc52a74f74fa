import Foundation
import Kernel

extension Condition {
  /// Reads a condition's JSON strictly: its form, its bounds, and against the catalogue.
  ///
  /// - Parameter field: what the text is called where it came from; every fault's place begins with it.
  /// - Throws: `AppError.invalid` with every fault found.
  package static func read(_ text: String, field: String = "filter") throws -> Condition {
    guard text.utf8.count <= ConditionBounds.bytes else {
      throw AppError.invalid([ConditionCode.tooManyParts.error(field, "\(ConditionBounds.bytes) bytes at most")])
    }
    // Counted before it is parsed: the parser goes as deep as the text does.
    guard nesting(text) <= 2 * ConditionBounds.depth + 4 else {
      throw AppError.invalid([ConditionCode.tooDeep.error(field)])
    }
    guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8)) else {
      throw AppError.invalid([ConditionCode.malformed.error(field)])
    }
    var reader = ConditionReader()
    let condition = reader.condition(tree, field, depth: 1)
    guard reader.errors.isEmpty, let condition else {
      throw AppError.invalid(reader.errors.isEmpty ? [ConditionCode.malformed.error(field)] : reader.errors)
    }
    return condition
  }

  private static func nesting(_ text: String) -> Int {
    var depth = 0
    var deepest = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return deepest
  }

  /// As it is stored and put into addresses: one text for one condition.
  package var json: String {
    switch self {
    case .all(let parts): "{\"all\":[\(parts.map(\.json).joined(separator: ","))]}"
    case .any(let parts): "{\"any\":[\(parts.map(\.json).joined(separator: ","))]}"
    case .part(let part):
      "{\"fact\":\"\(part.fact)\",\"op\":\"\(part.op.rawValue)\""
        + (part.value.json(of: part.fact).map { ",\"value\":\($0)" } ?? "") + "}"
    }
  }
}

extension ConditionDay {
  fileprivate var json: String {
    switch self {
    case .fixed(let day): "\"\(day)\""
    case .today(let days): "{\"today\":\(days)}"
    }
  }
}

extension ConditionValue {
  fileprivate func json(of fact: String) -> String? {
    let isMoney = FactCatalog.find(fact)?.type == .money
    func number(_ value: Int64) -> String { isMoney ? "{\"fen\":\(value),\"currency\":\"CNY\"}" : "\(value)" }
    return switch self {
    case .none: nil
    case .number(let value): number(value)
    case .numbers(let low, let high): "[\(number(low)),\(number(high))]"
    case .flag(let flag): "\(flag)"
    case .codes(let codes): "[\(codes.map { "\"\($0)\"" }.joined(separator: ","))]"
    case .day(let day): day.json
    case .days(let first, let last): "[\(first.json),\(last.json)]"
    case .next(let days): "{\"next\":\(days)}"
    case .last(let days): "{\"last\":\(days)}"
    case .percent(let percent): "{\"percent\":\(percent)}"
    }
  }
}

/// Any JSON, as far as conditions need it.
private indirect enum JSONTree: Decodable {
  case null
  case bool(Bool)
  case int(Int64)
  /// No condition takes one.
  case fraction
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? container.decode(Int64.self) {
      self = .int(number)
    } else if (try? container.decode(Double.self)) != nil {
      self = .fraction
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONTree].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }
}

private struct ConditionReader {
  var errors: [FieldError] = []
  var parts = 0

  mutating func fail(_ code: ConditionCode, _ field: String, _ more: String = "") {
    errors.append(code.error(field, more))
  }

  mutating func condition(_ tree: JSONTree, _ field: String, depth: Int) -> Condition? {
    guard case .object(let members) = tree else {
      fail(.malformed, field)
      return nil
    }
    guard depth <= ConditionBounds.depth else {
      fail(.tooDeep, field)
      return nil
    }
    for (word, make) in [("all", Condition.all), ("any", Condition.any)] {
      guard let inner = members[word] else { continue }
      guard members.count == 1, case .list(let items) = inner else {
        fail(.malformed, field)
        return nil
      }
      if items.isEmpty { fail(.empty, field) }
      if items.count > ConditionBounds.parts {
        fail(.tooManyParts, field)
        return nil
      }
      let read = items.enumerated().compactMap { place, item in
        condition(item, "\(field).\(word)[\(place)]", depth: depth + 1)
      }
      return make(read)
    }
    return part(members, field).map(Condition.part)
  }

  private mutating func part(_ members: [String: JSONTree], _ field: String) -> ConditionPart? {
    parts += 1
    guard parts <= ConditionBounds.parts else {
      if parts == ConditionBounds.parts + 1 { fail(.tooManyParts, field) }
      return nil
    }
    for name in members.keys.sorted() where !["fact", "op", "value"].contains(name) {
      fail(.unknownField, "\(field).\(name.prefix(64))")
    }
    guard case .text(let key)? = members["fact"], case .text(let word)? = members["op"] else {
      fail(.malformed, field)
      return nil
    }
    guard let fact = FactCatalog.find(key) else {
      fail(.factUnknown, "\(field).fact", String(key.prefix(64)))
      return nil
    }
    if let wall = fact.wall {
      fail(.factWalled, "\(field).fact", "\(wall.instrument) \(wall.article)")
      return nil
    }
    guard let op = ConditionOperator(rawValue: word) else {
      fail(.operatorUnknown, "\(field).op", String(word.prefix(64)))
      return nil
    }
    guard ConditionOperator.of(fact).contains(op) else {
      fail(.operatorType, "\(field).op", "\(fact.type.rawValue) \(op.rawValue)")
      return nil
    }
    guard let value = value(members["value"], op, fact, "\(field).value") else {
      if errors.last?.field != "\(field).value" { fail(.value, "\(field).value") }
      return nil
    }
    return ConditionPart(key, op, value)
  }

  private mutating func value(
    _ tree: JSONTree?, _ op: ConditionOperator, _ fact: Fact, _ field: String
  ) -> ConditionValue? {
    switch (op, tree) {
    case (.known, nil), (.unknown, nil): return ConditionValue.none
    case (.isTrue, .bool(let flag)?): return .flag(flag)
    case (.changedBy, .object(let members)?):
      guard members.count == 1, case .int(let percent)? = members["percent"], (-100...100_000).contains(percent),
        percent != 0
      else { return nil }
      return .percent(percent)
    case (.within, .object(let members)?):
      guard members.count == 1 else { return nil }
      if case .int(let days)? = members["next"], (0...36_525).contains(days) { return .next(Int(days)) }
      if case .int(let days)? = members["last"], (0...36_525).contains(days) { return .last(Int(days)) }
      return nil
    case (.oneOf, .list(let items)?), (.noneOf, .list(let items)?), (.anyOf, .list(let items)?),
      (.allOf, .list(let items)?):
      return codes(items, fact, field)
    case (.between, .list(let items)?) where items.count == 2:
      if fact.type == .day {
        guard let first = day(items[0]), let last = day(items[1]) else { return nil }
        return .days(first, last)
      }
      guard let low = number(items[0], fact), let high = number(items[1], fact), low <= high else { return nil }
      return .numbers(low, high)
    case (.before, let tree?), (.after, let tree?), (.on, let tree?): return day(tree).map(ConditionValue.day)
    case (.equal, let tree?), (.less, let tree?), (.lessOrEqual, let tree?), (.greater, let tree?),
      (.greaterOrEqual, let tree?):
      return number(tree, fact).map(ConditionValue.number)
    default: return nil
    }
  }

  private mutating func codes(_ items: [JSONTree], _ fact: Fact, _ field: String) -> ConditionValue? {
    guard items.count <= ConditionBounds.codes else {
      fail(.tooManyValues, field)
      return nil
    }
    let known = fact.vocabulary?.codes ?? []
    var codes: [String] = []
    for item in items {
      guard case .text(let code) = item, known.contains(code) else { return nil }
      if !codes.contains(code) { codes.append(code) }
    }
    return codes.isEmpty ? nil : .codes(codes)
  }

  private func number(_ tree: JSONTree, _ fact: Fact) -> Int64? {
    switch (tree, fact.type) {
    case (.int(let value), .number): return ConditionBounds.number.contains(value) ? value : nil
    case (.object(let members), .money):
      guard members.count == 2, case .int(let fen)? = members["fen"], case .text("CNY")? = members["currency"],
        ConditionBounds.number.contains(fen)
      else { return nil }
      return fen
    default: return nil
    }
  }

  private func day(_ tree: JSONTree) -> ConditionDay? {
    switch tree {
    case .text(let text): return Day(text).map(ConditionDay.fixed)
    case .object(let members):
      guard members.count == 1, case .int(let days)? = members["today"],
        ConditionBounds.days.contains(Int(clamping: days))
      else { return nil }
      return .today(Int(days))
    default: return nil
    }
  }
}
