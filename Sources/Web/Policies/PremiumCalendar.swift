import Insurer
import Kernel

/// What a person is to pay in the next twelve months, month by month: a chart whose title says what it shows, with its
/// rows behind it. Template: `policies/calendar`.
package struct PremiumCalendar: Part {
  package let title: String
  package let bars: [PremiumBar]
  package let rows: [PremiumCalendarRow]

  package static let tags: Tags<PremiumCalendar> = [
    "title": .text(\.title), "bars": .rows(\.bars), "rows": .rows(\.rows),
  ]

  static let sample = PremiumCalendar(
    title: "未来 12 个月应交 ¥21,520，10 月最多",
    bars: (0..<12).map {
      PremiumBar(
        place: $0, height: $0 == 10 ? PremiumBar.tallest : $0 == 4 ? 15 : 0, label: "\($0 + 1)月", tip: "¥0",
        isLate: $0 == 10)
    },
    rows: [
      PremiumCalendarRow(
        day: "2026-10-18", product: "守护重大疾病保险", href: "/policies/PL-1", amount: "¥6,520.00", tone: "bad")
    ])
}

/// A month's bar; lengths in the units of the drawing.
package struct PremiumBar: Part {
  static let tallest = 46
  private static let base = 50
  private static let step = 20

  package let place, height: Int
  package let label, tip: String
  package let isLate: Bool

  package static let tags: Tags<PremiumBar> = [
    "x": .text { "\($0.place * step + 3)" }, "middle": .text { "\($0.place * step + 10)" },
    "y": .text { "\(base - $0.height)" }, "height": .text { "\($0.height)" }, "label": .text(\.label),
    "tip": .text(\.tip), "isLate": .flag(\.isLate),
  ]
}

/// One premium of the calendar.
package struct PremiumCalendarRow: Part {
  package let day, product, href, amount, tone: String
  package static let tags: Tags<PremiumCalendarRow> = [
    "day": .text(\.day), "product": .text(\.product), "href": .text(\.href), "amount": .text(\.amount),
    "tone": .text(\.tone),
  ]
}

extension PremiumCalendar {
  private struct Due {
    let day: Day
    let amount: Money
    let line: PolicyLine
  }

  /// Nil where nothing is to be paid. What is overdue stands in this month.
  init?(_ lines: [PolicyLine], _ format: Format) {
    let today = format.today
    let dues = lines.flatMap { PremiumCalendar.dues(of: $0, on: today) }.sorted { $0.day < $1.day }
    var months = [Int64](repeating: 0, count: 12)
    var isLate = false
    for due in dues {
      let place = (due.day.year - today.year) * 12 + due.day.month - today.month
      isLate = isLate || due.day < today
      months[min(max(place, 0), 11)] += due.amount.fen
    }
    guard let most = months.max(), most > 0 else { return nil }
    let words = format.words
    func name(_ place: Int) -> String {
      let month = (today.month - 1 + place) % 12 + 1
      return words["policies.months.\(month)"]
    }
    let sum = format.money(Money(fen: months.reduce(0, +)))
    let isEven = months.allSatisfy { $0 == most }
    self.init(
      title: isEven
        ? words.fill("policies.calendarEven", sum)
        : words.fill("policies.calendar", sum, name(months.firstIndex(of: most) ?? 0)),
      bars: months.enumerated().map { place, fen in
        PremiumBar(
          place: place, height: fen == 0 ? 0 : max(2, Int(Int64(PremiumBar.tallest) * fen / most)), label: name(place),
          tip: "\(name(place)) \(format.money(Money(fen: fen)))", isLate: isLate && place == 0)
      },
      rows: dues.map {
        PremiumCalendarRow(
          day: $0.day < today ? "\(format.day($0.day)) · \(format.until($0.day))" : format.day($0.day),
          product: $0.line.product, href: "/policies/\($0.line.id)",
          amount: format.exactMoney($0.amount), tone: $0.day < today ? "bad" : "")
      })
  }

  private static func dues(of line: PolicyLine, on today: Day) -> [Due] {
    let isPaying = line.phases.allSatisfy { ![.waived, .paidUp, .reducedPaidUp].contains($0) }
    guard line.status == .inForce, line.has(.policyholder), isPaying, let first = line.nextDueOn,
      let amount = line.premium, amount.fen > 0, let mode = line.mode, mode.months != nil
    else { return [] }
    // Counted from the effective date: after a short month the full day comes again.
    let end = today.adding(months: 12)
    let schedule = PremiumSchedule(
      mode: mode, effectiveOn: line.effectiveOn ?? first, paymentYears: line.premiumYears,
      expiresOn: line.expiresOn)
    var dues: [Due] = []
    var next: Day? = first
    while let day = next, day < end {
      dues.append(Due(day: day, amount: amount, line: line))
      next = schedule?.next(after: day)
    }
    return dues
  }
}
