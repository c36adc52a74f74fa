import Kernel
import Storage

extension Customers {
  /// Fields that name members of the staff by number.
  static let staffFields = ["owner", "adviser"]

  /// One row of a file, or of an event, on its way in.
  package struct Incoming: Sendable {
    /// The source's own number for the customer; nil where a file has none, for a sealed value is no key.
    package let key: String?
    /// By the columns of `interface.md`; blank ones absent, others passed over.
    package let values: [String: String]
    /// Fields that the source itself changed since it last spoke; nil when it is new to us.
    package let changed: Set<String>?
    /// The record it stands for already.
    package let existing: ID<Customer>?
    /// Worked out beforehand, for rows that may be new.
    package let prepared: PreparedCustomer?

    package init(
      key: String?, values: [String: String], changed: Set<String>? = nil, existing: ID<Customer>? = nil,
      prepared: PreparedCustomer? = nil
    ) {
      self.key = key
      self.values = values
      self.changed = changed
      self.existing = existing
      self.prepared = prepared
    }
  }

  /// Looks for who is already here before the transaction that stores new rows, while the one before it is written:
  /// what is known here needs no question there. Rows that share a value with those being written are left for it,
  /// and all of them when some of these are changes.
  package static func lookAhead(
    _ rows: [PreparedCustomer?], after earlier: [PreparedCustomer?], in tx: ReadTx
  ) throws -> [PreparedCustomer?] {
    guard earlier.allSatisfy({ $0 != nil }) else { return rows }
    var written = DuplicateSearch()
    for case let row? in earlier { written.add(row.sealed, ID(0)) }
    var ahead = rows
    for start in stride(from: 0, to: rows.count, by: 2_500) {
      let part = start..<min(start + 2_500, rows.count)
      var duplicates = DuplicateSearch()
      try duplicates.ask(rows[part].compactMap { $0?.sealed }, in: tx)
      for place in part {
        guard let sealed = rows[place]?.sealed, written.duplicates(of: sealed).isEmpty else { continue }
        ahead[place]?.duplicates = duplicates.duplicates(of: sealed).map(\.finding)
      }
    }
    return ahead
  }

  /// What became of it.
  package struct Taken: Sendable {
    package enum Result: Hashable, Sendable {
      case created(ID<Customer>)
      case updated(ID<Customer>)
      case unchanged(ID<Customer>)
      case rejected
      /// Names an owner or adviser who is not known yet.
      case waitingForStaff(String)
    }

    package let result: Result
    package let findings: [Finding]
  }

  /// Takes in many rows with a fixed number of statements for those that are new (decisions 23–25). Values that break
  /// a rule of severity flag are kept unverified; only what the source itself changed is applied to a known record.
  package static func takeIn(_ rows: [Incoming], source: String, in tx: Tx) throws -> [Taken] {
    try tx.access.require(.write(.import))
    let numbers = Array(Set(rows.flatMap { row in Customers.staffFields.compactMap { row.values[$0] } }))
    let (admitsDemo, staff) = try tx.fetch(CustomerStore.admitsDemo, Staff.byNumbers(numbers))
    let rules = ResidentID.Rules(today: tx.today, admitsDemo: admitsDemo)
    let known = Dictionary(uniqueKeysWithValues: staff.map { ($0.staffNo, $0) })
    var round = IntakeRound(rows: rows, rules: rules, staff: known, source: source, tx: tx)
    return try round.run()
  }

  /// Whom an ID number belongs to, where exactly one record has it: for files keyed by it.
  package static func having(nationalIDs numbers: [String], in tx: ReadTx) throws -> [String: ID<Customer>] {
    let rules = ResidentID.Rules(today: tx.today, admitsDemo: true)
    var numberOf: [[UInt8]: [String]] = [:]
    for text in Set(numbers) {
      let number = (try? ResidentID.parse(text, rules))?.number ?? text.uppercased()
      for value in tx.vault.indexes(.nationalID, number) { numberOf[value, default: []].append(text) }
    }
    var found: [String: Set<ID<Customer>>] = [:]
    for match in try tx.fetch(DuplicateStore.byIndex(.nationalID, Array(numberOf.keys), in: tx)) {
      for text in numberOf[match.value] ?? [] { found[text, default: []].insert(match.customerID) }
    }
    return found.compactMapValues { $0.count == 1 ? $0.first : nil }
  }
}

/// One batch of rows being taken in.
private struct IntakeRound {
  let rows: [Customers.Incoming]
  let rules: ResidentID.Rules
  let staff: [String: StaffMember]
  let source: String
  let tx: Tx
  private var taken: [Customers.Taken?]
  private var duplicates = DuplicateSearch()

  init(
    rows: [Customers.Incoming], rules: ResidentID.Rules, staff: [String: StaffMember], source: String, tx: Tx
  ) {
    (self.rows, self.rules, self.staff, self.source, self.tx) = (rows, rules, staff, source, tx)
    taken = Array(repeating: nil, count: rows.count)
  }

  private func member(_ field: String, _ values: [String: String]) -> StaffMember? {
    values[field].flatMap { staff[$0] }
  }

  /// The first member of staff whom the row names and nobody knows yet.
  private func unknownStaff(_ row: Customers.Incoming) -> String? {
    Customers.staffFields.lazy.filter { row.changed?.contains($0) ?? true }.compactMap { row.values[$0] }
      .first { staff[$0] == nil }
  }

  mutating func run() throws -> [Customers.Taken] {
    var new: [Int] = []
    var known: [Int] = []
    for (place, row) in rows.enumerated() {
      if let number = unknownStaff(row) {
        taken[place] = Customers.Taken(result: .waitingForStaff(number), findings: [])
      } else if row.existing == nil {
        new.append(place)
      } else {
        known.append(place)
      }
    }
    // A small part first, so that PostgreSQL soon has something to take in.
    for start in [0] + Array(stride(from: 500, to: new.count, by: 2_500)) {
      try create(Array(new[start..<min(start == 0 ? 500 : start + 2_500, new.count)]))
    }
    for start in stride(from: 0, to: known.count, by: 2_000) {
      try update(Array(known[start..<min(start + 2_000, known.count)]))
    }
    return try taken.map { outcome in
      guard let outcome else { throw AppError.broken("a row came to nothing") }
      return outcome
    }
  }

  private mutating func create(_ places: [Int]) throws {
    var sealed: [SealedCustomer] = []
    var kept: [Int] = []
    var asked: [[Finding]?] = []
    for place in places {
      let (record, known) = try settled(rows[place])
      if !record.findings.rejections.isEmpty {
        taken[place] = Customers.Taken(result: .rejected, findings: record.findings)
      } else {
        sealed.append(record)
        kept.append(place)
        asked.append(known)
      }
    }
    guard !kept.isEmpty else { return }
    // Put together before the look-up, while PostgreSQL still takes in what was copied to it.
    let new = Customers.newRows(
      sealed,
      staff: kept.map { (owner: member("owner", rows[$0].values), adviser: member("adviser", rows[$0].values)) },
      source: source, keys: kept.map { rows[$0].key }, in: tx)
    try duplicates.ask(zip(sealed, asked).filter { $1 == nil }.map(\.0), in: tx)
    try Customers.insert(new, in: tx)
    for (number, place) in kept.enumerated() {
      let (record, customer) = (sealed[number], new.customers[number])
      let found = duplicates.duplicates(of: record).map(\.finding) + (asked[number] ?? [])
      duplicates.add(record, customer.id)
      taken[place] = Customers.Taken(
        result: .created(customer.id), findings: record.findings + Set(found).sorted(by: byCode))
    }
  }

  private func byCode(_ a: Finding, _ b: Finding) -> Bool { a.code < b.code }

  /// What was sealed beforehand, with what is known of its duplicates, if today's rules read it the same; else read
  /// and sealed anew.
  private func settled(_ row: Customers.Incoming) throws -> (SealedCustomer, duplicates: [Finding]?) {
    if let prepared = row.prepared, prepared.sealed.draft.holds(under: rules) {
      return (prepared.sealed, prepared.duplicates)
    }
    let (draft, findings) = CustomerRules.read(row.values, isNew: true, rules)
    return (try SealedCustomer(draft, findings, vault: tx.vault), nil)
  }

  private mutating func update(_ places: [Int]) throws {
    let ids = places.compactMap { rows[$0].existing }
    guard !ids.isEmpty else { return }
    try CustomerStore.lock(ids.sorted(), in: tx)
    let states = try CustomerState.load(ids, in: tx)
    var changes: [CustomerChange] = []
    for place in places {
      guard let id = rows[place].existing, let state = states[id] else {
        throw AppError.broken("a source's key stands for a record that is not there")
      }
      let (change, findings) = try self.change(rows[place], state)
      if !findings.rejections.isEmpty {
        taken[place] = Customers.Taken(result: .rejected, findings: findings)
      } else if change.isEmpty {
        taken[place] = Customers.Taken(result: .unchanged(id), findings: findings)
      } else {
        taken[place] = Customers.Taken(result: .updated(id), findings: findings)
        changes.append(change)
      }
    }
    if !changes.isEmpty { _ = try Customers.save(changes, source: source, in: tx) }
  }

  /// The change that the row makes, without fields that the source did not change itself: where these differ they
  /// were corrected here, and are flagged.
  private func change(
    _ row: Customers.Incoming, _ state: CustomerState
  ) throws -> (change: CustomerChange, findings: [Finding]) {
    func read(_ fields: Set<String>) throws -> (CustomerChange, [Finding]) {
      var values = row.values.filter { fields.contains($0.key) }
      for field in fields where values[field] == nil { values[field] = "" }
      let (draft, findings) = CustomerRules.read(
        values, isNew: false, completing: try Customers.current(state, in: tx), rules)
      let change = try CustomerChange(
        state, draft, owner: member("owner", values), adviser: member("adviser", values), vault: tx.vault)
      return (change, findings)
    }
    let given = Set(row.values.keys).intersection(CustomerRules.fields)
    guard let changed = row.changed?.intersection(CustomerRules.fields) else { return try read(given) }
    var (change, findings) = try read(changed)
    let others = given.subtracting(changed)
    if !others.isEmpty {
      let conflicts = try read(others).0.fields.filter { others.contains($0.name) }
      findings += conflicts.map { Finding($0.name, .valueConflict, .flag) }
    }
    return (change, findings)
  }
}

extension CustomerDraft {
  /// Read without knowing today and whether this is the demo insurer: whether these would have read it the same.
  fileprivate func holds(under rules: ResidentID.Rules) -> Bool {
    if let birthDate, birthDate > rules.today { return false }
    if let createdOn, createdOn > rules.today { return false }
    if let document, document.flag == nil, document.type == .residentID || document.type == .householdRegister {
      guard (try? IdentityDocument.parse(document.type, document.number, rules)) != nil else { return false }
    }
    if let mobile, mobile.flag == nil, !rules.admitsDemo, mobile.text.hasPrefix(Mobile.demoSegment) { return false }
    return true
  }
}
