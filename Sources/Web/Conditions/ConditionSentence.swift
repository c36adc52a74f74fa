import Insurer
import Kernel

/// Conditions in words, in the reader's language: `年龄 至少 60 岁/年，且（…）`.
struct ConditionSentence {
  let words: Words
  let format: Format

  init(_ format: Format) {
    self.format = format
    words = format.words
  }

  func name(_ key: String) -> String { words.of("facts", key) ?? key }

  func text(_ condition: Condition) -> String { text(condition, isInner: false) }

  private func text(_ condition: Condition, isInner: Bool) -> String {
    switch condition {
    case .all(let items): joined(items, words["conditions.and"], isInner)
    case .any(let items): joined(items, words["conditions.or"], isInner)
    case .part(let part): text(part)
    }
  }

  private func joined(_ items: [Condition], _ word: String, _ isInner: Bool) -> String {
    let blank = format.words.language == .zhHans ? "" : " "
    let text = items.map { self.text($0, isInner: true) }.joined(separator: blank + word + blank)
    guard isInner, items.count > 1 else { return text }
    return words["conditions.open"] + text + words["conditions.close"]
  }

  func text(_ part: ConditionPart) -> String {
    let fact = FactCatalog.find(part.fact)
    let name = name(part.fact)
    func value(_ number: Int64) -> String { fact.map { self.value(number, of: $0) } ?? "\(number)" }
    switch part.value {
    case .none: return words.fill("conditions.\(part.op.rawValue)", name)
    case .number(let number): return words.fill("conditions.\(part.op.rawValue)", name, value(number))
    case .numbers(let low, let high): return words.fill("conditions.between", name, value(low), value(high))
    case .flag(let flag): return words.fill(flag ? "conditions.yes" : "conditions.no", name)
    case .codes(let codes):
      let labels = codes.map { label($0, of: fact) }.joined(separator: words["conditions.listed"])
      let op = fact?.type == .set && part.op == .noneOf ? "none_of" : part.op.rawValue
      return words.fill("conditions.\(op)", name, labels)
    case .day(let day): return words.fill("conditions.\(part.op.rawValue)", name, text(day))
    case .days(let first, let last): return words.fill("conditions.between", name, text(first), text(last))
    case .next(let days): return words.fill("conditions.within_next", name, "\(days)")
    case .last(let days): return words.fill("conditions.within_last", name, "\(days)")
    case .percent(let percent):
      return words.fill(percent > 0 ? "conditions.risen" : "conditions.fallen", name, "\(abs(percent))")
    }
  }

  private func text(_ day: ConditionDay) -> String {
    switch day {
    case .fixed(let day): format.day(day)
    case .today(0): words["conditions.today"]
    case .today(let days):
      days < 0
        ? words.fill("conditions.daysAgo", "\(-days)") : words.fill("conditions.daysAhead", "\(days)")
    }
  }

  func label(_ code: String, of fact: Insurer.Fact?) -> String {
    fact?.vocabulary.map { words["vocabulary.\($0.rawValue).\(code)"] } ?? code
  }

  /// A number with its unit, an amount, a day.
  func value(_ number: Int64, of fact: Insurer.Fact) -> String {
    switch fact.unit {
    case .fen: format.money(Money(fen: number))
    case .years: words.fill("conditions.years", "\(number)")
    case .days: words.fill("conditions.days", "\(number)")
    case .percent: words.fill("conditions.percent", "\(number)")
    case .month: words.fill("conditions.month", "\(number)")
    case .count: format.number(number)
    case .none: fact.type == .day ? format.day(Day(number: number)) : "\(number)"
    }
  }
}
