import Kernel
import Storage

/// Contacts as they come from the store: opened for the viewer by `Interactions.lines`.
package struct SealedInteractions: Sendable {
  let rows: [InteractionStore.Sealed]
}

/// Where a page of contacts goes on: before this moment and id.
package struct InteractionCursor: Hashable, Sendable {
  package let at: Instant
  package let id: Int64

  package init(at: Instant, id: Int64) {
    self.at = at
    self.id = id
  }

  package static let newest = InteractionCursor(at: Instant(microseconds: .max), id: .max)
}

extension Interactions {
  /// A person's contacts, newest first.
  package static func latest(
    of person: PersonRef, before cursor: InteractionCursor = .newest, channel: ContactChannel? = nil, limit: Int
  ) -> Query<SealedInteractions> {
    InteractionStore.page(of: person.records, before: cursor.at, id: cursor.id, channel: channel, limit: limit)
      .map(SealedInteractions.init)
  }

  /// Some contacts of a person, by raw id.
  package static func some(_ ids: [Int64], of person: PersonRef) -> Query<SealedInteractions> {
    InteractionStore.some(ids, of: person.records).map(SealedInteractions.init)
  }

  /// Opens contacts for the viewer. Who may not read notes sees no summary; an agent is not told who else serves the
  /// customer (`domain.md`).
  /// - Parameter keys: of the records whose they are; an erased one has none.
  package static func lines(
    _ sealed: SealedInteractions, keys: [ID<Customer>: SealingKey], for tx: ReadTx
  ) throws -> [InteractionLine] {
    let access = tx.access
    let opens = access.sees.contains(.note)
    return try sealed.rows.map { row in
      var interaction = row.interaction
      if opens, let summary = row.summary, let key = keys[interaction.customerID] {
        interaction.summary = try tx.vault.open(summary, with: key)
      }
      let isOther = access.role == .agent && interaction.staffID?.raw != access.staffID
      return InteractionLine(interaction: interaction, staff: isOther ? nil : row.staff)
    }
  }

  /// A page of a person's contacts; the caller goes on before the last line.
  package static func list(
    of person: PersonRef, before cursor: InteractionCursor = .newest, channel: ContactChannel? = nil, limit: Int,
    in tx: ReadTx
  ) throws -> [InteractionLine] {
    try tx.access.require(.read(.interaction))
    let sealed = try tx.fetch(latest(of: person, before: cursor, channel: channel, limit: limit))
    Customers.logView(person, what: "interactions", in: tx)
    return try lines(sealed, keys: try Customers.sealingKeys(of: person.records, in: tx), for: tx)
  }

  /// Contacts in the order of their source's keys, with the keys by which files refer to what they name.
  package static func export(
    after key: String, customer: Int64, id: Int64, limit: Int, in tx: ReadTx
  ) throws -> [InteractionExport] {
    try tx.access.require(.read(.interaction))
    let rows = try tx.fetch(InteractionStore.after(key: key, customer: customer, id: id, limit: limit))
    guard !rows.isEmpty else { return [] }
    let customers = rows.map(\.interaction.customerID)
    let (names, staff) = try tx.fetch(
      Customers.names(of: customers), Staff.numbers(of: rows.compactMap(\.interaction.staffID)))
    let keys = tx.access.sees.contains(.note) ? try Customers.sealingKeys(of: customers, in: tx) : [:]
    for customer in Set(customers.map(\.raw)).sorted() {
      tx.logAccess(AccessRecord(.export, subjects: [customer], what: "interactions"))
    }
    return try rows.map { row in
      InteractionExport(
        interaction: try opened(row, keys, tx), customer: names[row.interaction.customerID]?.fileKey ?? "",
        staff: row.interaction.staffID.flatMap { staff[$0] })
    }
  }
}

/// A contact with the keys by which files refer to what it names.
package struct InteractionExport: Sendable {
  package let interaction: Interaction
  package let customer: String
  package let staff: String?
}
