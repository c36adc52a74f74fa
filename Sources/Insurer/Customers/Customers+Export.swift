import Kernel
import Storage

extension Customers {
  /// One exported customer: the columns of `interface.md` from `source_id` to `adviser`.
  package struct Exported: Sendable {
    /// What the next page starts after.
    package let key: String
    package let values: [String]
    package let id: ID<Customer>
    package let source: String
    package let asOf: Instant
  }

  /// Whether this is the demo insurer's database.
  package static var admitsDemo: Query<Bool> { CustomerStore.admitsDemo }

  /// Customers behind a key in the order of their sources' keys; sealed values whole or masked by the viewer's sights.
  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [Exported] {
    try tx.access.require(.read(.customer))
    let place = try key.map { try Customers.place($0) }
    let records = try tx.fetch(CustomerStore.page(after: place, limit: limit))
    guard !records.isEmpty else { return [] }
    let ids = records.map(\.id)
    let (contacts, documents, staff) = try tx.fetch(
      CustomerStore.contacts(of: ids), CustomerStore.documents(of: ids),
      Staff.numbers(of: Array(Set(records.flatMap(\.staff)))))
    let contactsBy = Dictionary(grouping: contacts, by: \.customerID)
    let documentsBy = Dictionary(grouping: documents, by: \.customerID)
    return try records.map { record in
      let profile = try CustomerProfile(
        record, contacts: contactsBy[record.id] ?? [], documents: documentsBy[record.id] ?? [],
        keys: keys(of: [record], in: tx), for: tx)
      let key = record.sourceKey ?? record.id.description
      return Exported(
        key: "\(key)\n\(record.id.raw)",
        values: row(profile, key: key, staff: staff),
        id: record.id, source: record.source, asOf: record.updatedAt)
    }
  }

  private static func place(_ key: String) throws -> (sourceKey: String, id: Int64) {
    let parts = key.split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count == 2, let id = Int64(parts[1]) else { throw AppError.invalid("PAGE_INVALID", "no such place") }
    return (String(parts[0]), id)
  }

  /// What no rule could read goes out as it came in.
  private static func row(_ profile: CustomerProfile, key: String, staff: [ID<StaffMember>: String]) -> [String] {
    let customer = profile.customer
    func text(_ kind: ContactPoint.Kind) -> String { profile.contact(kind)?.text ?? "" }
    func number(_ id: ID<StaffMember>?) -> String { id.flatMap { staff[$0] } ?? "" }
    let document = profile.documents.first
    return [
      key, customer.name, customer.sex?.rawValue ?? text(.unverifiedSex),
      customer.birthDate?.description ?? text(.unverifiedBirthDate),
      document?.type.rawValue ?? text(.unverifiedIDType), document?.number ?? "", text(.mobile), text(.email),
      text(.address), customer.occupation ?? "", customer.income?.yuan ?? text(.unverifiedIncome),
      customer.channel?.rawValue ?? text(.unverifiedChannel),
      customer.createdOn?.description ?? text(.unverifiedCreatedOn), number(customer.ownerID),
      number(customer.adviserID),
    ]
  }
}

extension Relationships {
  package struct Exported: Sendable {
    package let key: String
    package let values: [String]
    package let customer: Int64
    package let source: String
  }

  /// Relations in the order of `from`, `to` and kind.
  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [Exported] {
    try tx.access.require(.read(.customer))
    try tx.access.needs.require(.relationships, for: tx.access.purpose)
    let place = key.map { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    if let place, place.count != 3 { throw AppError.invalid("PAGE_INVALID", "no such place") }
    return try tx.fetch(RelationshipStore.page(after: place, limit: limit)).map { row in
      Exported(
        key: [row.from, row.to, row.kind].joined(separator: "\n"),
        values: [row.from, row.to, row.kind, row.since?.description ?? ""], customer: row.fromID, source: row.source)
    }
  }

  /// Relations of a file, both ends known already.
  package static func takeIn(_ items: [Relationship], source: String, in tx: Tx) throws -> [Outcome] {
    try tx.access.require(.write(.import))
    return items.isEmpty ? [] : try upsert(items, source: source, in: tx)
  }
}
