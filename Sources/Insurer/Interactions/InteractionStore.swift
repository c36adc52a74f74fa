import Kernel
import Storage

enum InteractionStore {
  /// A contact with its summary as it rests, and the name of who held it.
  struct Sealed: Sendable {
    var interaction: Interaction
    let summary: [UInt8]?
    let staff: String?
  }

  private static let columns: SQL = """
    i.customer_id, i.id, i.at, i.channel, i.direction, i.topic, i.summary, i.staff_id, i.source, i.source_key, t.name
    """

  @Sendable private static func decode(_ row: Row) throws -> Sealed {
    let interaction = Interaction(
      id: row.id(1), customerID: row.id(0), at: row.instant(2), channel: try row.code(3), direction: try row.code(4),
      topic: row.textOrNil(5), staffID: row.idOrNil(7), source: row.text(8), sourceKey: row.textOrNil(9))
    return Sealed(interaction: interaction, summary: row.blobOrNil(6), staff: row.textOrNil(10))
  }

  /// A person's contacts, newest first, before a moment and id.
  static func page(
    of records: [ID<Customer>], before at: Instant, id: Int64, channel: ContactChannel?, limit: Int
  ) -> Query<[Sealed]> {
    let filter: SQL = channel.map { "AND i.channel = \($0.code)" } ?? ""
    return .all(
      """
      SELECT \(columns) FROM interactions i LEFT JOIN staff t ON t.id = i.staff_id
      WHERE i.customer_id IN \(list: records) AND (i.at, i.id) < (\(at), \(id)) \(filter) AND \(visible: .customer, "i")
      ORDER BY i.at DESC, i.id DESC LIMIT \(limit)
      """, decode)
  }

  /// Some contacts of a person.
  static func some(_ ids: [Int64], of records: [ID<Customer>]) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM interactions i LEFT JOIN staff t ON t.id = i.staff_id
      WHERE i.customer_id IN \(list: records) AND i.id IN \(list: ids) AND \(visible: .customer, "i")
      """, decode)
  }

  /// Contacts by customer and id, whoever looks: for acts.
  static func all(_ pairs: [(ID<Customer>, ID<Interaction>)]) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM interactions i LEFT JOIN staff t ON t.id = i.staff_id
      WHERE i.customer_id IN \(list: pairs.map(\.0)) AND (i.customer_id, i.id) IN \(SQL.pairs(pairs))
      """, decode)
  }

  /// Contacts in the order of their source's keys, for export; those without one come first, by customer and id.
  static func after(key: String, customer: Int64, id: Int64, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM interactions i LEFT JOIN staff t ON t.id = i.staff_id
      WHERE (COALESCE(i.source_key, ''), i.customer_id, i.id) > (\(key), \(customer), \(id))
        AND \(visible: .customer, "i")
      ORDER BY COALESCE(i.source_key, ''), i.customer_id, i.id LIMIT \(limit)
      """, decode)
  }

  static func delete(_ interactions: [Interaction], in tx: Tx) throws {
    guard !interactions.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM interactions WHERE customer_id IN \(list: interactions.map(\.customerID))
        AND (customer_id, id) IN \(SQL.pairs(interactions.map { ($0.customerID, $0.id) }))
      """)
  }

  static func insert(
    _ interactions: [Interaction], keys: [ID<Customer>: SealingKey], in tx: Tx
  ) throws {
    guard !interactions.isEmpty else { return }
    try tx.insert(
      into: "interactions",
      columns: [
        "customer_id", "id", "at", "channel", "direction", "topic", "summary", "staff_id", "source", "source_key",
      ],
      rows: try interactions.map { interaction in
        let key = keys[interaction.customerID]
        let summary = try interaction.summary.map { text -> [UInt8] in
          guard let key else { throw AppError.conflict("ERASED", "the record was erased") }
          return try tx.vault.seal(text, with: key)
        }
        return [
          interaction.customerID.sqlValue, interaction.id.sqlValue, interaction.at.sqlValue,
          .text(interaction.channel.code), .text(interaction.direction.code), interaction.topic.sqlValue,
          summary.sqlValue, interaction.staffID.sqlValue, .text(interaction.source), interaction.sourceKey.sqlValue,
        ]
      })
  }
}
