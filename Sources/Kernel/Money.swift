/// An amount in the smallest unit of its currency (fen for CNY). Never a floating-point number.
package struct Money: Hashable, Sendable {
  package let fen: Int64
  package let currency: Currency

  package init(fen: Int64, currency: Currency = .cny) {
    self.fen = fen
    self.currency = currency
  }

  package static let zero = Money(fen: 0)

  /// - Throws: `AppError.invalid` when the currencies differ or the sum does not fit.
  package static func + (a: Money, b: Money) throws -> Money {
    try a.requireSameCurrency(b)
    let (sum, overflow) = a.fen.addingReportingOverflow(b.fen)
    guard !overflow else { throw AppError.invalid("MONEY_OVERFLOW", "the sum is too large") }
    return Money(fen: sum, currency: a.currency)
  }

  /// - Throws: `AppError.invalid` when the currencies differ or the difference does not fit.
  package static func - (a: Money, b: Money) throws -> Money {
    try a.requireSameCurrency(b)
    let (difference, overflow) = a.fen.subtractingReportingOverflow(b.fen)
    guard !overflow else { throw AppError.invalid("MONEY_OVERFLOW", "the difference is too large") }
    return Money(fen: difference, currency: a.currency)
  }

  /// The share `rate` of this amount, rounded to a fen as named.
  package func part(_ rate: Rate, rounding: Rounding) throws -> Money {
    let (product, overflow) = fen.multipliedReportingOverflow(by: rate.millionths)
    guard !overflow else { throw AppError.invalid("MONEY_OVERFLOW", "the product is too large") }
    return Money(fen: rounding.divide(product, by: 1_000_000), currency: currency)
  }

  private func requireSameCurrency(_ other: Money) throws {
    guard currency == other.currency else {
      throw AppError.invalid("MONEY_CURRENCY", "\(currency.rawValue) and \(other.currency.rawValue) do not add")
    }
  }

  /// Reads yuan with at most two decimals: `860`, `1,200.50`, `¥860.00`. Nil for anything else.
  package init?(yuan text: some StringProtocol) {
    var digits = String(text).filter { $0 != "," && $0 != " " && $0 != "，" }
    if let first = digits.first, first == "¥" || first == "￥" { digits.removeFirst() }
    if digits.hasSuffix("元") { digits.removeLast() }
    let negative = digits.first == "-"
    if negative { digits.removeFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, !whole.isEmpty, whole.count <= 15,
      whole.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard decimals.count <= 2, parts.count == 1 || !decimals.isEmpty,
      decimals.utf8.allSatisfy({ (48...57).contains($0) }), let yuan = Int64(whole)
    else { return nil }
    let rest = Int64(decimals.padding(to: 2)) ?? 0
    self.init(fen: (negative ? -1 : 1) * (yuan * 100 + rest))
  }

  /// Yuan with exactly two decimals and no grouping, as files carry it: `860.00`.
  package var yuan: String {
    let magnitude = fen.magnitude
    let decimals = magnitude % 100
    return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(decimals < 10 ? "0" : "")\(decimals)"
  }
}

package enum Currency: String, Sendable, Codable { case cny = "CNY" }

/// A share or rate in millionths: 12.5 % is 125,000.
package struct Rate: Hashable, Comparable, Sendable {
  package let millionths: Int64
  package init(millionths: Int64) { self.millionths = millionths }
  package static func percent(_ value: Int64) -> Rate { Rate(millionths: value * 10_000) }
  package static func < (a: Rate, b: Rate) -> Bool { a.millionths < b.millionths }

  /// Reads `0.9`, `90%`, `33.33%`. Nil for anything else, or for more than six decimals of one.
  package init?(_ text: some StringProtocol) {
    var digits = String(text).filter { $0 != " " }
    let percent = digits.hasSuffix("%") || digits.hasSuffix("％")
    if percent { digits.removeLast() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let places = percent ? 4 : 6
    guard parts.count <= 2, let whole = parts.first, whole.count <= 7, let units = Int64(whole), units >= 0,
      whole.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard decimals.count <= places, decimals.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    let scale: Int64 = percent ? 10_000 : 1_000_000
    self.init(millionths: units * scale + (Int64(decimals.padding(to: places)) ?? 0))
  }

  /// As a decimal fraction without trailing zeros, as files carry it: `0.9`.
  package var decimal: String {
    var decimals = String(millionths % 1_000_000)
    decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return decimals.isEmpty ? "\(millionths / 1_000_000)" : "\(millionths / 1_000_000).\(decimals)"
  }
}

package enum Rounding: Sendable {
  /// A half goes away from zero.
  case halfUp
  /// Toward zero.
  case down

  func divide(_ value: Int64, by divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    switch self {
    case .down: return quotient
    case .halfUp: return rest.magnitude * 2 >= divisor.magnitude ? quotient + (value < 0 ? -1 : 1) : quotient
    }
  }
}

extension String {
  fileprivate func padding(to places: Int) -> String { self + String(repeating: "0", count: max(0, places - count)) }
}
