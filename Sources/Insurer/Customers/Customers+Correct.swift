import Kernel
import Storage

extension Customers {
  /// What a correction did.
  package struct Corrected: Sendable {
    package let id: ID<Customer>
    package let version: Int64
    /// Names of the fields that changed; none when everything was so already.
    package let fields: [String]
    package let flags: [FieldError]
  }

  /// Corrects fields of a record: those given, a blank one cleared. Each is kept with who, when, from what, to what.
  ///
  /// - Parameter expected: the version that the caller read; nil to overwrite whatever is there.
  /// - Throws: `notFound`; `conflict` `STALE` when the record has another version; `invalid` like `create`.
  package static func update(
    _ id: ID<Customer>, _ values: [String: String], expected: Int64?, confirmed: [String: String] = [:],
    source: String = "anban", in tx: Tx
  ) throws -> Corrected {
    try tx.access.require(.write(.customer))
    try CustomerStore.lock([id], in: tx)
    guard let state = try CustomerState.load([id], in: tx)[id] else { throw AppError.notFound("customer") }
    if let expected, expected != state.record.version {
      throw AppError.conflict("STALE", "the record has version \(state.record.version), not \(expected)")
    }
    let (admitsDemo, owners, advisers) = try tx.fetch(
      CustomerStore.admitsDemo, Staff.byNumbers([values["owner"] ?? ""]), Staff.byNumbers([values["adviser"] ?? ""]))
    let rules = ResidentID.Rules(today: tx.today, admitsDemo: admitsDemo)
    var (draft, findings) = CustomerRules.read(
      values, isNew: false, completing: try current(state, in: tx), rules)
    if draft.owner != nil, owners.isEmpty { findings.append(Finding("owner", .referenceUnknown, .reject)) }
    if draft.adviser != nil, advisers.isEmpty { findings.append(Finding("adviser", .referenceUnknown, .reject)) }
    try refuseUnconfirmed(findings, confirmed)
    let change = try CustomerChange(state, draft, owner: owners.first, adviser: advisers.first, vault: tx.vault)
    guard !change.isEmpty else {
      return Corrected(id: id, version: state.record.version, fields: [], flags: findings.flags)
    }
    let saved = try save([change], reasons: confirmed, source: source, in: tx)
    return Corrected(id: id, version: saved[0].version, fields: change.fields.map(\.name), flags: findings.flags)
  }

  private static func refuseUnconfirmed(_ findings: [Finding], _ confirmed: [String: String]) throws {
    let refused = findings.filter { $0.severity == .reject || (confirmed[$0.field] ?? "").isEmpty }
    if !refused.isEmpty { throw AppError.invalid(refused.map(\.error)) }
  }

  /// What the record holds of the fields that are compared with each other, for a change that gives only some.
  static func current(_ state: CustomerState, in tx: Tx) throws -> [String: String] {
    var values: [String: String] = ["name": state.record.name]
    values["gender"] = state.record.sex?.rawValue
    values["birth_date"] = state.record.birthDate?.description
    if let document = state.documents.first, let wrapped = state.record.wrappedKey {
      values["id_type"] = document.type.rawValue
      values["national_id"] = try tx.vault.open(document.sealed, with: tx.vault.unwrap(wrapped))
    }
    return values
  }

  /// Writes changes of several records: set-based but for the records' own rows.
  static func save(
    _ changes: [CustomerChange], reasons: [String: String] = [:], source: String, in tx: Tx
  ) throws -> [Customer] {
    var rows = ChangedRows()
    for change in changes { try rows.add(change, reasons: reasons, source: source, in: tx) }
    for customer in rows.customers { try CustomerStore.update(customer, in: tx) }
    try CustomerStore.expireBasis(of: changes.filter(\.changesAge).map(\.after.id), in: tx)
    try CustomerStore.end(contacts: rows.endedContacts, documents: rows.endedDocuments, in: tx)
    try CustomerStore.insert(rows.contacts, in: tx)
    try CustomerStore.insert(rows.documents, in: tx)
    if !rows.reindexed.isEmpty {
      try CustomerStore.dropIndexes(of: rows.reindexed, in: tx)
      try CustomerStore.insert(rows.indexes, in: tx)
    }
    try CustomerStore.insert(rows.history, in: tx)
    for (customer, change) in zip(rows.customers, changes) {
      let fields = change.fields.map(\.name).sorted().joined(separator: ",")
      tx.record(corrected, customer: customer.id.raw, source: source, facts: ["fields": fields])
    }
    try CustomerBook.refresh(changes.filter(\.touchesBook).map(\.after.id.raw), in: tx)
    for change in changes where !change.touchesBook {
      try CustomerBook.touch(change.after.id.raw, at: tx.now, in: tx)
    }
    return rows.customers
  }

  private struct ChangedRows {
    var customers: [Customer] = []
    var contacts: [ContactPoint] = []
    var documents: [StoredDocument] = []
    var endedContacts: [ContactPoint] = []
    var endedDocuments: [StoredDocument] = []
    var reindexed: [ID<Customer>] = []
    var indexes: [BlindIndexRow] = []
    var history: [StoredChange] = []

    mutating func add(
      _ change: CustomerChange, reasons: [String: String], source: String, in tx: Tx
    ) throws {
      var customer = change.after
      customer.version += 1
      customer.updatedAt = tx.now
      customers.append(customer)
      guard let wrapped = customer.wrappedKey else { throw AppError.conflict("ERASED", "the record was erased") }
      let key = try tx.vault.unwrap(wrapped)
      endedContacts += change.endedContacts
      endedDocuments += change.endedDocuments
      contacts += try change.newContacts.map { contact in
        ContactPoint(
          customerID: customer.id, id: tx.newID(ContactPoint.self).raw, kind: contact.kind,
          sealed: try tx.vault.seal(contact.text, with: key), flag: contact.flag, isPrimary: true, since: tx.now,
          source: source)
      }
      if let document = change.newDocument {
        documents.append(
          StoredDocument(
            customerID: customer.id, id: tx.newID(StoredDocument.self).raw, type: document.type,
            sealed: try tx.vault.seal(document.number, with: key), flag: document.flag, validUntil: nil,
            since: tx.now, source: source))
      }
      if let all = change.indexes {
        reindexed.append(customer.id)
        indexes += all.map { BlindIndexRow(kind: $0.kind, value: $0.value, customerID: customer.id) }
      }
      history += try change.fields.map { field in
        StoredChange(
          customerID: customer.id, id: tx.newID(Correction.self).raw, field: field.name,
          before: try field.before.map { try tx.vault.seal($0, with: key) },
          after: try field.after.map { try tx.vault.seal($0, with: key) }, at: tx.now,
          actor: tx.access.actor.description, source: source,
          reason: try reasons[field.name].map { try tx.vault.seal($0, with: key) })
      }
    }
  }
}
