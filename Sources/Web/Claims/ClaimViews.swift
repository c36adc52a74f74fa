import Insurer
import Kernel

extension ClaimRow {
  /// - Parameter person: whose page it is; the insured is named only where it is another.
  init(_ line: ClaimLine, on person: ID<Customer>? = nil, _ format: Format) {
    let isOther = line.claim.customerID != person
    self.init(
      line.claim, line.progress, customer: isOther ? line.insured?.shown : nil,
      href: line.insured.flatMap { isOther && $0.isVisible ? "/customers/\($0.id)" : nil }, format)
  }

  /// A claim of the overview; one that has ended has no clock to show.
  init(_ item: OverviewClaim, _ format: Format) {
    self.init(item.claim, item.progress, customer: nil, href: nil, format)
  }

  private init(
    _ claim: Claim, _ progress: ClaimProgress?, customer: String?, href customerHref: String?, _ format: Format
  ) {
    let words = format.words
    self.init(
      number: claim.claimNo, href: "/claims/\(claim.id)", kind: words.label(claim.kind),
      policy: claim.policyNo, claimed: claim.claimed.map(format.exactMoney) ?? "",
      paid: claim.paid.map(format.exactMoney), customer: customer, customerHref: customerHref,
      status: Badge(claim.status, words), steps: progress?.lines.map { ClaimStep($0, format) } ?? [],
      deadline: progress.flatMap { ClaimDeadline($0, isOpen: claim.isOpen, format) })
  }
}

extension ClaimStep {
  init(_ line: ClaimProgress.Line, _ format: Format) {
    let words = format.words
    self.init(
      label: words["claims.step.\(line.step.rawValue)"],
      date: line.day.map { $0.year == format.today.year ? String($0.description.dropFirst(5)) : $0.description },
      state: line.state == .waiting || line.state == .none ? "todo" : line.state.rawValue,
      stateWord: words["claims.state.\(line.state.rawValue)"])
  }
}

extension ClaimDeadline {
  /// Nil when nothing is due.
  init?(_ progress: ClaimProgress, isOpen: Bool, _ format: Format) {
    guard isOpen else { return nil }
    let words = format.words
    let next = words.of("claims.next", progress.nextActor.rawValue)
    let clock = progress.clock
    guard
      let line = progress.lines.first(where: { $0.deadline != nil && $0.deadline?.doneOn == nil }),
      let deadline = line.deadline
    else {
      guard let next else { return nil }
      self.init(text: words["claims.clockNotStarted"], basis: "", tone: "", next: next)
      return
    }
    let days = deadline.day - format.today
    let isPaused = clock.pausedSince != nil
    let paused = clock.pausedDays > 0 ? words.fill("claims.pausedDays", "\(clock.pausedDays)") : ""
    self.init(
      text: isPaused
        ? words.fill("claims.pausedSince", clock.pausedSince.map(format.day) ?? "")
        : "\(words["claims.step.\(line.step.rawValue)"]) \(format.day(deadline.day)) · \(format.until(deadline.day))",
      basis:
        "\(ClaimDeadline.cite(deadline.citation, words)) \(words.fill("claims.days", "\(deadline.days)"))\(paused)",
      tone: isPaused ? "warn" : days < 0 ? "bad" : days <= 2 ? "warn" : "", next: next)
  }

  /// `合同条款`, `《保险法》第23条`.
  static func cite(_ citation: Citation, _ words: Words) -> String {
    let name = words.of("instruments", citation.instrument) ?? citation.instrument
    return citation.article.isEmpty ? name : words.fill("claims.article", name, citation.article)
  }
}

extension ClaimPage {
  init(_ detail: ClaimDetail, history: [TimelineRow], _ format: Format) {
    let words = format.words
    let claim = detail.claim
    func fact(_ name: String, _ value: String?) -> Fact? { value.map { Fact(words.field(name), $0) } }
    self.init(
      number: claim.claimNo, kind: words.fill("claims.titled", words.label(claim.kind)),
      status: Badge(claim.status, words),
      customer: detail.insured.map { ClaimPage.link($0) },
      policy: Link("\(detail.product) \(claim.policyNo)", "/policies/\(claim.policyID)"),
      steps: detail.progress.lines.map { ClaimStep($0, format) },
      deadline: ClaimDeadline(detail.progress, isOpen: claim.isOpen, format),
      highlights: [
        fact("claimed", claim.claimed.map(format.exactMoney)), fact("paid", claim.paid.map(format.exactMoney)),
        claim.decision.map { Fact(words["claims.decision"], words.label($0)) }, fact("handler", detail.handler),
        fact("servicing_agent", detail.servicingAgent), fact("loss_on", claim.lossOn.map(format.day)),
      ].compactMap { $0 },
      dates: [
        fact("notified_at", claim.notifiedAt.map(format.minute)),
        fact("requested_at", claim.requestedAt.map(format.minute)),
        fact("supplement_asked_on", claim.supplementAskedOn.map(format.day)),
        fact("supplement_received_on", claim.supplementReceivedOn.map(format.day)),
        fact("decided_on", claim.decidedOn.map(format.day)), fact("agreed_on", claim.agreedOn.map(format.day)),
        fact("paid_on", claim.paidOn.map(format.day)),
      ].compactMap { $0 },
      medical: [fact("diagnosis", claim.diagnosis)].compactMap { $0 },
      complexReason: claim.isComplex ? claim.complexReason ?? words["claims.complexHidden"] : nil,
      timeline: history + ClaimPage.milestones(claim, format))
  }

  /// What the claim's own days tell, newest first.
  private static func milestones(_ claim: Claim, _ format: Format) -> [TimelineRow] {
    let words = format.words
    let reached: [(field: String, at: Instant?)] = [
      ("paid_on", claim.paidOn.map { Instant($0) }), ("agreed_on", claim.agreedOn.map { Instant($0) }),
      ("decided_on", claim.decidedOn.map { Instant($0) }),
      ("supplement_received_on", claim.supplementReceivedOn.map { Instant($0) }),
      ("supplement_asked_on", claim.supplementAskedOn.map { Instant($0) }), ("requested_at", claim.requestedAt),
      ("notified_at", claim.notifiedAt),
    ]
    return reached.compactMap { field, at in
      guard let at else { return nil }
      let source = words.of("sources", claim.source) ?? claim.source
      return TimelineRow(
        icon: EventFamily.claim.icon, family: EventFamily.claim.rawValue,
        channel: words["timeline.family.claim"], sentence: words["claims.reached.\(field)"], source: source,
        at: format.moment(at.day))
    }
  }

  private static func link(_ person: CustomerName) -> Link {
    Link(person.shown, person.isVisible ? "/customers/\(person.id)" : "")
  }
}

extension TimelineRow {
  /// A correction of a record: which field, from what to what.
  init(_ change: FieldChangeLine, names: [Actor: String], _ format: Format) {
    let words = format.words
    let correction = change.correction
    self.init(
      icon: "edit", family: EventFamily.system.rawValue, channel: words["timeline.family.system"],
      sentence: words.fill("timeline.correction", words.field(correction.field), correction.before, correction.after),
      source: names[change.actor] ?? words.of("sources", change.source) ?? change.source, at: format.moment(change.at))
  }
}
