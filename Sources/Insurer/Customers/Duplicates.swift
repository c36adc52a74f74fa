import Kernel
import Storage

/// Somebody who is already here and may be the same person: told on entry, never decided.
package struct Duplicate: Hashable, Sendable {
  /// `DUPLICATE_ID`, `DUPLICATE_MOBILE_NAME` or `DUPLICATE_NAME_BIRTH`.
  package let code: ValidationCode
  /// Nil when the viewer may not see the other record: then only that there is one is told.
  package let customerID: ID<Customer>?

  package var finding: Finding { Finding(field, code, .flag) }

  package var field: String {
    switch code {
    case .duplicateID: "national_id"
    case .duplicateMobileName: "mobile"
    default: "name"
    }
  }
}

/// Finds who is already here for many new records at once.
struct DuplicateSearch {
  private struct NameAndBirth: Hashable {
    let name: String
    let birth: Day
  }

  private var byID: [[UInt8]: [DuplicateStore.Match]] = [:]
  private var byMobile: [[UInt8]: [DuplicateStore.Match]] = [:]
  private var byName: [NameAndBirth: [DuplicateStore.Match]] = [:]

  /// How many values a look-up of SQLite asks for: each name with its birth date takes two parameters.
  private static let partMax = 2_500

  /// Asks the database with three statements, on SQLite for each part of the values.
  init(_ records: [SealedCustomer], in tx: Tx) throws {
    let ids = Array(Set(records.compactMap(\.nationalIDIndex)))
    let mobiles = Array(Set(records.compactMap(\.mobileIndex)))
    // In the order of their index, so that PostgreSQL meets its pages one after the other.
    let names = Set(records.compactMap(DuplicateSearch.nameAndBirth)).sorted { $0.name < $1.name }
    let count = max(ids.count, mobiles.count, names.count)
    let size = tx.isPostgres ? max(count, 1) : DuplicateSearch.partMax
    for start in stride(from: 0, to: count, by: size) {
      let (idMatches, mobileMatches, nameMatches) = try tx.fetch(
        DuplicateStore.byIndex(.nationalID, Self.part(ids, start, size), in: tx),
        DuplicateStore.byIndex(.mobile, Self.part(mobiles, start, size), in: tx),
        DuplicateStore.byNameAndBirth(Self.part(names, start, size).map { ($0.name, $0.birth) }, in: tx))
      byID.merge(Dictionary(grouping: idMatches, by: \.value)) { $1 }
      byMobile.merge(Dictionary(grouping: mobileMatches, by: \.value)) { $1 }
      for match in nameMatches {
        if let birth = match.birthDate {
          byName[NameAndBirth(name: match.name, birth: birth), default: []].append(match)
        }
      }
    }
  }

  private static func nameAndBirth(_ record: SealedCustomer) -> NameAndBirth? {
    guard let name = record.draft.name, let birth = record.draft.birthDate, record.draft.birthFlag == nil
    else { return nil }
    return NameAndBirth(name: name, birth: birth)
  }

  private static func part<Value>(_ values: [Value], _ start: Int, _ size: Int) -> [Value] {
    Array(values.dropFirst(start).prefix(size))
  }

  /// At most five of a kind, the strongest kind first; one record is named once.
  func duplicates(of record: SealedCustomer) -> [Duplicate] {
    var found: [Duplicate] = []
    var named: Set<ID<Customer>> = []
    func add(_ matches: [DuplicateStore.Match], _ code: ValidationCode) {
      for match in matches.prefix(5) where named.insert(match.customerID).inserted {
        found.append(Duplicate(code: code, customerID: match.isVisible ? match.customerID : nil))
      }
    }
    add(record.nationalIDIndex.flatMap { byID[$0] } ?? [], .duplicateID)
    let sameMobile = record.mobileIndex.flatMap { byMobile[$0] } ?? []
    add(sameMobile.filter { $0.name == record.draft.name }, .duplicateMobileName)
    add(DuplicateSearch.nameAndBirth(record).flatMap { byName[$0] } ?? [], .duplicateNameBirth)
    return found
  }

  /// A record that was just made counts for those after it in the same batch.
  mutating func add(_ record: SealedCustomer, _ id: ID<Customer>) {
    func match(_ value: [UInt8]) -> DuplicateStore.Match {
      DuplicateStore.Match(
        customerID: id, name: record.draft.name ?? "", birthDate: record.draft.birthDate, value: value, isVisible: true)
    }
    if let value = record.nationalIDIndex { byID[value, default: []].append(match(value)) }
    if let value = record.mobileIndex { byMobile[value, default: []].append(match(value)) }
    if let key = DuplicateSearch.nameAndBirth(record) { byName[key, default: []].append(match([])) }
  }
}
