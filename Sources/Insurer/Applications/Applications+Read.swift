import Kernel
import Storage

extension Applications {
  package static func list(
    _ filter: ApplicationFilter, after place: (value: Int64, id: Int64)? = nil, limit: Int, in tx: ReadTx
  ) throws -> [ApplicationLine] {
    try tx.access.require(.read(.policy))
    let page = ApplicationStore.page(filter, after: place, limit: limit, for: tx.access, today: tx.today)
    return try lines(try tx.fetch(page), in: tx)
  }

  /// A person's, the newest first; none for who may not read policies.
  static func latest(of person: PersonRef, limit: Int, for access: Access, today: Day) -> Query<[Application]> {
    guard access.permissions.contains(.read(.policy)) else { return .given([]) }
    var filter = ApplicationFilter()
    filter.customers = person.records
    return ApplicationStore.page(filter, after: nil, limit: limit, for: access, today: today)
  }

  /// Where a list goes on behind an application.
  package static func place(_ application: Application, _ filter: ApplicationFilter) -> (value: Int64, id: Int64) {
    let isDue = filter.outstanding != nil || filter.isOverdue
    return (
      isDue ? application.dueOn?.number ?? ApplicationStore.noDay : -application.stageAt.microseconds,
      application.id.raw
    )
  }

  package static func count(_ filter: ApplicationFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.policy))
    let count = ApplicationStore.count(filter, bound: 1_000, for: tx.access, today: tx.today)
    return BoundedCount(upTo: 1_000, try tx.fetch(count))
  }

  package static func find(_ id: ID<Application>, in tx: ReadTx) throws -> ApplicationDetail {
    try tx.access.require(.read(.policy))
    guard let application = try tx.fetch(ApplicationStore.find(id, for: tx.access)),
      let line = try lines([application], in: tx).first
    else { throw AppError.notFound("application") }
    let person = try tx.fetch(Customers.person(application.customerID))
    let (sealed, policies) = try tx.fetch(
      ApplicationStore.steps(of: id, customer: application.customerID), Policies.lines(of: person))
    let keys =
      tx.access.sees.contains(.note) ? try Customers.sealingKeys(of: [application.customerID], in: tx) : [:]
    let steps = try sealed.map { row in
      var step = row.step
      if let asked = row.asked, let key = keys[application.customerID] {
        step.asked = try tx.vault.open(asked, with: key)
      }
      return step
    }
    var others = ApplicationFilter()
    others.customers = person.records
    let earlier = try list(others, limit: 20, in: tx).filter { $0.application.id != id }
    tx.logAccess(AccessRecord(.view, subjects: [application.customerID.raw], what: "application"))
    return ApplicationDetail(
      line: line, steps: steps, atRisk: tx.access.role == .underwriter ? LineTotal.of(policies) : nil,
      earlier: earlier)
  }

  static func lines(_ applications: [Application], in tx: ReadTx) throws -> [ApplicationLine] {
    guard !applications.isEmpty else { return [] }
    let customers = Array(Set(applications.map(\.customerID)))
    let staff = applications.flatMap { [$0.agentID?.raw, $0.underwriterID?.raw] }.compactMap { $0 }
    let (names, members, products) = try tx.fetch(
      Customers.names(of: customers), Staff.names(staff), Products.all(Array(Set(applications.map(\.productID)))))
    let byID = Dictionary(products.map { ($0.id, $0.name) }) { first, _ in first }
    tx.logAccess(AccessRecord(.list, subjects: customers.map(\.raw).sorted(), what: "applications"))
    return applications.map { application in
      // Who sells is not told who else serves the person.
      let agent = application.agentID.flatMap { members[$0.raw] }
      return ApplicationLine(
        application: application, customer: names[application.customerID],
        product: byID[application.productID] ?? "", agent: agent,
        underwriter: application.underwriterID.flatMap { members[$0.raw] })
    }
  }
}
