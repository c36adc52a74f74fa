import Kernel
import Storage

extension Customers {
  /// The customers of the viewer's book in one of four orders, narrowed by a filter, paged by key.
  ///
  /// - Parameter after: the `next` of the page before.
  /// - Throws: `forbidden` for an agent whose book the viewer may not open; `invalid` for a broken `after`.
  package static func list(
    sort: CustomerSort = .pinyin, filter: CustomerFilter = .none, after: String? = nil, limit: Int = 20, in tx: ReadTx
  ) throws -> CustomerPage {
    try tx.access.require(.read(.customer))
    try filter.check(tx.access.needs, sort: sort)
    guard let scope = try scope(of: filter, in: tx) else {
      return CustomerPage(rows: [], next: nil, count: BoundedCount(0, isExact: true), stoppedEarly: false)
    }
    let start = try after.map { try ListPlace.read($0, sort) }
    let narrows = filter.narrows || tx.access.restsOnConsent
    let keys = try tx.fetch(
      ListStore.page(sort, filter, narrows: narrows, scope: scope, after: start, limit: limit + 1))
    let shown = Array(keys.prefix(limit))
    let rows = try lines(shown.map(\.customerID), scope: scope, in: tx)
    tx.logAccess(AccessRecord(.list, subjects: rows.map(\.id.raw), what: "list"))
    var next = keys.count > limit ? shown.last : nil
    var stoppedEarly = false
    if narrows, keys.count <= limit,
      let end = try tx.fetch(ListStore.walkEnd(sort, filter, scope: scope, after: start))
    {
      next = end
      stoppedEarly = true
    }
    var count: BoundedCount?
    if after == nil {
      count =
        keys.count > limit
        ? try self.count(filter, scope: scope, in: tx) : BoundedCount(keys.count, isExact: !stoppedEarly)
    }
    return CustomerPage(
      rows: rows, next: next.map { ListPlace.write($0) }, count: count, stoppedEarly: stoppedEarly)
  }

  /// How many customers of the viewer's book pass a filter.
  package static func count(_ filter: CustomerFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.customer))
    try filter.check(tx.access.needs)
    guard let scope = try scope(of: filter, in: tx) else { return BoundedCount(0, isExact: true) }
    return try count(filter, scope: scope, in: tx)
  }

  /// Not exact beyond its bound, nor where the walk stopped at its own before the end of the book.
  private static func count(_ filter: CustomerFilter, scope: Int64, in tx: ReadTx) throws -> BoundedCount {
    let narrows = filter.narrows || tx.access.restsOnConsent
    let (all, end) = try tx.fetch(
      ListStore.count(filter, narrows: narrows, scope: scope),
      ListStore.walkEnd(ListStore.countSort(filter), filter, scope: scope, after: nil))
    let isWhole = !narrows || end == nil
    return BoundedCount(min(all, ListStore.countBound), isExact: all <= ListStore.countBound && isWhole)
  }

  /// The scope whose book is read: the viewer's own, or that of the agent asked for. Nil when he sees nobody.
  static func scope(of filter: CustomerFilter, in tx: ReadTx) throws -> Int64? {
    switch (tx.access.scope, filter.agent) {
    case (.none, _): return nil
    case (.all, nil): return 0
    case (.all, let agent?): return agent.raw
    case (.book(let own), nil): return own
    case (.book(let own), let agent?):
      if agent.raw == own || agent.raw == tx.access.staffID { return own }
      guard try tx.fetch(ListStore.isInGroup(agent.raw, group: own)) else {
        throw AppError.forbidden("this member of staff is not of the viewer's group")
      }
      return agent.raw
    }
  }

  /// Lines in the order of `ids`, mobiles opened and masked for the viewer.
  static func lines(_ ids: [Int64], scope: Int64, in tx: ReadTx) throws -> [CustomerLine] {
    guard !ids.isEmpty else { return [] }
    let lines = try opened(try tx.fetch(ListStore.lines(ids, scope: scope)), in: tx)
    let byID = Dictionary(uniqueKeysWithValues: lines.map { ($0.id.raw, $0) })
    return ids.compactMap { byID[$0] }
  }

  /// The lines of one person's records, still sealed; nil where they are not all in one book (``lines(_:in:)``).
  static func listed(_ person: PersonRef, for access: Access) -> Query<[ListStore.Sealed]?> {
    let scope: Int64? =
      switch access.scope {
      case .all: 0
      case .book(let own): own
      case .none: nil
      }
    guard let scope, access.grantee == 0 else { return .given(nil) }
    return ListStore.lines(person.records.map(\.raw), scope: scope).map { $0 }
  }

  /// Mobiles opened and masked for the viewer.
  static func opened(_ sealed: [ListStore.Sealed], in tx: ReadTx) throws -> [CustomerLine] {
    let needs = tx.access.needs
    return try sealed.map { row in
      guard let wrapped = row.wrappedKey, let mobile = row.mobile, needs.shows("mobile") else {
        return row.line.told(for: needs)
      }
      let text = try tx.vault.open(mobile, with: tx.vault.unwrap(wrapped))
      return row.line.with(mobile: tx.access.sees.contains(.mobile) ? text : Masks.mobile(text)).told(for: needs)
    }
  }

  /// Some customers as lines, for other features' lists; those that the viewer may not see are left out.
  package static func lines(_ ids: [ID<Customer>], in tx: ReadTx) throws -> [CustomerLine] {
    guard let scope = try scope(of: .none, in: tx) else {
      return tx.access.grantee == 0 ? [] : try lines(ids.map(\.raw), scope: 0, in: tx)
    }
    let own = try lines(ids.map(\.raw), scope: scope, in: tx)
    guard tx.access.grantee != 0, own.count < ids.count else { return own }
    // Whom a grant opens is in nobody's book but everybody's; the predicate is the same.
    let known = Set(own.map(\.id))
    return own + (try lines(ids.filter { !known.contains($0) }.map(\.raw), scope: 0, in: tx))
  }
}

/// A place in a list as a page's link carries it: the sorted value and the id.
enum ListPlace {
  static func write(_ key: ListStore.Key) -> String {
    switch key.value {
    case .text(let text): "\(key.customerID)~\(text)"
    case .int(let int): "\(key.customerID)~\(int)"
    default: "\(key.customerID)~"
    }
  }

  static func read(_ text: String, _ sort: CustomerSort) throws -> ListStore.Key {
    let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = Int64(parts[0]) else { throw AppError.invalid("PAGE_INVALID", "no such place") }
    if sort == .pinyin { return ListStore.Key(customerID: id, value: .text(String(parts[1]))) }
    guard let value = Int64(parts[1]) else { throw AppError.invalid("PAGE_INVALID", "no such place") }
    return ListStore.Key(customerID: id, value: .int(value))
  }
}

extension CustomerLine {
  fileprivate func with(mobile: String) -> CustomerLine {
    CustomerLine(
      id: id, name: name, kind: kind, sex: sex, birthDate: birthDate, mobile: mobile, relation: relation, lines: lines,
      stages: stages, latestAt: latestAt, nextDueOn: nextDueOn, createdAt: createdAt)
  }
}
