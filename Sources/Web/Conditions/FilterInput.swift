import Insurer
import Kernel

/// One more part of a filter, as a form's fields say it.
struct FilterInput {
  let fact: Insurer.Fact
  let op: ConditionOperator
  let first: String
  let second: String
  let codes: [String]

  /// Nil when the address adds nothing.
  init?(_ query: FormFields) {
    guard let fact = query["pick"].flatMap({ FactCatalog.find($0) }),
      let op = query["op"].flatMap({ ConditionOperator(rawValue: $0) })
    else { return nil }
    self.fact = fact
    self.op = op
    first = query["value"] ?? ""
    second = query["value_to"] ?? ""
    codes = query.all("code")
  }

  /// The filter with this part behind the others.
  ///
  /// - Throws: `AppError.invalid` as `Condition.read` finds it.
  func added(to condition: Condition?) throws -> Condition {
    guard let value else { throw AppError.invalid([ConditionCode.value.error("value")]) }
    let part = Condition.part(ConditionPart(fact.key, op, value))
    let whole: Condition =
      switch condition {
      case nil: .all([part])
      case .all(let items)?: .all(items + [part])
      case .any(let items)?: .any(items + [part])
      case .part?: .all([condition, part].compactMap { $0 })
      }
    return try Condition.read(whole.json)
  }

  private var value: ConditionValue? {
    switch op {
    case .known, .unknown: return ConditionValue.none
    case .isTrue: return first == "true" ? .flag(true) : first == "false" ? .flag(false) : nil
    case .oneOf, .noneOf, .anyOf, .allOf: return .codes(codes)
    case .changedBy: return Int64(first).map(ConditionValue.percent)
    case .within:
      guard let days = Int(first), abs(days) <= 36_525 else { return nil }
      return first.hasPrefix("-") ? .last(-days) : .next(days)
    case .before, .after, .on: return day(first).map(ConditionValue.day)
    case .between where fact.type == .day:
      guard let from = day(first), let to = day(second) else { return nil }
      return .days(from, to)
    case .between:
      guard let from = number(first), let to = number(second) else { return nil }
      return .numbers(from, to)
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: return number(first).map(ConditionValue.number)
    }
  }

  private func number(_ text: String) -> Int64? {
    fact.type == .money ? (try? Reading.money(text))?.fen : Int64(text)
  }

  private func day(_ text: String) -> ConditionDay? {
    if let day = Day(text) { return .fixed(day) }
    return Int(text).map(ConditionDay.today)
  }
}

extension Condition {
  /// What a person takes off one by one: the parts of the outermost.
  var items: [Condition] {
    switch self {
    case .all(let items), .any(let items): items
    case .part: [self]
    }
  }

  var isAny: Bool { if case .any = self { true } else { false } }

  /// Without the part at a place; nil when none is left.
  func without(_ place: Int) -> Condition? {
    var rest = items
    rest.remove(at: place)
    return rest.isEmpty ? nil : isAny ? .any(rest) : .all(rest)
  }

  /// The same parts, of which now all or any have to hold.
  func joined(asAny: Bool) -> Condition { asAny ? .any(items) : .all(items) }
}
