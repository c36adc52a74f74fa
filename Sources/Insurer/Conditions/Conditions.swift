import Kernel
import Storage

/// The door of conditions: what a population or one person is asked, as one viewer may ask it.
package enum Conditions {
  /// A condition as what narrows a list or a search of customers.
  ///
  /// - Throws: `invalid` with a code for each part that is unknown, walled, or not for the viewer's purpose.
  package static func narrowing(_ condition: Condition, in tx: ReadTx) throws -> CustomerNarrowing {
    let bound = try condition.bound(for: tx.access, on: tx.today)
    let sql = ConditionSQL(FactSource(tx.access, at: tx.now))
    return CustomerNarrowing(key: condition.json) { person in sql.predicate(bound, person: person) }
  }

  /// Which part holds for one person, and by what.
  ///
  /// - Throws: `notFound` when the viewer may not see the person; `invalid` as `narrowing`.
  package static func explain(
    _ condition: Condition, of customer: ID<Customer>, in tx: ReadTx
  ) throws -> ConditionFinding {
    try tx.access.require(.read(.customer))
    let bound = try condition.bound(for: tx.access, on: tx.today)
    let row = try PersonFacts.row(of: customer, in: tx)
    return bound.finding(row, FactSource(tx.access, at: tx.now))
  }
}
