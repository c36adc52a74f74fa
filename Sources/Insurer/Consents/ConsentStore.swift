import Kernel
import Storage

/// All statements on consents, and those on `basis` of customers.
enum ConsentStore {
  /// A consent as it rests: its evidence sealed.
  struct Sealed: Sendable {
    var consent: Consent
    let evidence: [UInt8]?
    let withdrawalEvidence: [UInt8]?
  }

  private static let columns: SQL = """
    a.id, a.customer_id, a.purpose, a.category, a.state, a.text_version, a.text_hash, a.decided_at, a.guardian_id,
    a.taken_by, a.evidence, a.withdrawn_at, a.withdrawal_taken_by, a.withdrawal_evidence, a.source
    """

  @Sendable private static func decode(_ row: Row) throws -> Sealed {
    let consent = Consent(
      id: row.id(0), customerID: row.id(1), purpose: try row.code(2), category: try row.code(3),
      state: try row.code(4), textVersion: Int(row.int(5)), textHash: row.blob(6), decidedAt: row.instant(7),
      guardianID: row.idOrNil(8), takenBy: Actor(stored: row.text(9)), withdrawnAt: row.instantOrNil(11),
      withdrawalTakenBy: row.textOrNil(12).map { Actor(stored: $0) }, source: row.text(14))
    return Sealed(consent: consent, evidence: row.blobOrNil(10), withdrawalEvidence: row.blobOrNil(13))
  }

  /// As far as the viewer may see the persons, newest decision first.
  static func visible(of records: [ID<Customer>]) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM consents a
      WHERE a.customer_id IN \(list: records) AND \(visible: .customer, "a")
      ORDER BY a.decided_at DESC, a.id DESC
      """, decode)
  }

  /// Of some people, whoever looks: for acts.
  static func all(of records: [ID<Customer>]) -> Query<[Sealed]> {
    .all("SELECT \(columns) FROM consents a WHERE a.customer_id IN \(list: records)", decode)
  }

  /// In the order of the persons' source keys and of their decisions, behind a place: for exports.
  static func page(after place: ConsentPlace?, limit: Int) -> Query<[Sealed]> {
    let behind: SQL =
      place.map {
        """
        AND c.source_key >= \($0.sourceKey)
        AND (c.source_key, a.customer_id, a.decided_at, a.purpose, a.category, a.id)
          > (\($0.sourceKey), \($0.customer), \($0.decidedAt), \($0.purpose), \($0.category), \($0.id))
        """
      } ?? ""
    return .all(
      """
      SELECT \(columns) FROM customers c JOIN consents a ON a.customer_id = c.id
      WHERE \(visible: .customer, "c") \(behind)
      ORDER BY c.source_key, a.customer_id, a.decided_at, a.purpose, a.category, a.id LIMIT \(limit)
      """, decode)
  }

  static func insert(_ consents: [Consent], keys: [ID<Customer>: SealingKey], in tx: Tx) throws {
    guard !consents.isEmpty else { return }
    try tx.insert(
      into: "consents",
      columns: [
        "customer_id", "id", "purpose", "category", "state", "text_version", "text_hash", "decided_at", "guardian_id",
        "taken_by", "evidence", "withdrawn_at", "withdrawal_taken_by", "withdrawal_evidence", "source", "recorded_at",
      ],
      rows: try consents.map { consent in
        [
          consent.customerID.sqlValue, consent.id.sqlValue, .text(consent.purpose.rawValue),
          .text(consent.category.rawValue), .text(consent.state.rawValue), .int(Int64(consent.textVersion)),
          .blob(consent.textHash), consent.decidedAt.sqlValue, consent.guardianID.sqlValue,
          consent.takenBy.sqlValue, try sealed(consent.evidence, of: consent, keys, tx).sqlValue,
          consent.withdrawnAt.sqlValue, consent.withdrawalTakenBy.sqlValue,
          try sealed(consent.withdrawalEvidence, of: consent, keys, tx).sqlValue, .text(consent.source),
          tx.now.sqlValue,
        ]
      })
  }

  /// Writes a withdrawal on the consent that it ends.
  static func withdraw(_ consent: Consent, keys: [ID<Customer>: SealingKey], in tx: Tx) throws {
    let evidence = try sealed(consent.withdrawalEvidence, of: consent, keys, tx)
    try tx.run(
      """
      UPDATE consents SET state = \(consent.state.rawValue), withdrawn_at = \(consent.withdrawnAt),
        withdrawal_taken_by = \(consent.withdrawalTakenBy), withdrawal_evidence = \(evidence)
      WHERE customer_id = \(consent.customerID) AND id = \(consent.id)
      """)
  }

  private static func sealed(
    _ text: String?, of consent: Consent, _ keys: [ID<Customer>: SealingKey], _ tx: Tx
  ) throws -> [UInt8]? {
    try text.map { text in
      guard let key = keys[consent.customerID] else { throw AppError.conflict("ERASED", "the record was erased") }
      return try tx.vault.seal(text, with: key)
    }
  }

  // MARK: Basis

  struct Person: Sendable {
    let id: ID<Customer>
    let birthDate: Day?
    let deceasedOn: Day?
    let basis: Int64
    let until: Instant
  }

  static func people(_ ids: [ID<Customer>]) -> Query<[Person]> {
    .all(
      """
      SELECT id, birth_date, birth_flag, deceased_on, basis, basis_until FROM customers
      WHERE id IN \(list: ids) ORDER BY id
      """
    ) { row in
      Person(
        id: row.id(0), birthDate: row.isNull(2) ? row.dayOrNil(1) : nil, deceasedOn: row.dayOrNil(3),
        basis: row.int(4), until: row.instant(5))
    }
  }

  /// The bits that hold for a person at a moment, as far as the viewer may see him.
  static func bits(of id: ID<Customer>, at now: Instant) -> Query<Int64> {
    Query<Int64?>.first(
      """
      SELECT c.basis FROM customers c
      WHERE c.id = \(id) AND c.basis_until > \(now) AND \(visible: .customer, "c")
      """
    ) { $0.int(0) }.map { $0 ?? 0 }
  }

  struct Basis: Sendable {
    let id: ID<Customer>
    let bits: Int64
    let until: Instant
  }

  /// Many at once, padded to a power of two so that few statements are prepared.
  static func setBasis(_ changes: [Basis], in tx: Tx) throws {
    for start in stride(from: 0, to: changes.count, by: 4_096) {
      let part = changes[start..<min(start + 4_096, changes.count)]
      var size = 1
      while size < part.count { size *= 2 }
      let rows = (0..<size).map { place -> SQL in
        let row = part[min(start + place, part.endIndex - 1)]
        return "(CAST(\(row.id) AS BIGINT), CAST(\(row.bits) AS BIGINT), CAST(\(row.until) AS BIGINT))"
      }
      try tx.run(
        """
        WITH computed (id, basis, until) AS (VALUES \(SQL.join(rows, ", ")))
        UPDATE customers SET basis = w.basis, basis_until = w.until FROM computed w WHERE customers.id = w.id
        """)
    }
  }

  /// Whose basis has to be computed again, the longest overdue first.
  static func overdue(at now: Instant, limit: Int) -> Query<[ID<Customer>]> {
    .all(
      """
      SELECT id FROM customers WHERE basis_until < 9223372036854775807 AND basis_until <= \(now)
      ORDER BY basis_until LIMIT \(limit)
      """
    ) { $0.id(0) }
  }
}
