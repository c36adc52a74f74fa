import Kernel
import Storage

extension Consents {
  /// Writes what holds now on the customers' rows, in a fixed number of reads and one write; rows that are right
  /// already are left.
  /// It is the only writer of `basis`.
  static func compute(_ customers: [ID<Customer>], in tx: Tx) throws {
    let asked = Array(Set(customers)).sorted()
    guard !asked.isEmpty else { return }
    let persons = try tx.fetch(Customers.persons(of: asked))
    let ids = Array(Set(persons.values.flatMap(\.records))).sorted()
    let (people, sealed, guardians) = try tx.fetch(
      ConsentStore.people(ids), ConsentStore.all(of: ids), Relationships.guardians(of: ids))
    let byID = Dictionary(uniqueKeysWithValues: people.map { ($0.id, $0) })
    let decisions = Dictionary(grouping: sealed.map(\.consent), by: \.customerID)
    var changes: [ConsentStore.Basis] = []
    for person in persons.values {
      let own = person.records.flatMap { decisions[$0] ?? [] }
      let speakers = person.records.reduce(into: Set()) { $0.formUnion(guardians[$1] ?? []) }
      for record in person.records.compactMap({ byID[$0] }) {
        let facts = ConsentPerson(
          birthDate: record.birthDate, deceasedOn: record.deceasedOn, guardians: speakers)
        let (bits, until) = ConsentRules.basis(
          Purposes.ofConsent.map { ConsentRules.standing($0, own, of: facts, at: tx.now) })
        guard record.basis != bits || record.until != until else { continue }
        changes.append(ConsentStore.Basis(id: record.id, bits: bits, until: until))
      }
    }
    // In a fixed order, so that two who write the same people wait for each other and never cross.
    try ConsentStore.setBasis(changes.sorted { $0.id < $1.id }, in: tx)
  }

  /// Computes again what days or other facts have moved: a 14th birthday, a relation that ended, a corrected birth
  /// date. A worker asks every few seconds; until then these people are not seen for any purpose of consent.
  /// - Returns: how many there were.
  @discardableResult
  package static func refreshDue(limit: Int = 200, in tx: Tx) throws -> Int {
    let due = try tx.fetch(ConsentStore.overdue(at: tx.now, limit: limit))
    try compute(due, in: tx)
    return due.count
  }
}
