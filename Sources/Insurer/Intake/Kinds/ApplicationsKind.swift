import Kernel
import Storage

/// Steps of applications, as events tell them: each stage at each moment is a step of its own.
package enum ApplicationsKind: RecordKind {
  package static let name = "applications"
  package static let key = ["application_no", "stage", "at"]
  package static let fields: [ImportField] = [
    ImportField("application_no", required: true), ImportField("stage", required: true),
    ImportField("at", required: true), ImportField("customer"), ImportField("product"), ImportField("policy_no"),
    ImportField("servicing_agent"), ImportField("underwriter"), ImportField("sum_insured"), ImportField("premium"),
    ImportField("asked", sealed: true, form: .prose), ImportField("due_on", form: .day),
  ]

  /// A step of an application that is not known yet waits for the one that says whose it is.
  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let found = try References.find(
      rows, .init(products: ["product"], customers: ["customer"], staff: ["servicing_agent", "underwriter"]),
      source: source, in: tx)
    let numbers = Array(Set(rows.compactMap { $0["application_no"] })).sorted()
    let places = try tx.fetch(Applications.places(numbers, source: source))
    var owners = Dictionary(places.map { ($0.number, $0.customer) }) { first, _ in first }
    return try rows.map { row in
      if let waiting = waiting(row, found) { return waiting }
      let number = row["application_no"] ?? ""
      let customer = row["customer"].flatMap { found.customers[$0] }
      if owners[number] == nil, customer == nil || row["product"] == nil {
        return RowOutcome(.waiting(kind: name, key: number))
      }
      var values = row.values
      values["customer"] = customer?.description
      return try RowOutcome.of {
        let id = try Applications.tell(values, source: source, in: tx)
        let owner = owners[number] ?? customer ?? ID(0)
        owners[number] = owner
        return RowOutcome(.created, entity: id.raw, customer: owner.raw)
      }
    }
  }

  private static func waiting(_ row: ImportRow, _ found: PolicyReferences) -> RowOutcome? {
    if let key = row["customer"], found.customers[key] == nil {
      return RowOutcome(.waiting(kind: CustomersKind.name, key: key))
    }
    if let code = row["product"], found.products[code] == nil {
      return RowOutcome(.waiting(kind: ProductsKind.name, key: code))
    }
    let number = [row["servicing_agent"], row["underwriter"]].compactMap { $0 }.first { found.staff[$0] == nil }
    return number.map { RowOutcome(.waiting(kind: StaffKind.name, key: $0)) }
  }
}

extension RowOutcome {
  /// What an act made of a row; what it refuses as invalid is the row's fault.
  static func of(_ act: () throws -> RowOutcome) throws -> RowOutcome {
    do {
      return try act()
    } catch let error as AppError where error.kind == .invalid {
      return .rejected(error.fields.isEmpty ? [FieldError("", error.code, error.detail)] : error.fields)
    }
  }
}
