import Insurer
import Kernel

extension Badge {
  init(_ state: LeadState, _ words: Words) {
    switch state {
    case .new: self.init(words.label(state), tone: "warn", icon: "people")
    case .assigned: self.init(words.label(state), tone: "info", icon: "in")
    case .contacted: self.init(words.label(state), tone: "info", icon: "phone")
    case .appointment: self.init(words.label(state), tone: "info", icon: "calendar")
    case .won: self.init(words.label(state), tone: "good", icon: "check")
    case .lost: self.init(words.label(state), tone: "quiet", icon: "close")
    case .blocked: self.init(words.label(state), tone: "bad", icon: "lock")
    }
  }

  /// When a lead goes back to the pool, from a day before.
  fileprivate init?(returnAt: Instant?, _ format: Format) {
    guard let returnAt, format.now >= returnAt - LeadRules.untouchedSeconds else { return nil }
    let hours = max(0, returnAt.seconds(since: format.now) / 3_600)
    self.init(format.words.fill("leads.back", format.number(Int64(hours))), tone: "warn", icon: "clock")
  }
}

extension LeadRow {
  init(_ line: LeadLine, may: Bool, csrf: String, _ format: Format) {
    let (lead, words) = (line.lead, format.words)
    let href = "/leads/\(lead.id)"
    let isOpen = !lead.state.isClosed
    self.init(
      name: lead.name, href: href, origin: words.label(lead.origin), mobile: lead.mobile,
      line: lead.line.map { words.label($0) }, owner: line.owner, next: lead.nextAt.map(format.minute),
      state: Badge(lead.state, words), touched: format.moment(lead.touchedAt),
      back: Badge(returnAt: lead.returnAt, format),
      visitHref: may && isOpen && line.owner != nil ? "\(href)/visit" : nil,
      takeAction: may && lead.state == .new ? "\(href)/assignment" : nil, csrf: csrf)
  }
}

extension LeadPage {
  init(
    _ detail: LeadDetail, _ names: [Actor: String], _ staff: [Int64: String], _ errors: [FieldError], _ call: Call
  ) {
    let (lead, words, format) = (detail.lead, call.words, call.format)
    let action = "/leads/\(lead.id)"
    let isOpen = !lead.state.isClosed && call.may(.write(.customer))
    let role = try? call.access.role
    let sells = role == .agent || role == .adviser
    self.init(
      name: lead.name, action: action, csrf: call.csrf,
      badges: [Badge(lead.state, words)] + [Badge(returnAt: lead.returnAt, format)].compactMap { $0 },
      facts: LeadPage.facts(detail.line, format),
      steps: detail.steps.map { step in
        let outcome = step.kind == .visit ? step.words.flatMap { VisitOutcome(rawValue: $0) } : nil
        let whom = step.kind == .assigned || step.kind == .returned ? step.staff.flatMap { staff[$0.raw] } : nil
        return TaskNoteRow(
          who: names[step.actor] ?? words["timeline.here"], kind: words.label(step.kind),
          words: outcome.map { words.label($0) } ?? step.words ?? whom ?? "", isPlain: false, at: format.moment(step.at)
        )
      }, visitHref: isOpen ? "\(action)/visit" : nil,
      winHref: isOpen ? "/customers/new?lead=\(lead.id)" : nil, isOpen: isOpen, canTake: lead.ownerID == nil,
      followFields: [
        Field("note", words["leads.note"], control: .area, hint: words["interactions.summaryHint"]),
        Field("next_at", words["leads.next"], control: .input(type: "datetime-local")),
      ], assignFields: sells ? [] : [Field("assignee", words["leads.assignee"], isRequired: true)],
      losses: [
        Field(
          "reason", words["tasks.reason"],
          control: .select(LeadLoss.allCases.map { SelectOption($0.rawValue, words.label($0)) }), isRequired: true)
      ], faults: errors.map { Fault($0.field, words.fault($0)) })
  }

  private static func facts(_ line: LeadLine, _ format: Format) -> [Fact] {
    let (lead, words) = (line.lead, format.words)
    var facts: [Fact] = []
    if let customer = line.customer, customer.isVisible {
      facts.append(Fact(words["tasks.customer"], customer.name, href: "/customers/\(customer.id)"))
    }
    if let mobile = lead.mobile { facts.append(Fact(words.field("mobile"), mobile)) }
    facts.append(Fact(words["leads.origin"], words.label(lead.origin)))
    if let interest = lead.line { facts.append(Fact(words["leads.line"], words.label(interest))) }
    if let owner = line.owner { facts.append(Fact(words["leads.owner"], owner)) }
    if let next = lead.nextAt { facts.append(Fact(words["leads.next"], format.minute(next))) }
    if let loss = lead.loss { facts.append(Fact(words["tasks.reason"], words.label(loss))) }
    if lead.returned > 0 { facts.append(Fact(words["leads.returned"], format.number(lead.returned))) }
    facts.append(Fact(words["tasks.made"], format.minute(lead.createdAt)))
    return facts
  }
}
