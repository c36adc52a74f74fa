import Kernel

/// A filed product (险种) as the core knows it.
package struct Product: Identified, Hashable, Sendable {
  package static let idPrefix = "PR"

  package let id: ID<Product>
  /// The code by which files refer to it.
  package var code: String
  package var name: String
  package var line: Line
  package var kind: ProductKind
  /// How long cover lasts: `1y`, `20y`, `to_80`, `life`.
  package var term: String?
  package var waitingDays: Int?
  package var coolingOffDays: Int?
  package var guaranteedRenewable: Bool
  /// The name under which it was filed with the regulator.
  package var filedName: String?
  package var source: String
  package var version: Int64

  /// What the policy rules need of it.
  package var terms: ProductTerms {
    ProductTerms(
      line: line, kind: kind, waitingDays: waitingDays ?? 0, coolingOffDays: coolingOffDays ?? 0,
      guaranteedRenewable: guaranteedRenewable)
  }

  /// More than a year of cover, or not known to be less.
  package var isLongTerm: Bool { term.map { $0 != "1y" && !$0.hasSuffix("d") && !$0.hasSuffix("m") } ?? true }

  static let fields: [RecordField<Product>] = [
    RecordField("name", \.name) { $0 },
    RecordField("line", \.line) { $0.code },
    RecordField("kind", \.kind) { $0.code },
    RecordField("term", \.term) { $0 ?? "" },
    RecordField("waiting_days", \.waitingDays) { $0.map(String.init) ?? "" },
    RecordField("cooling_off_days", \.coolingOffDays) { $0.map(String.init) ?? "" },
    RecordField("guaranteed_renewable", \.guaranteedRenewable) { $0 ? "1" : "0" },
    RecordField("filed_name", \.filedName) { $0 ?? "" },
  ]
}

/// What a file says of a product, read and checked; which of it applies to a product that is there already.
package struct ProductDraft: Sendable {
  package let code: String
  let product: Product
  let applied: Applied

  /// - Returns: nil when a finding rejects the row.
  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, law: Law
  ) -> (draft: ProductDraft?, findings: [Finding]) {
    var reader = FieldReader(values)
    let code = reader.text("code", required: true, limit: 64)
    let name = reader.text("name", required: true, limit: 120)
    let line = reader.enumeration(Line.self, "line", required: true)
    let kind = reader.enumeration(ProductKind.self, "kind")
    let term = reader.text("term", limit: 20, .flag)
    let waiting = reader.int("waiting_days", in: 0...3_650, .flag).map { Int($0) }
    let coolingOff = reader.int("cooling_off_days", in: 0...365, .flag).map { Int($0) }
    let renewable = reader.flag("guaranteed_renewable", .flag)
    let filed = reader.text("filed_name", limit: 120, .flag)
    guard !reader.isRejected, let code, let name, let line else { return (nil, reader.findings) }
    let product = Product(
      id: ID(0), code: code, name: name, line: line, kind: kind ?? .base, term: term, waitingDays: waiting,
      coolingOffDays: coolingOff, guaranteedRenewable: renewable ?? false, filedName: filed, source: "", version: 0)
    for finding in ProductRules.findings(product, law: law) { reader.find(finding.field, finding.code, .flag) }
    let applied = Applied(given: Set(values.keys), changed: changed)
    return (ProductDraft(code: code, product: product, applied: applied), reader.findings)
  }
}

/// What the law asks of a health product (健康保险管理办法 15, 27).
package enum ProductRules {
  package static func findings(_ product: Product, law: Law) -> [(field: String, code: ValidationCode)] {
    guard product.line.lineClass == .health else { return [] }
    var found: [(field: String, code: ValidationCode)] = []
    if let days = product.waitingDays, days > law[.waitingMaximumDays] {
      found.append(("waiting_days", .waitingTooLong))
    }
    if product.isLongTerm, let days = product.coolingOffDays, days < law[.coolingOffMinimumDays] {
      found.append(("cooling_off_days", .coolingOffTooShort))
    }
    return found
  }
}
