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

/// Who is already here of many new records: those that the database knows, and those that were just made.
struct DuplicateSearch {
  private struct NameAndBirth: Hashable {
    let name: String
    let birth: Day
  }

  private var byID: [[UInt8]: [DuplicateStore.Match]] = [:]
  private var byMobile: [[UInt8]: [DuplicateStore.Match]] = [:]
  private var byName: [NameAndBirth: [DuplicateStore.Match]] = [:]
  /// Records that were just made and whose values nobody else has had so far: most of a file's.
  private var alone: [(record: SealedCustomer, id: ID<Customer>)] = []
  private var codesOfAlone: Set<Int> = []

  /// Asks the database with three statements, whatever the number of records; what it knows of their values takes the
  /// place of what was known.
  mutating func ask(_ records: [SealedCustomer], in tx: ReadTx) throws {
    guard !records.isEmpty else { return }
    let ids = records.compactMap(\.nationalIDIndex)
    let mobiles = records.compactMap(\.mobileIndex)
    let names = Set(records.compactMap(DuplicateSearch.nameAndBirth)).map { ($0.name, $0.birth) }
    let (idMatches, mobileMatches, nameMatches) = try tx.fetch(
      DuplicateStore.byIndex(.nationalID, ids, in: tx), DuplicateStore.byIndex(.mobile, mobiles, in: tx),
      DuplicateStore.byNameAndBirth(names, in: tx))
    byID.merge(Dictionary(grouping: idMatches, by: \.value)) { $1 }
    byMobile.merge(Dictionary(grouping: mobileMatches, by: \.value)) { $1 }
    let named = nameMatches.filter { $0.birthDate != nil }
    byName.merge(Dictionary(grouping: named) { NameAndBirth(name: $0.name, birth: $0.birthDate ?? Day(number: 0)) }) {
      $1
    }
  }

  private static func nameAndBirth(_ record: SealedCustomer) -> NameAndBirth? {
    guard let name = record.draft.name, let birth = record.draft.birthDate, record.draft.birthFlag == nil
    else { return nil }
    return NameAndBirth(name: name, birth: birth)
  }

  /// At most five of a kind, the strongest kind first; one record is named once.
  mutating func duplicates(of record: SealedCustomer) -> [Duplicate] {
    lookAmongAlone(record)
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
    alone.append((record, id))
    codesOfAlone.formUnion(DuplicateSearch.codes(of: record))
  }

  /// Once a record seems to share a value with one of those, they are put where its matches are looked up.
  private mutating func lookAmongAlone(_ record: SealedCustomer) {
    guard !alone.isEmpty, !codesOfAlone.isDisjoint(with: DuplicateSearch.codes(of: record)) else { return }
    for (record, id) in alone { place(record, id) }
    alone.removeAll(keepingCapacity: true)
    codesOfAlone.removeAll(keepingCapacity: true)
  }

  /// Equal for equal values, and seldom for others.
  private static func codes(of record: SealedCustomer) -> [Int] {
    var codes: [Int] = []
    codes.reserveCapacity(3)
    for index in record.indexes where index.kind == .nationalID || index.kind == .mobile {
      codes.append(index.value.prefix(8).reduce(0) { $0 << 8 | Int($1) })
    }
    if let key = nameAndBirth(record) { codes.append(key.hashValue) }
    return codes
  }

  private mutating func place(_ record: SealedCustomer, _ id: ID<Customer>) {
    func match(_ value: [UInt8]) -> DuplicateStore.Match {
      DuplicateStore.Match(
        customerID: id, name: record.draft.name ?? "", birthDate: record.draft.birthDate, value: value, isVisible: true)
    }
    if let value = record.nationalIDIndex { byID[value, default: []].append(match(value)) }
    if let value = record.mobileIndex { byMobile[value, default: []].append(match(value)) }
    if let key = DuplicateSearch.nameAndBirth(record) { byName[key, default: []].append(match([])) }
  }
}
