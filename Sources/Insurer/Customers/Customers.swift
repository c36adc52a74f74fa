import Kernel
import Storage

/// The door to customers: entering, correcting, reading them.
package enum Customers {
  package static let created = EventKind("customer_created")
  package static let corrected = EventKind("customer_corrected")

  // MARK: Reading

  /// The record, if the viewer may see it.
  package static func record(_ id: ID<Customer>) -> Query<Customer?> { CustomerStore.find(id) }
  package static func records(_ ids: [ID<Customer>]) -> Query<[Customer]> { CustomerStore.records(ids) }
  package static func contacts(_ person: PersonRef) -> Query<[ContactPoint]> {
    CustomerStore.contacts(of: person.records)
  }
  package static func documents(_ person: PersonRef) -> Query<[StoredDocument]> {
    CustomerStore.documents(of: person.records)
  }

  /// The person whose record this is: the record first, then those joined with it. Whether the viewer may see them is
  /// asked by each read of them.
  package static func person(_ id: ID<Customer>) -> Query<PersonRef> {
    CustomerStore.links(of: id).map { linked in
      PersonRef(id, records: [id] + linked.filter { $0 != id }.sorted())
    }
  }

  /// All records of the persons whose records these are, by each of these, itself first.
  package static func persons(of ids: [ID<Customer>]) -> Query<[ID<Customer>: PersonRef]> {
    CustomerStore.links(among: ids).map { pairs in
      var linked: [ID<Customer>: Set<ID<Customer>>] = [:]
      for (id, other) in pairs where other != id { linked[id, default: []].insert(other) }
      return Dictionary(
        uniqueKeysWithValues: Set(ids).map { id in
          (id, PersonRef(id, records: [id] + (linked[id] ?? []).sorted()))
        })
    }
  }

  /// One look at a person: a record of the access log for each record that was read.
  package static func logView(_ person: PersonRef, what: String, in tx: ReadTx) {
    for record in person.records { tx.logAccess(AccessRecord(.view, subjects: [record.raw], what: what)) }
  }

  /// - Throws: `notFound` when there is no such record, or the viewer may not see it; `forbidden`
  ///   `MINOR_APPROVAL_REQUIRED` for a child's outside his cases.
  package static func find(_ id: ID<Customer>, in tx: ReadTx) throws -> Customer {
    try tx.access.require(.read(.customer))
    let found = try tx.fetch(CustomerStore.find(id))
    guard let found else { throw AppError.notFound("customer") }
    try Minors.check(found.birthDate, of: id.raw, in: tx)
    return found
  }

  /// The record with its contact points and documents, masked for the viewer.
  package static func profile(_ id: ID<Customer>, in tx: ReadTx) throws -> CustomerProfile {
    try tx.access.require(.read(.customer))
    let person = try tx.fetch(person(id))
    let (records, contacts, documents) = try tx.fetch(
      records(person.records), contacts(person), documents(person))
    guard let record = records.first(where: { $0.id == id }) else { throw AppError.notFound("customer") }
    try Minors.check(record.birthDate, of: id.raw, in: tx)
    let keys = try keys(of: records, in: tx)
    return try CustomerProfile(record, contacts: contacts, documents: documents, keys: keys, for: tx)
  }

  /// The keys by which records of a person are sealed; an erased one has none.
  package static func keys(of records: [Customer], in tx: ReadTx) throws -> [ID<Customer>: SealingKey] {
    var keys: [ID<Customer>: SealingKey] = [:]
    for record in records { keys[record.id] = try record.wrappedKey.map { try tx.vault.unwrap($0) } }
    return keys
  }

  /// What was corrected of the person whose record this is, newest first.
  package static func corrections(_ customer: Customer, limit: Int = 100, in tx: ReadTx) throws -> [Correction] {
    try corrections(of: try tx.fetch(person(customer.id)), limit: limit, in: tx)
  }

  /// What was corrected, newest first; of an erased record only that something was.
  /// - Parameter place: where a page goes on: behind this moment and id.
  package static func corrections(
    of person: PersonRef, before place: (at: Instant, id: Int64)? = nil, limit: Int = 100, in tx: ReadTx
  ) throws -> [Correction] {
    try tx.access.require(.read(.customer))
    let keys = try sealingKeys(of: person.records, in: tx)
    let needs = tx.access.needs
    let fields = needs.isWhole ? nil : CustomerRules.fields.filter(needs.shows)
    let corrections = try tx.fetch(
      CustomerStore.changes(of: person, fields: fields, before: place, limit: limit)
    ).map { change in
      let key = keys[change.customerID]
      func shown(_ sealed: [UInt8]?) throws -> String? {
        guard let sealed, let key else { return nil }
        let text = try tx.vault.open(sealed, with: key)
        guard let (sight, mask) = protection(of: change.field), !tx.access.sees.contains(sight) else { return text }
        return mask(text)
      }
      let reason = try change.reason.flatMap { sealed in try key.map { try tx.vault.open(sealed, with: $0) } }
      return Correction(
        id: change.id, field: change.field, before: try shown(change.before), after: try shown(change.after),
        at: change.at, actor: change.actor, source: change.source, reason: reason)
    }
    return try numbered(corrections, in: tx)
  }

  /// Members of staff by their numbers, as files and forms name them; an agent is told of himself only.
  private static func numbered(_ corrections: [Correction], in tx: ReadTx) throws -> [Correction] {
    func member(_ text: String?) -> ID<StaffMember>? { text.flatMap { ID<StaffMember>($0) } }
    let named = corrections.filter { staffFields.contains($0.field) }
    guard !named.isEmpty else { return corrections }
    let members = named.flatMap { [member($0.before), member($0.after)] }.compactMap { $0 }
    let numbers = try tx.fetch(Staff.numbers(of: members))
    func shown(_ text: String?) -> String? {
      guard let id = member(text) else { return nil }
      return tx.access.role == .agent && id.raw != tx.access.staffID ? nil : numbers[id]
    }
    return corrections.map { correction in
      guard staffFields.contains(correction.field) else { return correction }
      return Correction(
        id: correction.id, field: correction.field, before: shown(correction.before), after: shown(correction.after),
        at: correction.at, actor: correction.actor, source: correction.source, reason: correction.reason)
    }
  }

  private static func protection(of field: String) -> (Sight, (String) -> String)? {
    switch field {
    case "national_id": (.nationalID, Masks.identity)
    case "mobile": (.mobile, Masks.mobile)
    case "email": (.email, Masks.email)
    case "address": (.address, Masks.address)
    default: nil
    }
  }

  // MARK: Entering

  /// What an entry made.
  package struct Created: Sendable {
    package let id: ID<Customer>
    package let version: Int64
    /// Who may be the same person.
    package let duplicates: [Duplicate]
    /// Confirmed values that break a rule, kept unverified.
    package let flags: [FieldError]
  }

  /// Whether an entry that looks like somebody who is here is told of after it, or stopped before.
  package enum OnDuplicate: Sendable { case tell, refuse }

  /// Enters a customer. Values are keyed by the columns of `interface.md`.
  ///
  /// - Parameter confirmed: reasons by field for values that break a rule of severity flag; without one the entry is
  ///   refused.
  /// - Throws: `invalid` with the fields' codes; `conflict` `DUPLICATE` where `onDuplicate` says so.
  package static func create(
    _ values: [String: String], confirmed: [String: String] = [:], onDuplicate: OnDuplicate = .tell,
    source: String = "anban", in tx: Tx
  ) throws -> Created {
    try tx.access.require(.write(.customer))
    let (admitsDemo, owner, advisers) = try tx.fetch(
      CustomerStore.admitsDemo, ownerQuery(values, tx.access), Staff.byNumbers([values["adviser"] ?? ""]))
    let rules = ResidentID.Rules(today: tx.today, admitsDemo: admitsDemo)
    var (draft, findings) = CustomerRules.read(values, isNew: true, rules)
    if draft.owner != nil, owner == nil { findings.append(Finding("owner", .referenceUnknown, .reject)) }
    if draft.adviser != nil, advisers.isEmpty { findings.append(Finding("adviser", .referenceUnknown, .reject)) }
    try refuse(findings, confirmed)
    (draft.owner, draft.adviser) = (nil, nil)
    let sealed = try SealedCustomer(draft, findings, vault: tx.vault)
    var search = DuplicateSearch()
    try search.ask([sealed], in: tx)
    let duplicates = search.duplicates(of: sealed)
    if onDuplicate == .refuse, !duplicates.isEmpty {
      throw AppError(
        .conflict, "DUPLICATE", "somebody like this is already here", fields: duplicates.map(\.finding.error))
    }
    let rows = newRows([sealed], staff: [(owner, advisers.first)], source: source, keys: [nil], in: tx)
    try insert(rows, in: tx)
    let id = rows.customers[0].id
    try CustomerStore.insert(reasons(confirmed, findings, sealed, id, in: tx), in: tx)
    return Created(id: id, version: 1, duplicates: duplicates, flags: findings.flags)
  }

  /// The owner named, else, for an agent's own entry, the agent.
  private static func ownerQuery(_ values: [String: String], _ access: Access) -> Query<StaffMember?> {
    if let number = values["owner"], !number.isEmpty { return Staff.byNumbers([number]).map(\.first) }
    return access.role == .agent || access.role == .adviser
      ? Staff.find(ID(access.staffID)) : Staff.find(ID(0))
  }

  /// Flags must be confirmed with a reason; rejections cannot be.
  private static func refuse(_ findings: [Finding], _ confirmed: [String: String]) throws {
    let refused = findings.filter { $0.severity == .reject || (confirmed[$0.field] ?? "").isEmpty }
    if !refused.isEmpty { throw AppError.invalid(refused.map(\.error)) }
  }

  /// Why values that break a rule were entered all the same: kept with the corrections.
  private static func reasons(
    _ confirmed: [String: String], _ findings: [Finding], _ sealed: SealedCustomer, _ id: ID<Customer>, in tx: Tx
  ) throws -> [StoredChange] {
    guard findings.contains(where: { confirmed[$0.field] != nil }) else { return [] }
    let key = try tx.vault.unwrap(sealed.wrappedKey)
    return try findings.compactMap { finding in
      guard let reason = confirmed[finding.field] else { return nil }
      return StoredChange(
        customerID: id, id: tx.newID(Correction.self).raw, field: finding.field, before: nil, after: nil, at: tx.now,
        actor: tx.access.actor.description, source: "anban", reason: try tx.vault.seal(reason, with: key))
    }
  }

  /// New records with all that belongs to them: sealed values, indexes, book, search document, event.
  static func newRows(
    _ records: [SealedCustomer], staff: [(owner: StaffMember?, adviser: StaffMember?)], source: String,
    keys: [String?], in tx: Tx
  ) -> NewRows {
    var rows = NewRows(count: records.count)
    for (place, sealed) in records.enumerated() {
      let customer = newCustomer(sealed, staff: staff[place], source: source, key: keys[place], tx)
      rows.add(sealed, customer, staff: staff[place], tx)
      tx.record(created, customer: customer.id.raw, at: customer.latestAt, source: source)
    }
    return rows
  }

  /// Stores them; first what is soon put together, so that PostgreSQL has something to take in.
  static func insert(_ rows: NewRows, in tx: Tx) throws {
    if !CustomerBook.isGathering(tx) { try BookStore.insert(rows.stages, in: tx) }
    try CustomerStore.insert(rows.customers, in: tx)
    try CustomerStore.insert(rows.contacts, in: tx)
    try CustomerStore.insert(rows.documents, in: tx)
    try CustomerStore.insert(rows.indexes, in: tx)
    if CustomerBook.isGathering(tx) {
      try CustomerBook.refresh(rows.customers.map(\.id.raw), in: tx)
    } else {
      try BookStore.insert(rows.book, in: tx)
      try BookStore.insertDocuments(rows.searchDocuments, in: tx)
    }
  }

  private static func newCustomer(
    _ sealed: SealedCustomer, staff: (owner: StaffMember?, adviser: StaffMember?), source: String, key: String?,
    _ tx: Tx
  ) -> Customer {
    let draft = sealed.draft
    let id = tx.newID(Customer.self)
    let since = draft.createdOn.map { min(Instant($0), tx.now) } ?? tx.now
    return Customer(
      id: id, kind: draft.kind, name: draft.name ?? "", pinyin: sealed.pinyin.key,
      initials: sealed.pinyin.initials, sex: draft.sex, birthDate: draft.birthDate, birthFlag: draft.birthFlag,
      occupation: draft.occupation, income: draft.income, channel: draft.channel, createdOn: draft.createdOn,
      ownerID: staff.owner?.id, adviserID: staff.adviser?.id, deceasedOn: nil, source: source,
      sourceKey: key ?? id.description, relation: .prospect, relationSince: nil, wrappedKey: sealed.wrappedKey,
      lines: 0, stages: Stage.acquisition.bit,
      latestAt: since, nextDueOn: nil, version: 1, createdAt: tx.now, updatedAt: tx.now)
  }

  /// The rows of all tables that new records make.
  struct NewRows {
    private(set) var customers: [Customer] = []
    fileprivate var contacts: [ContactPoint] = []
    fileprivate var documents: [StoredDocument] = []
    fileprivate var indexes: [BlindIndexRow] = []
    fileprivate var book: [BookRow] = []
    fileprivate var searchDocuments: [(customer: Int64, tokens: String)] = []
    fileprivate var stages: [(stage: StoredStage, at: Instant)] = []

    fileprivate init(count: Int) {
      customers.reserveCapacity(count)
      contacts.reserveCapacity(count * 2)
      documents.reserveCapacity(count)
      indexes.reserveCapacity(count * 3)
      book.reserveCapacity(count)
      searchDocuments.reserveCapacity(count)
      stages.reserveCapacity(count)
    }

    fileprivate mutating func add(
      _ sealed: SealedCustomer, _ customer: Customer, staff: (owner: StaffMember?, adviser: StaffMember?), _ tx: Tx
    ) {
      customers.append(customer)
      for contact in sealed.contacts {
        contacts.append(
          ContactPoint(
            customerID: customer.id, id: tx.newID(ContactPoint.self).raw, kind: contact.kind, sealed: contact.sealed,
            flag: contact.flag, isPrimary: true, since: tx.now, source: customer.source))
      }
      if let document = sealed.document {
        documents.append(
          StoredDocument(
            customerID: customer.id, id: tx.newID(StoredDocument.self).raw, type: document.type,
            sealed: document.sealed, flag: document.flag, validUntil: nil, since: tx.now, source: customer.source))
      }
      for index in sealed.indexes {
        indexes.append(BlindIndexRow(kind: index.kind, value: index.value, customerID: customer.id))
      }
      let facts = BookFacts(
        customerID: customer.id.raw, name: customer.name, pinyin: customer.pinyin, initials: customer.initials,
        createdAt: customer.createdAt, owner: customer.ownerID?.raw, adviser: customer.adviserID?.raw,
        latestAt: customer.latestAt)
      let members = [staff.owner, staff.adviser].compactMap { $0 }
      let groups = Dictionary(
        members.map { ($0.id.raw, [$0.teamID?.raw, $0.branchID?.raw].compactMap { $0 }) }, uniquingKeysWith: { $1 })
      let open = facts.openStages(on: tx.today)
      stages += open.map { ($0.key(customer.id.raw), customer.latestAt) }
      let bookRows = BookRules.rows(facts, stages: open, groups: groups)
      book += bookRows
      searchDocuments.append(
        (customer.id.raw, BookRules.tokens(name: customer.name, scopes: bookRows.map(\.scope))))
    }
  }
}
