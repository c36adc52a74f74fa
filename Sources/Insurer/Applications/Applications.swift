import Kernel
import Storage

/// The door to applications: moved only by what the core tells (R98), safe in any order and any number of times.
package enum Applications {
  package static let moved = EventKind("application_moved")
  package static let kinds = [moved]

  /// What an event or the API tells. `customer` is an id; `servicing_agent` and `underwriter` are staff numbers.
  package static let columns = [
    "application_no", "stage", "at", "customer", "product", "policy_no", "servicing_agent", "underwriter",
    "sum_insured",
    "premium", "asked", "due_on",
  ]

  /// A core's clock may be ahead by so much.
  private static let aheadSeconds = 300

  /// The applications of these numbers, as one source knows them.
  package static func places(
    _ numbers: [String], source: String
  ) -> Query<[(number: String, customer: ID<Customer>, id: ID<Application>)]> {
    ApplicationStore.places(numbers, source: source)
  }

  /// Whether a number is known: for statements on what waits for it.
  /// - Parameters: expressions of SQL.
  static func isKnown(number: SQL, source: SQL) -> SQL { ApplicationStore.isKnown(number: number, source: source) }

  /// Takes in one step. The first one of a number has to say whose it is and of which product; later ones only what
  /// has changed. What is outstanding becomes a task of the servicing agent, of a due date, and what the step has
  /// settled is done.
  /// - Returns: the application; a step that is known changes nothing.
  /// - Throws: `invalid` with the fields' codes.
  @discardableResult
  package static func tell(_ values: [String: String], source: String, in tx: Tx) throws -> ID<Application> {
    try tx.access.require(.write(.policy))
    let told = try read(values, in: tx)
    try tx.lock(named: "application/\(source)/\(told.number)")
    let place = try tx.fetch(ApplicationStore.places([told.number], source: source)).first
    let known = try place.flatMap { try tx.fetch(ApplicationStore.row($0.id, of: $0.customer)) }
    let (old, isNew) = (try known ?? first(told, source: source, in: tx), known == nil)
    let key = try Customers.sealingKeys(of: [old.customerID], in: tx)[old.customerID]
    guard let key else { throw AppError.conflict("ERASED", "the record was erased") }
    if isNew { try ApplicationStore.insert(old, in: tx) }
    let asked = try told.step.asked.map { try tx.vault.seal($0, with: key) }
    guard try ApplicationStore.insert(told.step, asked: asked, of: old, in: tx) else { return old.id }
    let steps = try tx.fetch(ApplicationStore.steps(of: old.id, customer: old.customerID)).map(\.step)
    let new = try added(told, steps, to: old, in: tx)
    try ApplicationStore.update(new, in: tx)
    tx.record(
      moved, customer: new.customerID.raw, subject: new.id, at: min(told.step.at, tx.now), source: source,
      facts: ["stage": told.step.stage.rawValue, "number": new.applicationNo])
    // Who serves or assesses it, and until when, has moved with it.
    try CustomerBook.refresh([new.customerID.raw], in: tx)
    try ApplicationTasks.follow(new, steps: steps, in: tx)
    return new.id
  }

  private struct Told {
    let number: String
    let step: ApplicationStep
    let customer: ID<Customer>?
    let product: Product?
    let policyNo: String?
    let agent, underwriter: StaffMember?
    let sumInsured, premium: Money?
  }

  private static func read(_ values: [String: String], in tx: ReadTx) throws -> Told {
    var reader = FieldReader(values)
    let number = reader.text("application_no", required: true, limit: 64)
    let stage = reader.enumeration(ApplicationStage.self, "stage", required: true)
    let at = reader.instant("at", required: true)
    if let at, at > tx.now + aheadSeconds { reader.find("at", .dateFuture, .reject) }
    let asked = reader.text("asked", limit: 2_000)
    let due = reader.day("due_on")
    let customer = reader.value("customer") { (text) throws(ReadingFault) in
      guard let id = ID<Customer>(text) else { throw ReadingFault(.referenceUnknown) }
      return id
    }
    let policyNo = reader.text("policy_no", limit: 64)
    let (sum, premium) = (reader.money("sum_insured"), reader.money("premium"))
    let numbers = ["servicing_agent", "underwriter"].compactMap { values[$0] }.filter { !$0.isEmpty }
    let (products, staff) = try tx.fetch(
      Products.byCodes([values["product"] ?? ""]), Staff.byNumbers(numbers.isEmpty ? [""] : numbers))
    func member(_ name: String) -> StaffMember? {
      guard let number = values[name], !number.isEmpty else { return nil }
      let member = staff.first { $0.staffNo == number }
      if member == nil { reader.find(name, .referenceUnknown, .reject) }
      return member
    }
    let (agent, underwriter) = (member("servicing_agent"), member("underwriter"))
    if let code = values["product"], !code.isEmpty, products.isEmpty {
      reader.find("product", .referenceUnknown, .reject)
    }
    guard !reader.isRejected, let number, let stage, let at else {
      throw AppError.invalid(reader.findings.map(\.error))
    }
    return Told(
      number: number, step: ApplicationStep(at: at, stage: stage, asked: asked, dueOn: due), customer: customer,
      product: products.first, policyNo: policyNo, agent: agent, underwriter: underwriter, sumInsured: sum,
      premium: premium)
  }

  private static func first(_ told: Told, source: String, in tx: Tx) throws -> Application {
    var missing: [Finding] = []
    if told.customer == nil { missing.append(Finding("customer", .required, .reject)) }
    if told.product == nil { missing.append(Finding("product", .required, .reject)) }
    guard let customer = told.customer, let product = told.product else {
      throw AppError.invalid(missing.map(\.error))
    }
    guard try tx.fetch(Customers.names(of: [customer]))[customer]?.isVisible == true else {
      throw AppError.invalid([Finding("customer", .referenceUnknown, .reject).error])
    }
    return Application(
      id: tx.newID(), customerID: customer, applicationNo: told.number, productID: product.id, stage: told.step.stage,
      stageAt: told.step.at, appliedOn: told.step.at.day, source: source)
  }

  private static func added(
    _ told: Told, _ steps: [ApplicationStep], to old: Application, in tx: ReadTx
  ) throws -> Application {
    var new = old
    if let product = told.product { new.productID = product.id }
    new.policyNo = told.policyNo ?? old.policyNo
    new.agentID = told.agent?.id ?? old.agentID
    new.underwriterID = told.underwriter?.id ?? old.underwriterID
    new.sumInsured = told.sumInsured ?? old.sumInsured
    new.premium = told.premium ?? old.premium
    new.appliedOn = min(old.appliedOn, told.step.at.day)
    guard let newest = ApplicationRules.newest(steps) else { return new }
    (new.stage, new.stageAt, new.outstanding) = (newest.stage, newest.at, newest.stage.leaves)
    let product = try tx.fetch(Products.all([new.productID])).first
    new.dueOn = ApplicationRules.dueOn(newest, coolingOffDays: product?.coolingOffDays ?? 15)
    return new
  }
}
