import Kernel

/// The access log for reading: who looked at whom, newest first.
package enum AccessLog {
  /// One look.
  package struct Line: Identified, Sendable {
    package static let idPrefix = "AL"

    package let id: ID<Line>
    package let at: Instant
    package let actor: Actor
    package let role: String
    package let purpose: String
    /// `page`, `api`, `cli`, `job`.
    package let surface: String
    package let address: String
    package let kind: AccessRecord.Kind
    /// Raw ids of the customers concerned.
    package let subjects: [Int64]
    package let what: String
    package let reason: String
  }

  /// What a list of looks is narrowed to.
  package struct Filter: Sendable {
    /// Looks that concern this customer alone: profiles, exports, refusals.
    package var customer: Int64?
    package var actor: String?
    package var kind: AccessRecord.Kind?

    package init(customer: Int64? = nil, actor: String? = nil, kind: AccessRecord.Kind? = nil) {
      self.customer = customer
      self.actor = actor
      self.kind = kind
    }
  }

  /// Looks before one, at most `limit`.
  /// - Throws: `forbidden` without the permission to read the log.
  package static func list(
    _ filter: Filter = Filter(), before: (at: Instant, id: ID<Line>)? = nil, limit: Int, in tx: ReadTx
  ) throws -> [Line] {
    try tx.access.require(.read(.audit))
    return try tx.fetch(page(filter, before: before, limit: limit))
  }

  /// One look.
  /// - Throws: `notFound` when there is none; `forbidden` without the permission to read the log.
  package static func find(_ id: ID<Line>, at: Instant, in tx: ReadTx) throws -> Line {
    try tx.access.require(.read(.audit))
    let found = try tx.fetch(
      Query<Line?>.first(
        """
        SELECT id, at, actor, role, purpose, surface, address, kind, customer_id, subjects, what, reason
        FROM access_log WHERE at = \(at) AND id = \(id)
        """, line))
    guard let found else { throw AppError.notFound("look") }
    return found
  }

  /// Who looked at one customer. The caller has made sure that the viewer may see the customer.
  package static func looks(
    at customer: Int64, before: (at: Instant, id: ID<Line>)? = nil, limit: Int
  ) -> Query<[Line]> {
    page(Filter(customer: customer), before: before, limit: limit)
  }

  /// The same of a person whom several records are.
  package static func looks(
    at customers: [Int64], before: (at: Instant, id: ID<Line>)? = nil, limit: Int
  ) -> Query<[Line]> {
    page(Filter(), of: customers, before: before, limit: limit)
  }

  private static func page(
    _ filter: Filter, of customers: [Int64]? = nil, before: (at: Instant, id: ID<Line>)?, limit: Int
  ) -> Query<[Line]> {
    var conditions: [SQL] = []
    if let customers { conditions.append("customer_id IN \(list: customers)") }
    if let customer = filter.customer { conditions.append("customer_id = \(customer)") }
    if let actor = filter.actor { conditions.append("actor = \(actor)") }
    if let kind = filter.kind { conditions.append("kind = \(kind.rawValue)") }
    if let before { conditions.append("(at, id) < (\(before.at), \(before.id))") }
    let wanted: SQL = conditions.isEmpty ? .empty : "WHERE \(SQL.join(conditions, " AND "))"
    return .all(
      """
      SELECT id, at, actor, role, purpose, surface, address, kind, customer_id, subjects, what, reason
      FROM access_log \(wanted) ORDER BY at DESC, id DESC LIMIT \(limit)
      """, line)
  }

  private static func line(_ row: Row) throws -> Line {
    let listed = row.textOrNil(9)?.split(separator: ",").compactMap { Int64($0) } ?? []
    return Line(
      id: row.id(0), at: row.instant(1), actor: Actor(stored: row.text(2)), role: row.text(3), purpose: row.text(4),
      surface: row.text(5), address: row.text(6), kind: try row.code(7),
      subjects: row.int(8) != 0 ? [row.int(8)] : listed, what: row.text(10), reason: row.text(11))
  }
}
