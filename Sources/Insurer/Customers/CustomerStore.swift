import Kernel
import Storage

/// All statements on customers, contact points, identity documents, blind indexes and corrections.
enum CustomerStore {
  private static let columns: SQL = """
    c.id, c.kind, c.name, c.pinyin, c.initials, c.sex, c.birth_date, c.birth_flag, c.occupation, c.income_fen,
    c.channel, c.created_on, c.owner_id, c.adviser_id, c.deceased_on, c.source, c.source_key, c.relation,
    c.relation_since, c.wrapped_key, c.lines, c.stages, c.latest_at, c.next_due_on, c.version, c.created_at,
    c.updated_at
    """

  private static func decode(_ row: Row) throws -> Customer {
    Customer(
      id: row.id(0), kind: try row.code(1), name: row.text(2), pinyin: row.text(3), initials: row.text(4),
      sex: row.textOrNil(5).flatMap(Sex.init(rawValue:)), birthDate: row.dayOrNil(6), birthFlag: row.textOrNil(7),
      occupation: row.textOrNil(8), income: row.intOrNil(9).map { Money(fen: $0) },
      channel: row.textOrNil(10).flatMap(Channel.init(rawValue:)), createdOn: row.dayOrNil(11),
      ownerID: row.idOrNil(12), adviserID: row.idOrNil(13), deceasedOn: row.dayOrNil(14), source: row.text(15),
      sourceKey: row.textOrNil(16), relation: try row.code(17), relationSince: row.instantOrNil(18),
      wrappedKey: row.blobOrNil(19), lines: row.int(20), stages: row.int(21), latestAt: row.instant(22),
      nextDueOn: row.dayOrNil(23), version: row.int(24), createdAt: row.instant(25), updatedAt: row.instant(26))
  }

  static func find(_ id: ID<Customer>) -> Query<Customer?> {
    .first("SELECT \(columns) FROM customers c WHERE c.id = \(id) AND \(visible: .customer, "c")", decode)
  }

  static func records(_ ids: [ID<Customer>]) -> Query<[Customer]> {
    .all("SELECT \(columns) FROM customers c WHERE c.id IN \(list: ids) AND \(visible: .customer, "c")", decode)
  }

  /// Rows in the order of their sources' keys, behind a key: for exports.
  static func page(after key: (sourceKey: String, id: Int64)?, limit: Int) -> Query<[Customer]> {
    let behind: SQL = key.map { "AND (c.source_key, c.id) > (\($0.sourceKey), \($0.id))" } ?? ""
    return .all(
      """
      SELECT \(columns) FROM customers c WHERE \(visible: .customer, "c") \(behind)
      ORDER BY c.source_key, c.id LIMIT \(limit)
      """, decode)
  }

  static func contacts(of ids: [ID<Customer>]) -> Query<[ContactPoint]> {
    .all(
      """
      SELECT p.customer_id, p.id, p.kind, p.sealed, p.flag, p.is_primary, p.since_at, p.source
      FROM contact_points p
      WHERE p.customer_id IN \(list: ids) AND p.until_at IS NULL AND \(visible: .customer, "p")
      ORDER BY p.customer_id, p.id
      """
    ) { row in
      ContactPoint(
        customerID: row.id(0), id: row.int(1), kind: try row.code(2), sealed: row.blob(3), flag: row.textOrNil(4),
        isPrimary: row.bool(5), since: row.instant(6), source: row.text(7))
    }
  }

  static func documents(of ids: [ID<Customer>]) -> Query<[StoredDocument]> {
    .all(
      """
      SELECT d.customer_id, d.id, d.type, d.sealed, d.flag, d.valid_until, d.since_at, d.source
      FROM identity_documents d
      WHERE d.customer_id IN \(list: ids) AND d.until_at IS NULL AND \(visible: .customer, "d")
      ORDER BY d.customer_id, d.id
      """
    ) { row in
      StoredDocument(
        customerID: row.id(0), id: row.int(1), type: try row.code(2), sealed: row.blob(3), flag: row.textOrNil(4),
        validUntil: row.dayOrNil(5), since: row.instant(6), source: row.text(7))
    }
  }

  /// The records that are one person with this one, itself included.
  static func links(of id: ID<Customer>) -> Query<[ID<Customer>]> {
    .all(
      """
      SELECT o.customer_id FROM customer_links l JOIN customer_links o ON o.person_id = l.person_id
      WHERE l.customer_id = \(id) AND l.ended_at IS NULL AND o.ended_at IS NULL
      """
    ) { $0.id(0) }
  }

  /// `demo` is on in the demo insurer's database only.
  static let admitsDemo: Query<Bool> = Query<Int>.count(
    "SELECT COUNT(*) FROM settings WHERE name = 'demo' AND value = '1'"
  ).map { $0 > 0 }

  static func lock(_ ids: [ID<Customer>], in tx: Tx) throws {
    if ids.count == 1 {
      try tx.lock("SELECT 1 FROM customers WHERE id = \(ids[0])")
    } else {
      try tx.lock("SELECT 1 FROM customers WHERE id IN \(list: ids) ORDER BY id")
    }
  }

  /// Pairs of records that are one person.
  static func links(among ids: [ID<Customer>]) -> Query<[(ID<Customer>, ID<Customer>)]> {
    .all(
      """
      SELECT l.customer_id, o.customer_id FROM customer_links l JOIN customer_links o ON o.person_id = l.person_id
      WHERE l.customer_id IN \(list: ids) AND l.ended_at IS NULL AND o.ended_at IS NULL
      """
    ) { ($0.id(0), $0.id(1)) }
  }

  // MARK: Writing

  /// What they agreed to has to be computed again, for what it rests on has changed: until then it holds for nothing.
  /// - Parameter onlyUnderAge: leaves out those of 15 and more, for whom nobody else speaks.
  static func expireBasis(of ids: [ID<Customer>], onlyUnderAge: Bool = false, in tx: Tx) throws {
    guard !ids.isEmpty else { return }
    let young: SQL = onlyUnderAge ? "AND birth_date > \(tx.today.adding(years: -15))" : ""
    try tx.run("UPDATE customers SET basis_until = \(tx.now) WHERE id IN \(list: ids) \(young)")
  }

  static func insert(_ customers: [Customer], in tx: Tx) throws {
    try tx.insert(
      into: "customers",
      columns: [
        "id", "kind", "name", "pinyin", "initials", "sex", "birth_date", "birth_flag", "occupation", "income_fen",
        "channel", "created_on", "owner_id", "adviser_id", "deceased_on", "source", "source_key", "relation",
        "relation_since", "wrapped_key", "lines", "stages", "latest_at", "next_due_on", "version", "created_at",
        "updated_at",
      ], rows: customers.map(values))
  }

  private static func values(_ c: Customer) -> [SQLValue] {
    [
      c.id.sqlValue, .text(c.kind.rawValue), .text(c.name), .text(c.pinyin), .text(c.initials),
      (c.sex?.rawValue).sqlValue, c.birthDate.sqlValue, c.birthFlag.sqlValue, c.occupation.sqlValue,
      (c.income?.fen).sqlValue, (c.channel?.rawValue).sqlValue, c.createdOn.sqlValue, c.ownerID.sqlValue,
      c.adviserID.sqlValue, c.deceasedOn.sqlValue, .text(c.source), c.sourceKey.sqlValue, .text(c.relation.rawValue),
      c.relationSince.sqlValue, c.wrappedKey.sqlValue, .int(c.lines), .int(c.stages), c.latestAt.sqlValue,
      c.nextDueOn.sqlValue, .int(c.version), c.createdAt.sqlValue, c.updatedAt.sqlValue,
    ]
  }

  /// What an edit may change; the summary columns are the book's.
  static func update(_ c: Customer, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE customers SET kind = \(c.kind.rawValue), name = \(c.name), pinyin = \(c.pinyin), initials = \(c.initials),
        sex = \(c.sex?.rawValue), birth_date = \(c.birthDate), birth_flag = \(c.birthFlag),
        occupation = \(c.occupation), income_fen = \(c.income?.fen), channel = \(c.channel?.rawValue),
        created_on = \(c.createdOn), owner_id = \(c.ownerID), adviser_id = \(c.adviserID),
        version = \(c.version), updated_at = \(c.updatedAt)
      WHERE id = \(c.id)
      """)
  }

  static func insert(_ contacts: [ContactPoint], in tx: Tx) throws {
    guard !contacts.isEmpty else { return }
    try tx.insert(
      into: "contact_points",
      columns: ["customer_id", "id", "kind", "sealed", "flag", "is_primary", "since_at", "source"],
      rows: contacts.map { point in
        [
          point.customerID.sqlValue, .int(point.id), .text(point.kind.rawValue), .blob(point.sealed),
          point.flag.sqlValue, point.isPrimary.sqlValue, point.since.sqlValue, .text(point.source),
        ]
      })
  }

  static func insert(_ documents: [StoredDocument], in tx: Tx) throws {
    guard !documents.isEmpty else { return }
    try tx.insert(
      into: "identity_documents",
      columns: ["customer_id", "id", "type", "sealed", "flag", "valid_until", "since_at", "source"],
      rows: documents.map { document in
        [
          document.customerID.sqlValue, .int(document.id), .text(document.type.rawValue), .blob(document.sealed),
          document.flag.sqlValue, document.validUntil.sqlValue, document.since.sqlValue, .text(document.source),
        ]
      })
  }

  /// Ends contact points and documents by their ids; they stay as history.
  static func end(contacts: [ContactPoint], documents: [StoredDocument], in tx: Tx) throws {
    if !contacts.isEmpty {
      try tx.run(
        """
        UPDATE contact_points SET until_at = \(tx.now)
        WHERE customer_id IN \(list: contacts.map(\.customerID)) AND id IN \(list: contacts.map(\.id))
        """)
    }
    if !documents.isEmpty {
      try tx.run(
        """
        UPDATE identity_documents SET until_at = \(tx.now)
        WHERE customer_id IN \(list: documents.map(\.customerID)) AND id IN \(list: documents.map(\.id))
        """)
    }
  }

  static func insert(_ indexes: [BlindIndexRow], in tx: Tx) throws {
    guard !indexes.isEmpty else { return }
    let version = tx.vault.indexVersion
    try tx.insert(
      into: "blind_index", columns: ["kind", "value", "customer_id", "version"],
      rows: indexes.map { [.text($0.kind.rawValue), .blob($0.value), $0.customerID.sqlValue, .int(version)] })
  }

  static func dropIndexes(of ids: [ID<Customer>], in tx: Tx) throws {
    try tx.run("DELETE FROM blind_index WHERE customer_id IN \(list: ids)")
  }

  static func insert(_ changes: [StoredChange], in tx: Tx) throws {
    guard !changes.isEmpty else { return }
    try tx.insert(
      into: "changes",
      columns: [
        "customer_id", "id", "entity", "entity_id", "field", "before_value", "after_value", "at", "actor", "source",
        "reason",
      ],
      rows: changes.map { change in
        [
          change.customerID.sqlValue, .int(change.id), .text("customer"), change.customerID.sqlValue,
          .text(change.field), change.before.sqlValue, change.after.sqlValue, change.at.sqlValue,
          .text(change.actor), .text(change.source), change.reason.sqlValue,
        ]
      })
  }

  /// - Parameter fields: those that are shown; nil for all.
  static func changes(
    of person: PersonRef, fields: [String]?, before place: (at: Instant, id: Int64)?, limit: Int
  ) -> Query<[StoredChange]> {
    let behind: SQL = place.map { "AND (h.at, h.id) < (\($0.at), \($0.id))" } ?? ""
    let shown: SQL = fields.map { "AND h.field IN \(list: $0)" } ?? ""
    return .all(
      """
      SELECT h.customer_id, h.id, h.field, h.before_value, h.after_value, h.at, h.actor, h.source, h.reason
      FROM changes h
      WHERE h.customer_id IN \(list: person.records) AND h.entity = 'customer' AND \(visible: .customer, "h")
        \(shown) \(behind)
      ORDER BY h.at DESC, h.id DESC LIMIT \(limit)
      """
    ) { row in
      StoredChange(
        customerID: row.id(0), id: row.int(1), field: row.text(2), before: row.blobOrNil(3), after: row.blobOrNil(4),
        at: row.instant(5), actor: row.text(6), source: row.text(7), reason: row.blobOrNil(8))
    }
  }
}

/// A keyed code of a sealed value, by which it is found.
struct BlindIndexRow: Hashable, Sendable {
  let kind: IndexKind
  let value: [UInt8]
  let customerID: ID<Customer>
}

/// One corrected field as stored: values sealed by the customer's key.
struct StoredChange: Sendable {
  let customerID: ID<Customer>
  let id: Int64
  let field: String
  let before: [UInt8]?
  let after: [UInt8]?
  let at: Instant
  let actor: String
  let source: String
  let reason: [UInt8]?
}
