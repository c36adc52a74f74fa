import Kernel

/// What a part asks, brought to few forms: the same for SQL and for one person.
enum ConditionTest: Hashable, Sendable {
  /// The fact's value lies in one of these ranges; an open end is the end of the numbers.
  case ranges([ClosedRange<Int64>])
  case codes([String], isIn: Bool)
  case bits(Int64, BitMode)
  case flag(Bool)
  case known(Bool)

  enum BitMode: Hashable, Sendable { case any, all, none }
}

/// A condition bound to the catalogue, to a viewer and to a day.
indirect enum BoundCondition: Sendable {
  case all([BoundCondition])
  case any([BoundCondition])
  case part(BoundPart)

  var parts: [BoundPart] {
    switch self {
    case .all(let items), .any(let items): items.flatMap(\.parts)
    case .part(let part): [part]
    }
  }
}

struct BoundPart: Sendable {
  let part: ConditionPart
  /// The fact that is compared: of «changed by» the one that says by how much.
  let fact: Fact
  let test: ConditionTest
}

extension Condition {
  /// - Throws: `AppError.invalid` with a code for each fact that is unknown, walled or not for this viewer.
  func bound(for access: Access, on today: Day, field: String = "filter") throws -> BoundCondition {
    var errors: [FieldError] = []
    let bound = bound(access, today, field, &errors)
    guard errors.isEmpty else { throw AppError.invalid(errors) }
    return bound
  }

  private func bound(
    _ access: Access, _ today: Day, _ field: String, _ errors: inout [FieldError]
  ) -> BoundCondition {
    switch self {
    case .all(let items):
      return .all(items.enumerated().map { $1.bound(access, today, "\(field).all[\($0)]", &errors) })
    case .any(let items):
      return .any(items.enumerated().map { $1.bound(access, today, "\(field).any[\($0)]", &errors) })
    case .part(let part):
      guard let asked = FactCatalog.find(part.fact) else {
        errors.append(ConditionCode.factUnknown.error("\(field).fact", String(part.fact.prefix(64))))
        return .any([])
      }
      let fact = part.op == .changedBy ? asked.change.flatMap(FactCatalog.find) ?? asked : asked
      if let wall = asked.wall {
        errors.append(ConditionCode.factWalled.error("\(field).fact", "\(wall.instrument) \(wall.article)"))
      } else if !asked.isOpen(to: access.purpose) || !fact.isOpen(to: access.purpose) {
        errors.append(ConditionCode.factPurpose.error("\(field).fact", asked.key))
      } else if !asked.isOpen(to: access) {
        errors.append(ConditionCode.factScope.error("\(field).fact", asked.group.permission.rawValue))
      } else if let test = part.test(asked, on: today) {
        return .part(BoundPart(part: part, fact: fact, test: test))
      } else {
        errors.append(ConditionCode.operatorType.error("\(field).op", part.op.rawValue))
      }
      return .any([])
    }
  }
}

extension ConditionPart {
  private static let low = Int64.min / 4
  private static let high = Int64.max / 4

  /// Nil when the value is none that the operator takes: only a condition made by hand has such.
  fileprivate func test(_ fact: Fact, on today: Day) -> ConditionTest? {
    let (low, high) = (Self.low, Self.high)
    func range(_ from: Int64, _ to: Int64) -> ConditionTest { .ranges(from <= to ? [from...to] : []) }
    switch (op, value) {
    case (.known, .none): return .known(true)
    case (.unknown, .none): return .known(false)
    case (.equal, .number(let value)): return range(value, value)
    case (.less, .number(let value)): return range(low, value - 1)
    case (.lessOrEqual, .number(let value)): return range(low, value)
    case (.greater, .number(let value)): return range(value + 1, high)
    case (.greaterOrEqual, .number(let value)): return range(value, high)
    case (.between, .numbers(let from, let to)): return range(from, to)
    case (.between, .days(let from, let to)): return range(from.day(on: today).number, to.day(on: today).number)
    case (.before, .day(let day)): return range(low, day.day(on: today).number - 1)
    case (.after, .day(let day)): return range(day.day(on: today).number + 1, high)
    case (.on, .day(let day)): return range(day.day(on: today).number, day.day(on: today).number)
    case (.within, .next(let days)):
      if fact.type == .birthday { return .ranges(Self.yearDays(today, today + days)) }
      return range(today.number, today.number + Int64(days))
    case (.within, .last(let days)):
      if fact.type == .birthday { return .ranges(Self.yearDays(today - days, today)) }
      return range(today.number - Int64(days), today.number)
    case (.changedBy, .percent(let percent)): return percent > 0 ? range(percent, high) : range(low, percent)
    case (.isTrue, .flag(let flag)): return .flag(flag)
    case (.oneOf, .codes(let codes)): return .codes(codes, isIn: true)
    case (.noneOf, .codes(let codes)):
      return fact.type == .set ? .bits(Self.bits(codes, fact), .none) : .codes(codes, isIn: false)
    case (.anyOf, .codes(let codes)): return .bits(Self.bits(codes, fact), .any)
    case (.allOf, .codes(let codes)): return .bits(Self.bits(codes, fact), .all)
    default: return nil
    }
  }

  private static func bits(_ codes: [String], _ fact: Fact) -> Int64 {
    codes.reduce(0) { $0 | (fact.vocabulary?.bit($1) ?? 0) }
  }

  /// Days of the year from one day to another, as months and days: 1231. One born on 02-29 has his birthday on 02-28 of
  /// a common year.
  static func yearDays(_ first: Day, _ last: Day) -> [ClosedRange<Int64>] {
    func number(_ day: Day) -> Int64 { Int64(day.month * 100 + day.day) }
    if last - first >= 365 { return [101...1231] }
    var to = number(last)
    if to == 228, !Day.isLeap(last.year) { to = 229 }
    let from = number(first)
    return first.year == last.year ? [from...to] : [from...1231, 101...to]
  }
}
