import Kernel

/// How values are shown in one language, at one moment.
package struct Format: Sendable {
  package let words: Words
  package let now: Instant

  package init(words: Words, now: Instant) {
    self.words = words
    self.now = now
  }

  package var language: Language { words.language }
  package var today: Day { now.day }

  /// `12,345`.
  package func number(_ value: Int64) -> String {
    let digits = String(value.magnitude)
    var grouped = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return value < 0 ? "−\(grouped)" : grouped
  }

  package func number(_ value: Int) -> String { number(Int64(value)) }

  /// `约 1,002,000` where the count is an estimate or a bound.
  package func count(_ value: Int, isExact: Bool) -> String {
    isExact ? number(value) : words.fill("shell.about", number(value))
  }

  /// `640 B`, `50 KB`, `12.5 MB`.
  package func bytes(_ count: Int64) -> String {
    if count < 1_000 { return "\(count) B" }
    if count < 1_000_000 { return "\(number(count / 1_000)) KB" }
    return "\(number(count / 1_000_000)).\(count / 100_000 % 10) MB"
  }

  /// `¥12,000`, with fen only when there are some.
  package func money(_ money: Money) -> String { yuan(money.fen, alwaysFen: false) }

  /// `¥12,000.00`, for columns.
  package func exactMoney(_ money: Money) -> String { yuan(money.fen, alwaysFen: true) }

  private func yuan(_ fen: Int64, alwaysFen: Bool) -> String {
    let magnitude = Int64(fen.magnitude)
    let rest = magnitude % 100
    let decimals = alwaysFen || rest != 0 ? ".\(rest < 10 ? "0" : "")\(rest)" : ""
    return "\(fen < 0 ? "−" : "")¥\(number(magnitude / 100))\(decimals)"
  }

  package func day(_ day: Day) -> String { day.description }

  /// `2026-11-22 09:30` in Asia/Shanghai.
  package func minute(_ instant: Instant) -> String { "\(instant.day) \(instant.clockTime.prefix(5))" }

  /// `3 小时前`, `昨天`, `11-02`, `2024-11-02`.
  package func ago(_ instant: Instant) -> String {
    let seconds = now.seconds(since: instant)
    if seconds < 0 { return day(instant.day) }
    if seconds < 60 { return words["shell.justNow"] }
    if seconds < 3600 { return words.fill("shell.minutesAgo", "\(seconds / 60)") }
    let days = today.number - instant.day.number
    if days == 0 { return words.fill("shell.hoursAgo", "\(seconds / 3600)") }
    return past(instant.day, days: days)
  }

  private func past(_ day: Day, days: Int64) -> String {
    switch days {
    case 0: words["shell.today"]
    case 1: words["shell.yesterday"]
    case 2...6: words.fill("shell.daysAgo", "\(days)")
    default: day.year == today.year ? String(day.description.dropFirst(5)) : day.description
    }
  }

  /// `今天`, `明天`, `还有 5 天`, `已过 3 天`: how far off a deadline is.
  package func until(_ day: Day) -> String {
    let days = day.number - today.number
    switch days {
    case 0: return words["shell.today"]
    case 1: return words["shell.tomorrow"]
    case ..<0: return words.fill("shell.daysOver", number(-days))
    default: return words.fill("shell.daysLeft", number(days))
    }
  }

  /// `已过 35 天`, of a day that has passed; nil of others.
  package func overdue(_ day: Day) -> String? { day < today ? until(day) : nil }

  package func moment(_ instant: Instant) -> Moment {
    Moment(text: ago(instant), exact: minute(instant), iso: instant.description)
  }

  /// `2026-11-22 09:30:12`, where the second counts: in logs.
  package func exactMoment(_ instant: Instant) -> Moment {
    let text = "\(instant.day) \(instant.clockTime.prefix(8))"
    return Moment(text: text, exact: ago(instant), iso: instant.description)
  }

  package func moment(_ day: Day) -> Moment {
    let days = today.number - day.number
    return Moment(
      text: days < 0 ? day.description : past(day, days: days), exact: day.description, iso: day.description)
  }
}

/// A time as people read it, with the exact one behind it. Template: `shared/moment`.
package struct Moment: Part {
  package let text, exact, iso: String
  package static let tags: Tags<Moment> = [
    "text": .text(\.text), "exact": .text(\.exact), "iso": .text(\.iso),
  ]
}
