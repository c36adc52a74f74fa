import Kernel
import Storage

extension Premiums {
  /// The premium that an act is about: open, on a policy that the viewer sees.
  /// - Throws: `notFound`; `forbidden` for who collects none; `conflict` `PREMIUM_NOT_OPEN`.
  private static func open(_ id: ID<Policy>, dueOn: Day, in tx: Tx) throws -> DueRow {
    guard PremiumDueRules.collects(tx.access.role) else {
      throw AppError.forbidden("\(tx.access.role.rawValue) collects no premiums")
    }
    let customer = try Policies.bundle(id, in: tx).policy.customerID
    try Customers.lock([customer], in: tx)
    guard let row = try rows([try Policies.bundle(id, in: tx).policy.place], in: tx).first, row.dueOn == dueOn else {
      throw AppError.conflict("PREMIUM_NOT_OPEN", "no premium due on \(dueOn) is open")
    }
    return row
  }

  private static func invalid(_ field: String, _ code: ValidationCode) -> AppError {
    AppError.invalid([Finding(field, code, .reject).error])
  }

  /// Takes down who will pay by when. An open promise is replaced by it.
  /// - Throws: `invalid` `PROMISE_PAST`, `PROMISE_AFTER_GRACE`.
  @discardableResult
  package static func promise(
    _ policy: ID<Policy>, dueOn: Day, payBy: Day, by promiser: Promiser, over channel: ContactChannel, in tx: Tx
  ) throws -> PremiumPromise {
    try tx.access.require(.write(.interaction))
    let row = try open(policy, dueOn: dueOn, in: tx)
    if let code = PremiumDueRules.fault(payBy: payBy, coveredUntil: row.forecast.coveredUntil, on: tx.today) {
      throw invalid("pay_by", code)
    }
    if var old = row.promise, old.outcome == nil {
      if old.payBy == payBy, old.promisedBy == promiser { return old }
      old.outcome = .replaced
      old.settledOn = tx.today
      try PremiumNoticeStore.settle(old, in: tx)
    }
    let promise = PremiumPromise(
      id: tx.newID(), customerID: row.policy.customerID, policyID: policy, dueOn: dueOn, payBy: payBy,
      promisedBy: promiser, channel: channel, takenBy: tx.access.actor, takenAt: tx.now)
    try PremiumNoticeStore.insert(promise, in: tx)
    let facts = ["pay_by": payBy.description, "promiser": promiser.code, "channel": channel.code]
    record(promised, row.policy.place, dueOn: dueOn, facts, in: tx)
    return promise
  }

  /// Notes that the policyholder was reminded: a service, which starts no period.
  @discardableResult
  package static func remind(
    _ policy: ID<Policy>, dueOn: Day, over way: NoticeWay, in tx: Tx
  ) throws -> PremiumNotice {
    try tx.access.require(.write(.interaction))
    let row = try open(policy, dueOn: dueOn, in: tx)
    let notice = try send(.reminder, way, row, in: tx)
    record(reminded, row.policy.place, dueOn: dueOn, ["way": way.code], in: tx)
    return notice
  }

  /// Sends a formal demand (催告). It starts nothing before it has reached the person.
  /// - Throws: `conflict` `DEMAND_BEFORE_DUE`; `invalid` for a way that leaves no proof.
  @discardableResult
  package static func demand(
    _ policy: ID<Policy>, dueOn: Day, over way: NoticeWay, in tx: Tx
  ) throws -> PremiumNotice {
    try tx.access.require(.write(.policy))
    let row = try open(policy, dueOn: dueOn, in: tx)
    guard dueOn < tx.today else { throw AppError.conflict("DEMAND_BEFORE_DUE", "the premium is not overdue") }
    guard NoticeWay.ofDemands.contains(way) else { throw invalid("way", .enumUnknown) }
    if let waiting = row.demand, waiting.reachedOn == nil, waiting.way == way, waiting.sentOn == tx.today {
      return waiting
    }
    let notice = try send(.demand, way, row, in: tx)
    record(demandSent, row.policy.place, dueOn: dueOn, ["way": way.code], in: tx)
    return notice
  }

  private static func send(_ kind: DueNoticeKind, _ way: NoticeWay, _ row: DueRow, in tx: Tx) throws -> PremiumNotice {
    let notice = PremiumNotice(
      id: tx.newID(), customerID: row.policy.customerID, policyID: row.policy.id, dueOn: row.dueOn, kind: kind,
      way: way, sentOn: tx.today, sentBy: tx.access.actor)
    try PremiumNoticeStore.insert(notice, in: tx)
    return notice
  }

  /// A demand has reached the person, which the proof shows: the law's days run from then.
  /// - Parameter proof: what it is and where it lies: a mail number, a recording's name. Sealed.
  /// - Throws: `invalid` `PROOF_REQUIRED`, `DATE_ORDER`, `DATE_FUTURE`; `conflict` `DEMAND_REACHED`.
  @discardableResult
  package static func reached(
    _ demand: ID<PremiumNotice>, of policy: ID<Policy>, on day: Day, _ kind: DeliveryProof, proof: String, in tx: Tx
  ) throws -> PremiumNotice {
    try tx.access.require(.write(.policy))
    let bundle = try Policies.bundle(policy, in: tx)
    let place = bundle.policy.place
    try Customers.lock([place.customerID], in: tx)
    let notices = try tx.fetch(PremiumNoticeStore.notices(of: [place]))
    guard var notice = notices.first(where: { $0.id == demand && $0.kind == .demand }) else {
      throw AppError.notFound("demand")
    }
    guard notice.reachedOn == nil else { throw AppError.conflict("DEMAND_REACHED", "its proof is recorded") }
    let text = try Reading.proof(proof)
    if let code = PremiumDueRules.fault(
      reachedOn: day, sentOn: notice.sentOn, dueOn: notice.dueOn, on: tx.today)
    {
      throw invalid("reached_on", code)
    }
    guard let key = try Customers.sealingKeys(of: [place.customerID], in: tx)[place.customerID] else {
      throw AppError.conflict("ERASED", "the record was erased")
    }
    notice.reachedOn = day
    notice.proofKind = kind
    try PremiumNoticeStore.setReached(
      notice, proof: try tx.vault.seal(text, with: key), by: tx.access.actor, in: tx)
    var premium = known(notice.dueOn, of: bundle)
    // The first demand that arrived counts.
    if premium.demandedOn.map({ day < $0 }) ?? true {
      premium.demandedOn = day
      try Policies.state(premium, fields: ["demanded_on"], source: "anban", in: tx)
    }
    return notice
  }

  /// What the core knows of a premium, or what the schedule says.
  private static func known(_ dueOn: Day, of bundle: PolicyBundle) -> Premium {
    bundle.premiums.first { $0.dueOn == dueOn }
      ?? Premium(
        customerID: bundle.policy.customerID, policyID: bundle.policy.id, dueOn: dueOn,
        amount: bundle.policy.premium ?? .zero, result: .due, source: "anban")
  }

  /// What the bank said to a debit: from an event of the core, a file or the API. A failure asks for a call at once.
  /// - Throws: `notFound`; `invalid` for a receipt that lies ahead.
  package static func debited(
    _ policy: ID<Policy>, dueOn: Day, receivedOn: Day?, failure: DebitFailure?, source: String, in tx: Tx
  ) throws {
    try tx.access.require(.write(.policy))
    let bundle = try Policies.bundle(policy, in: tx)
    if let receivedOn, receivedOn > tx.today { throw invalid("received_on", .dateFuture) }
    var premium = known(dueOn, of: bundle)
    premium.method = .debit
    premium.receivedOn = receivedOn
    premium.result = receivedOn == nil ? .failed : .received
    premium.failureReason = receivedOn == nil ? failure ?? .other : nil
    try Policies.state(
      premium, fields: ["method", "received_on", "result", "failure_reason"], source: source, in: tx)
    let promises = try tx.fetch(PremiumNoticeStore.promises(of: [bundle.policy.place]))
    let open = promises.filter { $0.dueOn == dueOn && $0.outcome == nil }
    try settle(open.map { ($0, receivedOn) }, in: tx)
    if receivedOn == nil { try call(bundle.policy, dueOn: dueOn, in: tx) }
  }

  /// What has just been told of premiums: settles their promises, and asks for the call of a debit that failed.
  package static func follow(_ dues: [(policyNo: String, dueOn: Day)], in tx: Tx) throws {
    try tx.access.require(.write(.policy))
    guard !dues.isEmpty else { return }
    let places = try tx.fetch(Policies.places(Array(Set(dues.map(\.policyNo))).sorted()))
    let days = Dictionary(grouping: dues, by: \.policyNo).mapValues { Set($0.map(\.dueOn)) }
    guard !places.isEmpty else { return }
    let (promises, failed) = try tx.fetch(
      PremiumNoticeStore.toSettle(of: places, on: tx.today, limit: 1_000),
      PremiumDueStore.toCall(of: places, from: tx.today - callsBack, to: tx.today, limit: 1_000))
    try settle(promises, in: tx)
    let asked = failed.filter { days[$0.place.policyNo]?.contains($0.day) ?? false }
    let bundles = try Policies.bundles(asked.map(\.place), in: tx)
    for bundle in bundles {
      for due in asked where due.place.id == bundle.policy.id { try call(bundle.policy, dueOn: due.day, in: tx) }
    }
  }

  /// Settles promises whose day has passed or whose premium has come. Run again it finds nothing.
  /// - Returns: how many were settled.
  @discardableResult
  package static func settle(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.policy))
    return try settle(try tx.fetch(PremiumNoticeStore.toSettle(on: tx.today, limit: limit)), in: tx)
  }

  @discardableResult
  private static func settle(_ open: [(promise: PremiumPromise, receivedOn: Day?)], in tx: Tx) throws -> Int {
    var count = 0
    for (promise, receivedOn) in open {
      guard let outcome = PremiumDueRules.outcome(payBy: promise.payBy, receivedOn: receivedOn, on: tx.today) else {
        continue
      }
      var settled = promise
      settled.outcome = outcome
      settled.settledOn = tx.today
      try PremiumNoticeStore.settle(settled, in: tx)
      let place = PolicyPlace(policyNo: "", id: promise.policyID, customerID: promise.customerID)
      record(
        outcome == .kept ? promiseKept : promiseBroken, place, dueOn: promise.dueOn,
        ["pay_by": promise.payBy.description], in: tx)
      count += 1
    }
    return count
  }
}
