import Kernel
import Storage

/// Whole policies for features that come after this one.
extension Policies {
  /// Policies that a statement of the caller has found for its viewer, in the order of their places.
  static func bundles(_ places: [PolicyPlace], in tx: ReadTx) throws -> [PolicyBundle] {
    guard !places.isEmpty else { return [] }
    let bundles = try PolicyBundles(try tx.fetch(PolicyStore.all(places)), in: tx).all
    let byID = Dictionary(uniqueKeysWithValues: bundles.map { ($0.policy.id, $0) })
    return places.compactMap { byID[$0.id] }
  }

  /// One policy as far as the viewer may see it.
  /// - Throws: `notFound` when there is none, or the viewer may not see it.
  static func bundle(_ id: ID<Policy>, in tx: ReadTx) throws -> PolicyBundle {
    try tx.access.require(.read(.policy))
    guard let place = try tx.fetch(PolicyStore.places(of: [id])).first,
      let policy = try tx.fetch(PolicyStore.visible(place)),
      let bundle = try PolicyBundles([policy], in: tx).all.first
    else { throw AppError.notFound("policy") }
    return bundle
  }

  /// Says something of one premium, as the core would: what is named in `fields` and nothing else.
  static func state(_ premium: Premium, fields: Set<String>, source: String, in tx: Tx) throws {
    let draft = PremiumDraft(premium: premium, applied: .all(fields))
    _ = try upsert([draft], source: source, in: tx)
  }
}
