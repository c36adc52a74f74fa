import Kernel
import Storage

/// The door of saved views.
package enum Views {
  package static let saved = EventKind("view_saved")
  package static let removed = EventKind("view_removed")
  /// What a member of staff may keep.
  package static let ownMost = 50
  private static let nameMost = 60
  private static let queryMost = 12_000

  /// Keeps a view under a name.
  ///
  /// - Parameters:
  ///   - query: as in the address; the caller has left out what was searched for.
  ///   - condition: the query's own, held against the catalogue and the owner's purpose before it is kept.
  /// - Throws: `invalid` for a name, a query or a condition that cannot be kept.
  @discardableResult
  package static func save(
    _ name: String, query: String, condition: Condition?, isShared: Bool, in tx: Tx
  ) throws -> SavedView {
    try tx.access.require(.read(.customer))
    let kept = name.trimmed
    guard (1...nameMost).contains(kept.count), (try? Reading.text(kept, limit: nameMost)) != nil else {
      throw AppError.invalid([FieldError("name", "VIEW_NAME", "a name of 1 to \(nameMost) characters is expected")])
    }
    guard query.utf8.count <= queryMost else { throw AppError.invalid([ConditionCode.tooManyParts.error("filter")]) }
    if let condition { _ = try Conditions.narrowing(condition, in: tx) }
    guard try tx.fetch(ViewStore.count(of: tx.access.actor)) < ownMost else {
      throw AppError.invalid([FieldError("name", "VIEW_LIMIT", "\(ownMost) views are kept at most")])
    }
    let view = SavedView(
      id: tx.newID(), owner: tx.access.actor, name: kept, query: query, isShared: isShared, createdAt: tx.now)
    try ViewStore.insert(view, in: tx)
    tx.recordSystem(saved, subject: view.id.raw)
    return view
  }

  /// - Throws: `notFound` for a view of somebody else's.
  package static func remove(_ id: ID<SavedView>, in tx: Tx) throws {
    try tx.access.require(.read(.customer))
    guard let view = try tx.fetch(ViewStore.find(id, of: tx.access.actor)) else { throw AppError.notFound("view") }
    try ViewStore.delete(view.id, in: tx)
    tx.recordSystem(removed, subject: view.id.raw)
  }

  /// The viewer's own, and those that others share.
  package static func all(in tx: ReadTx) throws -> [SavedView] {
    try tx.access.require(.read(.customer))
    return try tx.fetch(ViewStore.all(for: tx.access.actor, limit: 200))
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
