import Kernel
import Storage

extension Claims {
  /// One claim, as far as the viewer may see. Diagnosis and reasons are absent but for who sees contract health.
  /// - Throws: `notFound` when there is none, or the viewer may not see it.
  package static func detail(_ id: ID<Claim>, in tx: ReadTx) throws -> ClaimDetail {
    try tx.access.require(.read(.claim))
    let (found, law) = try tx.fetch(ClaimStore.visible(id), LegalRules.stored)
    guard let found else { throw AppError.notFound("claim") }
    let seesHealth = tx.access.sees.contains(.contractHealth)
    let insured = found.claim.customerID
    let keys = try Customers.sealingKeys(of: [insured], in: tx)
    let claim = seesHealth ? try opened(found, keys, tx) : found.claim
    let (names, products, staff) = try tx.fetch(
      Customers.names(of: [insured, claim.policyholderID]), Products.all([claim.productID]),
      Staff.names([claim.handlerID, claim.servicingAgentID].compactMap { $0?.raw }))
    let history = try keys[insured].map { key in
      try Corrections.history(customer: insured.raw, entity: "claim", entityID: id.raw, key: key, in: tx)
    }
    let hidden: Set<String> = seesHealth ? [] : ["diagnosis", "complex_reason"]
    tx.logAccess(AccessRecord(.view, subjects: [insured.raw], what: seesHealth ? "claim with health" : "claim"))
    return ClaimDetail(
      claim: claim, progress: claim.progress(on: tx.today, law: try law.on(tx.today)),
      product: products.first?.name ?? "", insured: names[insured], policyholder: names[claim.policyholderID],
      handler: claim.handlerID.flatMap { staff[$0.raw] },
      servicingAgent: claim.servicingAgentID.flatMap { staff[$0.raw] },
      history: (history ?? []).filter { !hidden.contains($0.correction.field) })
  }

  /// A list, newest first; `after` is the last page's `next`.
  package static func list(
    _ filter: ClaimFilter = ClaimFilter(), after: Int64? = nil, limit: Int, in tx: ReadTx
  ) throws -> ListPage<ClaimLine> {
    try tx.access.require(.read(.claim))
    let start = after ?? Int64.max
    let floor = filter.isEmpty ? (lowest: Int64(0), count: 0) : try tx.fetch(ClaimStore.floor(after: start))
    let found = try tx.fetch(ClaimStore.page(after: start, from: floor.lowest, filter, limit: limit + 1))
    let page = Array(found.prefix(limit))
    let isBounded = found.count <= limit && floor.count == ClaimStore.lookedAt
    let next = found.count > limit ? page.last?.id.raw : isBounded ? floor.lowest : nil
    return ListPage(rows: try lines(page, in: tx), next: next, isBounded: isBounded)
  }

  /// Open claims whose next deadline is at most `last`, the earliest first; those that have missed it lead.
  package static func due(
    to last: Day, after: DuePlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> DuePage<ClaimLine> {
    try tx.access.require(.read(.claim))
    let found = try tx.fetch(ClaimStore.due(to: last, after: after, limit: limit + 1))
    let page = Array(found.prefix(limit))
    let next = found.count > limit ? page.last.map { DuePlace(day: $0.day, id: $0.claim.id.raw) } : nil
    return DuePage(rows: try lines(page.map(\.claim), in: tx), next: next)
  }

  /// How many those are.
  package static func dueCount(to last: Day, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.claim))
    let bound = BoundedCount.bound
    return BoundedCount(upTo: bound, try tx.fetch(ClaimStore.dueCount(to: last, bound: bound)))
  }

  /// Claims that wait for documents: the supplement diary.
  package static func supplementCount(in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.claim))
    return BoundedCount(upTo: BoundedCount.bound, try tx.fetch(ClaimStore.supplementCount(bound: BoundedCount.bound)))
  }

  /// Claims with progress, insured and handler.
  package static func lines(_ claims: [Claim], in tx: ReadTx) throws -> [ClaimLine] {
    guard !claims.isEmpty else { return [] }
    let (names, staff, law) = try tx.fetch(
      Customers.names(of: claims.map(\.customerID)), Staff.names(claims.compactMap { $0.handlerID?.raw }),
      LegalRules.stored)
    let today = try law.on(tx.today)
    return claims.map { claim in
      ClaimLine(
        claim: claim, progress: claim.progress(on: tx.today, law: today), insured: names[claim.customerID],
        handler: claim.handlerID.flatMap { staff[$0.raw] })
    }
  }

  /// Claims after a number, in the order of numbers, with the keys by which files refer to what they name.
  package static func export(after number: String, limit: Int, in tx: ReadTx) throws -> [ClaimExport] {
    try tx.access.require(.read(.claim))
    let found = try tx.fetch(ClaimStore.byNumber(after: number, limit: limit))
    guard !found.isEmpty else { return [] }
    let insured = found.map(\.claim.customerID)
    let (names, staff) = try tx.fetch(
      Customers.names(of: insured), Staff.numbers(of: found.compactMap(\.claim.handlerID)))
    let seesHealth = tx.access.sees.contains(.contractHealth)
    let keys = seesHealth ? try Customers.sealingKeys(of: insured, in: tx) : [:]
    for customer in Set(insured.map(\.raw)).sorted() {
      tx.logAccess(AccessRecord(.export, subjects: [customer], what: "claims"))
    }
    return try found.map { sealed in
      ClaimExport(
        claim: try opened(sealed, keys, tx), insured: names[sealed.claim.customerID]?.fileKey ?? "",
        handler: sealed.claim.handlerID.flatMap { staff[$0] })
    }
  }
}

/// A claim with the keys by which files refer to what it names.
package struct ClaimExport: Sendable {
  package let claim: Claim
  package let insured: String
  package let handler: String?

  /// The claim's fields as files carry them, by column.
  package var texts: [String: String] {
    var texts = Dictionary(uniqueKeysWithValues: Claim.fields.map { ($0.name, $0.text(of: claim)) })
    texts["claim_no"] = claim.claimNo
    texts["policy_no"] = claim.policyNo
    texts["insured"] = insured
    texts["handler"] = handler ?? ""
    return texts
  }
}
