import Foundation

/// A moment, in microseconds since 1970-01-01T00:00:00Z. The only form in which times are stored.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
  package static func + (a: Instant, seconds: Int) -> Instant {
    Instant(microseconds: a.microseconds + Int64(seconds) * 1_000_000)
  }
  package static func - (a: Instant, seconds: Int) -> Instant { a + -seconds }

  /// Whole seconds from `earlier` to this moment.
  package func seconds(since earlier: Instant) -> Int { Int((microseconds - earlier.microseconds) / 1_000_000) }

  /// China has had one time zone and, since 1992, no summer time; business times are all later than that.
  package static let shanghaiOffsetSeconds = 8 * 3600

  /// The calendar day in Asia/Shanghai.
  package var day: Day { Day(number: Instant.floorDivide(shanghaiSeconds, 86_400)) }

  /// Midnight at the start of `day` in Asia/Shanghai.
  package init(_ day: Day, secondOfDay: Int = 0) {
    let seconds = day.number * 86_400 + Int64(secondOfDay - Instant.shanghaiOffsetSeconds)
    self.init(microseconds: seconds * 1_000_000)
  }

  private var shanghaiSeconds: Int64 {
    Instant.floorDivide(microseconds, 1_000_000) + Int64(Instant.shanghaiOffsetSeconds)
  }

  /// Seconds since midnight in Asia/Shanghai.
  package var secondOfDay: Int { Int(shanghaiSeconds - day.number * 86_400) }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }

  /// RFC 3339 with the offset of Asia/Shanghai: `2026-11-22T09:30:00+08:00`.
  package var description: String { "\(day)T\(clockTime)+08:00" }

  /// `09:30:00` in Asia/Shanghai.
  package var clockTime: String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60))"
  }

  /// Reads RFC 3339, a local `YYYY-MM-DD HH:MM[:SS]` (Asia/Shanghai), or a day (its midnight there).
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    guard let day = Day(text.prefix(10)) else { return nil }
    guard text.utf8.count > 10 else {
      self.init(day)
      return
    }
    let separator = text[text.index(text.startIndex, offsetBy: 10)]
    guard separator == "T" || separator == " " || separator == "t" else { return nil }
    guard let (second, micro, offset) = Instant.parseTime(text.dropFirst(11)) else { return nil }
    let utc = day.number * 86_400 + Int64(second - offset)
    self.init(microseconds: utc * 1_000_000 + Int64(micro))
  }

  /// `HH:MM[:SS[.ffffff]][Z|±HH:MM]` → second of day, microseconds, offset in seconds.
  private static func parseTime(_ text: Substring) -> (second: Int, micro: Int, offset: Int)? {
    var clock = text
    var offset = shanghaiOffsetSeconds
    if let last = clock.last, last == "Z" || last == "z" {
      clock.removeLast()
      offset = 0
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let parts = clock[clock.index(after: sign)...].split(separator: ":")
      guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
      else { return nil }
      offset = (clock[sign] == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
      clock = clock[..<sign]
    }
    let fraction = clock.split(separator: ".", maxSplits: 1)
    guard let main = fraction.first else { return nil }
    let parts = main.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), let second = parts.count == 3 ? Int(parts[2]) : 0, hour < 24, minute < 60,
      second < 60, hour >= 0, minute >= 0, second >= 0
    else { return nil }
    var micro = 0
    if fraction.count == 2 {
      let digits = String(fraction[1].prefix(6))
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      micro = Int(digits + String(repeating: "0", count: 6 - digits.count)) ?? 0
    }
    return (hour * 3600 + minute * 60 + second, micro, offset)
  }
}

/// Where the time comes from: the machine, or a fixed instant in tests and the demo.
package struct Clock: Sendable {
  package let now: @Sendable () -> Instant

  package init(now: @escaping @Sendable () -> Instant) { self.now = now }

  package static let system = Clock {
    Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }

  package static func fixed(_ instant: Instant) -> Clock { Clock { instant } }
}
