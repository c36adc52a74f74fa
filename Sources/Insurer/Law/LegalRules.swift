import Foundation
import Kernel

/// Where a number comes from: `保险法` and `36`; a clause of the contract has no article.
package struct Citation: Hashable, Sendable {
  package let instrument: String
  package let article: String

  package init(_ instrument: String, _ article: String = "") {
    self.instrument = instrument
    self.article = article
  }

  /// The policy's own wording, which goes before the law's default.
  package static let contract = Citation("合同条款")
}

/// One row of `legal_rules`: a number, its source, and the days on which it holds (both included).
package struct LegalRule: Hashable, Sendable {
  package let parameter: LegalParameter
  package let value: Int
  package let citation: Citation
  package let effectiveFrom: Day
  package let effectiveTo: Day?

  package init(
    _ parameter: LegalParameter, _ value: Int, _ citation: Citation, from: Day, to: Day? = nil
  ) {
    self.parameter = parameter
    self.value = value
    self.citation = citation
    effectiveFrom = from
    effectiveTo = to
  }

  func holds(on day: Day) -> Bool { effectiveFrom <= day && effectiveTo.map { day <= $0 } ?? true }
}

/// The law as it stands on one day: what rules are handed.
package struct Law: Sendable {
  private let numbers: [LegalParameter: LegalRule]

  /// - Throws: `AppError.broken` when a parameter has no rule on that day, or two.
  init(_ rules: [LegalRule], on day: Day) throws {
    var numbers: [LegalParameter: LegalRule] = [:]
    for rule in rules where rule.holds(on: day) {
      guard numbers.updateValue(rule, forKey: rule.parameter) == nil else {
        throw AppError.broken("legal_rules: \(rule.parameter.rawValue) has two values on \(day)")
      }
    }
    for parameter in LegalParameter.allCases where numbers[parameter] == nil {
      throw AppError.broken("legal_rules: \(parameter.rawValue) has no value on \(day)")
    }
    self.numbers = numbers
  }

  /// Every parameter is there: `init` has seen to it.
  package subscript(parameter: LegalParameter) -> Int { numbers[parameter]?.value ?? 0 }

  package func citation(of parameter: LegalParameter) -> Citation {
    numbers[parameter]?.citation ?? Citation("")
  }
}

/// All legal numbers with their times of validity.
package struct LegalRules: Sendable {
  package let rules: [LegalRule]
  private let earliest: Day

  /// - Throws: `AppError.broken` when there are none.
  package init(_ rules: [LegalRule]) throws {
    let beginnings = Dictionary(grouping: rules, by: \.parameter).values.compactMap { $0.map(\.effectiveFrom).min() }
    guard let earliest = beginnings.max() else { throw AppError.broken("legal_rules: empty") }
    self.rules = rules
    self.earliest = earliest
  }

  /// The law of a day. For a day before the catalogue begins, its first complete state.
  package func on(_ day: Day) throws -> Law { try Law(rules, on: max(day, earliest)) }

  /// The rules that come with the program; a database is seeded from them.
  package static let catalogue: Result<LegalRules, any Error> = Result {
    guard let url = Bundle.module.url(forResource: "Resources/catalogue/legal_rules", withExtension: "json") else {
      throw AppError.broken("legal_rules.json is not in the bundle")
    }
    return try LegalRules(json: Data(contentsOf: url))
  }

  /// Reads the catalogue's form: an array of objects with `effective_to` null for what still holds.
  package init(json: Data) throws {
    try self.init(JSONDecoder().decode([CatalogueRow].self, from: json).map { try $0.rule() })
  }
}

private struct CatalogueRow: Decodable {
  let instrument: String
  let article: String
  let parameter: String
  let value: Int
  let effective_from: String
  let effective_to: String?

  func rule() throws -> LegalRule {
    guard let parameter = LegalParameter(rawValue: parameter), let from = Day(effective_from) else {
      throw AppError.broken("legal_rules.json: \(parameter) from \(effective_from)")
    }
    let to = try effective_to.map { text in
      guard let day = Day(text) else { throw AppError.broken("legal_rules.json: \(text)") }
      return day
    }
    return LegalRule(parameter, value, Citation(instrument, article), from: from, to: to)
  }
}
