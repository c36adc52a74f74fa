import Kernel
import Storage

/// A number of rows that was counted up to a bound: «more than 2,000» beyond it, never an invented figure.
package struct BoundedCount: Hashable, Sendable {
  package let value: Int
  /// False when there are more than `value`.
  package let isExact: Bool

  package init(_ value: Int, isExact: Bool) {
    self.value = value
    self.isExact = isExact
  }

  /// Where counting stops.
  package static let bound = 2_000

  /// What was counted up to `bound` and one more.
  package init(upTo bound: Int, _ counted: Int) { self.init(min(bound, counted), isExact: counted <= bound) }
}

/// One page of customers.
package struct CustomerPage: Sendable {
  package let rows: [CustomerLine]
  /// Where the next page begins; nil at the end.
  package let next: String?
  /// How many there are in all; counted for the first page only.
  package let count: BoundedCount?
  /// True when the walk stopped at its bound before the page was full: there may be more behind `next`.
  package let stoppedEarly: Bool
}

extension Customers {
  /// Finds customers by name or a part of it, pinyin, initials, mobile or its last four digits, ID number, policy or
  /// claim number, or their id: exact hits first, then those that begin so, then the newest.
  ///
  /// - Parameter after: the `next` of the page before.
  package static func search(
    _ text: String, filter: CustomerFilter = .none, after: String? = nil, limit: Int = 20, in tx: ReadTx
  ) throws -> CustomerPage {
    try tx.access.require(.read(.customer))
    try filter.check(tx.access.needs)
    guard let query = SearchQuery(text), let scope = try scope(of: filter, in: tx) else {
      return CustomerPage(rows: [], next: nil, count: BoundedCount(0, isExact: true), stoppedEarly: false)
    }
    var (candidates, isExact) = try candidates(query, scope: scope, in: tx)
    if filter.narrows || tx.access.restsOnConsent, !candidates.isEmpty {
      let passing = Set(try tx.fetch(SearchStore.passing(candidates, filter, scope: scope)))
      candidates = candidates.filter(passing.contains)
    }
    let start = after.flatMap(Int64.init).flatMap { candidates.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    let shown = Array(candidates[min(start, candidates.count)...].prefix(limit))
    let rows = try lines(shown, scope: scope, in: tx)
    tx.logAccess(AccessRecord(.search, subjects: rows.map(\.id.raw), what: "search"))
    let hasMore = start + shown.count < candidates.count
    isExact = isExact && candidates.count <= SearchStore.bound
    return CustomerPage(
      rows: rows, next: hasMore ? shown.last.map(String.init) : nil,
      count: after == nil ? BoundedCount(min(candidates.count, SearchStore.bound), isExact: isExact) : nil,
      stoppedEarly: false)
  }

  /// Candidates in the order in which they are shown, each once; and whether these are all.
  private static func candidates(
    _ query: SearchQuery, scope: Int64, in tx: ReadTx
  ) throws -> (ids: [Int64], isExact: Bool) {
    let groups: [[Int64]]
    switch query {
    case .customerID(let id):
      groups = [try tx.fetch(SearchStore.customer(id))]
    case .hanCharacter(let character):
      groups = try tx.fetch(all: [
        SearchStore.named(character, scope: scope), SearchStore.nameBegins(character, scope: scope),
      ])
    case .name(let name):
      groups = try tx.fetch(all: [
        SearchStore.named(name, scope: scope), SearchStore.nameBegins(name, scope: scope),
        SearchStore.holding(SearchTokens.ofName(name), scope: scope, in: tx),
      ])
    case .letters(let letters):
      groups = try tx.fetch(all: [
        SearchStore.pinyinIs(letters, scope: scope), SearchStore.initialsAre(letters, scope: scope),
        SearchStore.pinyinBegins(letters, scope: scope), SearchStore.initialsBegin(letters, scope: scope),
        SearchStore.holding([letters], scope: scope, in: tx),
      ])
    case .lastFour(let digits):
      // Found by a number that one may not see, it would be told.
      guard tx.access.needs.shows("mobile") else { return ([], true) }
      let values = tx.vault.indexes(.mobileLastFour, digits)
      groups = [try tx.fetch(SearchStore.indexed(.mobileLastFour, values, scope: scope))]
    case .number(let text):
      groups = try numbered(text, scope: scope, in: tx)
    }
    var seen: Set<Int64> = []
    let all = groups.joined().filter { seen.insert($0).inserted }
    return (Array(all.prefix(SearchStore.bound)), all.count <= SearchStore.bound)
  }

  /// A number may be a mobile, an identity document, a policy's or a claim's: all that the purpose needs are asked in
  /// one go.
  private static func numbered(_ text: String, scope: Int64, in tx: ReadTx) throws -> [[Int64]] {
    let rules = ResidentID.Rules(today: tx.today, admitsDemo: true)
    let plain = text.uppercased().filter { $0 != " " && $0 != "-" }
    let needs = tx.access.needs
    var queries: [Query<[Int64]>] = []
    if needs.records.contains(.policies) { queries += [SearchStore.policyholder(text), SearchStore.policy(text)] }
    if needs.records.contains(.claims) { queries.append(SearchStore.claim(text)) }
    if needs.shows("mobile"), let mobile = try? Mobile.parse(text, admitsDemo: true) {
      queries.append(SearchStore.indexed(.mobile, tx.vault.indexes(.mobile, mobile.number), scope: scope))
    }
    if needs.shows("national_id") {
      let number = (try? ResidentID.parse(plain, rules))?.number ?? plain
      queries.append(SearchStore.indexed(.nationalID, tx.vault.indexes(.nationalID, number), scope: scope))
    }
    if scope == 0 { return try tx.fetch(all: queries) }
    // A policy's people count only where the scope's book has them.
    let found = try tx.fetch(all: queries)
    let inBook = Set(try tx.fetch(SearchStore.passing(Array(Set(found.joined())), .none, scope: scope)))
    return found.map { $0.filter(inBook.contains) }
  }
}
