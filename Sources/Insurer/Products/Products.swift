import Kernel
import Storage

/// The filed products. They come by import; lists show them.
package enum Products {
  package static func find(_ id: ID<Product>) -> Query<Product?> { ProductStore.find(id) }
  package static func all(_ ids: [ID<Product>]) -> Query<[Product]> { ProductStore.all(ids) }
  package static func byCodes(_ codes: [String]) -> Query<[Product]> { ProductStore.byCodes(codes) }

  /// Products after a code in the order of codes, at most `limit`.
  package static func list(
    after code: String = "", line: Line? = nil, limit: Int, in tx: ReadTx
  ) throws -> [Product] {
    try tx.access.require(.read(.product))
    return try tx.fetch(ProductStore.page(after: code, line: line, limit: limit))
  }

  /// Takes in drafts, known by their codes: one outcome a draft, in order. No code stands twice among them.
  package static func upsert(_ drafts: [ProductDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.product))
    let known = try tx.fetch(ProductStore.byCodes(drafts.map(\.code)))
    let byCode = Dictionary(uniqueKeysWithValues: known.map { ($0.code, $0) })
    var saved: [Product] = []
    var replaced: [ID<Product>] = []
    var outcomes: [UpsertOutcome] = []
    for draft in drafts {
      guard let old = byCode[draft.code] else {
        let product = draft.product.with(id: tx.newID(), source: source, version: 1)
        saved.append(product)
        outcomes.append(UpsertOutcome(result: .created, id: product.id.raw))
        tx.recordSystem(.productAdded, subject: product.id.raw, facts: ["code": product.code])
        continue
      }
      let merge = Merge(old, with: draft.product, draft.applied, fields: Product.fields)
      guard !merge.corrections.isEmpty else {
        outcomes.append(UpsertOutcome(result: .unchanged, id: old.id.raw, conflicts: merge.conflicts))
        continue
      }
      saved.append(merge.record.with(id: old.id, source: source, version: old.version + 1))
      replaced.append(old.id)
      outcomes.append(UpsertOutcome(result: .updated, id: old.id.raw, conflicts: merge.conflicts))
      let facts = Dictionary(uniqueKeysWithValues: merge.corrections.map { ($0.field, "\($0.before) → \($0.after)") })
      tx.recordSystem(.productChanged, subject: old.id.raw, facts: facts)
    }
    try ProductStore.save(saved, replacing: replaced, in: tx)
    return outcomes
  }
}

extension Product {
  fileprivate func with(id: ID<Product>, source: String, version: Int64) -> Product {
    Product(
      id: id, code: code, name: name, line: line, kind: kind, term: term, waitingDays: waitingDays,
      coolingOffDays: coolingOffDays, guaranteedRenewable: guaranteedRenewable, filedName: filedName, source: source,
      version: version)
  }
}
