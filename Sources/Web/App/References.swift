import Insurer
import Kernel
import Storage
import Synchronization

/// The keys by which answers name staff and products, remembered for a minute: every answer about a person names
/// some, and they change by the month.
package final class References: Sendable {
  package struct Found: Sendable {
    package var staff: [ID<StaffMember>: StaffEntry] = [:]
    package var products: [ID<Product>: String] = [:]

    /// The staff number; nil for nobody, or for somebody who is not known any more.
    package func number(_ id: ID<StaffMember>?) -> String? { id.flatMap { staff[$0]?.staffNo } }
    package func name(_ id: ID<StaffMember>?) -> String? { id.flatMap { staff[$0]?.name } }
    package func code(_ id: ID<Product>) -> String { products[id] ?? "" }
  }

  private struct Memory {
    var found = Found()
    var until = ContinuousClock.now
  }

  private static let keptSeconds = 60
  private let memory = Mutex(Memory())

  /// What is remembered, if that is all of these and not old.
  func known(_ staff: some Sequence<ID<StaffMember>>, _ products: some Sequence<ID<Product>>) -> Found? {
    memory.withLock { memory in
      guard memory.until > .now, staff.allSatisfy({ memory.found.staff[$0] != nil }),
        products.allSatisfy({ memory.found.products[$0] != nil })
      else { return nil }
      return memory.found
    }
  }

  /// Looks up what is not remembered, in a transaction that is open.
  func find(_ staff: [ID<StaffMember>], _ products: [ID<Product>] = [], in tx: ReadTx) throws -> Found {
    if let found = known(staff, products) { return found }
    let (people, codes) = try tx.fetch(Staff.entries(Array(Set(staff))), Products.all(Array(Set(products))))
    return memory.withLock { memory in
      if memory.until <= .now || memory.found.staff.count > 100_000 {
        memory = Memory(until: .now + .seconds(References.keptSeconds))
      }
      let nobody = StaffEntry(staffNo: nil, name: nil)
      for id in staff { memory.found.staff[id] = people[id] ?? nobody }
      for product in codes { memory.found.products[product.id] = product.code }
      for id in products where memory.found.products[id] == nil { memory.found.products[id] = "" }
      return memory.found
    }
  }
}
