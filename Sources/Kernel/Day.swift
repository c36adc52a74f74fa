/// A calendar date without a time, as the number of days since 1970-01-01. Birthdays, due dates, clocks of days.
package struct Day: Hashable, Comparable, Sendable, Strideable, CustomStringConvertible {
  package let number: Int64

  package init(number: Int64) { self.number = number }

  /// Nil for a day that the proleptic Gregorian calendar does not have, or a year outside 1…9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Day.length(ofMonth: month, year: year)
    else { return nil }
    number = Day.number(year: year, month: month, day: day)
  }

  /// Reads `YYYY-MM-DD` and nothing else.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = Day.decimal(bytes[0..<4]),
      let month = Day.decimal(bytes[5..<7]), let day = Day.decimal(bytes[8..<10])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }

  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Days from civil, after Howard Hinnant's «chrono-compatible low-level date algorithms».
  private static func number(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }

  /// The same, backwards.
  package var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  package var year: Int { civil.year }
  package var month: Int { civil.month }
  package var day: Int { civil.day }

  /// `YYYY-MM-DD`.
  package var description: String {
    let (year, month, day) = civil
    var bytes: [UInt8] = Array(repeating: 48, count: 10)
    bytes[4] = 0x2D
    bytes[7] = 0x2D
    func write(_ value: Int, _ from: Int, _ count: Int) {
      var rest = value
      for place in stride(from: from + count - 1, through: from, by: -1) {
        bytes[place] = UInt8(48 + rest % 10)
        rest /= 10
      }
    }
    write(year, 0, 4)
    write(month, 5, 2)
    write(day, 8, 2)
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
  package static func + (day: Day, days: Int) -> Day { Day(number: day.number + Int64(days)) }
  package static func - (day: Day, days: Int) -> Day { Day(number: day.number - Int64(days)) }
  package static func - (a: Day, b: Day) -> Int { Int(a.number - b.number) }
  package func distance(to other: Day) -> Int { other - self }
  package func advanced(by days: Int) -> Day { self + days }

  /// The same day of a later month, or that month's last day: 01-31 and one month is 02-28.
  package func adding(months: Int) -> Day {
    let (year, month, day) = civil
    let index = year * 12 + month - 1 + months
    let newYear = index / 12
    let newMonth = index % 12 + 1
    let newDay = min(day, Day.length(ofMonth: newMonth, year: newYear))
    return Day(number: Day.number(year: newYear, month: newMonth, day: newDay))
  }

  /// The same day of a later year; 02-29 becomes 02-28 in a common year.
  package func adding(years: Int) -> Day { adding(months: years * 12) }

  /// Whole years from this birth date to `day`; one born on 02-29 grows older on 02-28 of a common year.
  package func age(on day: Day) -> Int {
    let years = day.year - year
    return adding(years: years) <= day ? years : years - 1
  }

  /// 1 for Monday … 7 for Sunday.
  package var weekday: Int { Int((number % 7 + 10) % 7) + 1 }
}
