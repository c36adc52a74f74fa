import Kernel

/// How the text of one field becomes a value: one set of readers for form, API, import and event.
/// Each throws the code of the rule that the text breaks. The text is folded already (width, blanks).
package enum Reading {
  /// `1990-07-08`, `19900708`, `1990/7/8`, `1990.7.8`, `1990-7-8`, `1990年7月8日`; a time of day behind it is ignored.
  package static func day(_ text: String) throws(ReadingFault) -> Day {
    if let day = Day(text), day.year >= 1000 { return day }
    guard let numbers = dateNumbers(text) else { throw ReadingFault(.dateInvalid) }
    var parts = numbers
    if let packed = numbers.first, numbers.count == 1, packed >= 10_000_000 {
      parts = [packed / 10_000, packed / 100 % 100, packed % 100]
    }
    guard parts.count == 3, parts[0] >= 1000, let day = Day(year: parts[0], month: parts[1], day: parts[2])
    else { throw ReadingFault(.dateInvalid) }
    return day
  }

  /// The numbers of a date's text; nil where it holds anything but digits and the separators of dates, and of a time
  /// of day after a blank or `T`.
  private static func dateNumbers(_ text: String) -> [Int]? {
    let date = text.prefix { $0 != " " && $0 != "T" }
    let time = text.dropFirst(date.count + 1)
    guard let first = date.utf8.first, (48...57).contains(first),
      date.allSatisfy({ $0.isASCII && $0.isNumber || "-/.年月日号".contains($0) }),
      time.allSatisfy({ $0.isASCII && $0.isNumber || ":.+-Z".contains($0) })
    else { return nil }
    let groups = date.split { !$0.isNumber }
    guard groups.allSatisfy({ $0.count <= 8 }) else { return nil }
    return groups.compactMap { Int($0) }
  }

  /// RFC 3339, `YYYY-MM-DD HH:MM[:SS]` in Asia/Shanghai, or any form of `day` (its midnight there).
  package static func instant(_ text: String) throws(ReadingFault) -> Instant {
    if let instant = Instant(text) { return instant }
    let halves = text.split(separator: " ", maxSplits: 1)
    guard let first = halves.first, let day = try? day(String(first)) else { throw ReadingFault(.timeInvalid) }
    guard halves.count == 2 else { return Instant(day) }
    let clock = halves[1].split(separator: ":").first?.count == 1 ? "0\(halves[1])" : "\(halves[1])"
    guard let instant = Instant("\(day) \(clock)") else { throw ReadingFault(.timeInvalid) }
    return instant
  }

  /// Yuan with at most two decimals, not negative.
  package static func money(_ text: String) throws(ReadingFault) -> Money {
    guard let money = Money(yuan: text) else { throw ReadingFault(.moneyInvalid) }
    guard money.fen >= 0 else { throw ReadingFault(.moneyNegative) }
    return money
  }

  /// `0.9` or `90%`, at most one.
  package static func rate(_ text: String) throws(ReadingFault) -> Rate {
    guard let rate = Rate(text), rate <= .percent(100) else { throw ReadingFault(.rateInvalid) }
    return rate
  }

  package static func int(_ text: String, in range: ClosedRange<Int64> = 0...Int64.max) throws(ReadingFault) -> Int64 {
    guard let value = Int64(text) else { throw ReadingFault(.numberInvalid) }
    guard range.contains(value) else { throw ReadingFault(.numberRange) }
    return value
  }

  /// `1`/`0`, `yes`/`no`, `true`/`false`, `Y`/`N`, `是`/`否`.
  package static func flag(_ text: String) throws(ReadingFault) -> Bool {
    switch text.lowercased() {
    case "1", "true", "yes", "y", "t", "是", "有": return true
    case "0", "false", "no", "n", "f", "否", "无": return false
    default: throw ReadingFault(.flagInvalid)
    }
  }

  package static func enumeration<Value: Coded>(_ type: Value.Type, _ text: String) throws(ReadingFault) -> Value {
    guard let value = Value.read(text) else { throw ReadingFault(.enumUnknown) }
    return value
  }

  package static func sex(_ text: String) throws(ReadingFault) -> Sex {
    guard let sex = Sex.read(text) else { throw ReadingFault(.sexUnknown) }
    return sex
  }

  /// A text of at most `limit` Unicode scalars (what a contract's `maxLength` counts) without control characters (line
  /// breaks and tabs are kept).
  package static func text(_ text: String, limit: Int) throws(ReadingFault) -> String {
    guard text.unicodeScalars.count <= limit else { throw ReadingFault(.tooLong) }
    let plain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 || $0 == "\n" || $0 == "\t" }
    guard plain else { throw ReadingFault(.textInvalid) }
    return text
  }

  // MARK: Texts that an act asks for

  /// What somebody says for himself: it has to be there. The other form of these readers, for acts with one text.
  /// - Parameter atLeast: of how many Unicode scalars.
  /// - Throws: `invalid` with the field's code: `REQUIRED`, `TOO_LONG`, `TEXT_INVALID`, `REASON_TOO_SHORT`.
  static func needed(_ text: String?, _ field: String, limit: Int, atLeast: Int = 1) throws -> String {
    var reader = FieldReader([field: text ?? ""])
    let read = reader.text(field, required: true, limit: limit) ?? ""
    if reader.findings.isEmpty, read.unicodeScalars.count < atLeast { reader.find(field, .reasonTooShort, .reject) }
    guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
    return read
  }

  /// What proves that something arrived: a number, a name.
  /// - Throws: `invalid` `PROOF_REQUIRED`.
  static func proof(_ text: String) throws -> String {
    guard let read = try? Reading.text(text, limit: 300), read.contains(where: { !$0.isWhitespace }) else {
      throw AppError.invalid([Finding("proof", .proofRequired, .reject).error])
    }
    return read
  }
}
