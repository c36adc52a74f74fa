import Insurer
import Kernel

extension Badge {
  init(_ stage: ComplaintStage, _ words: Words) {
    switch stage {
    case .received: self.init(words.label(stage), tone: "warn", icon: "bell")
    case .acknowledged, .determined: self.init(words.label(stage), tone: "info", icon: "clock")
    case .replied: self.init(words.label(stage), tone: "good", icon: "check")
    case .closed: self.init(words.label(stage), tone: "quiet", icon: "check")
    }
  }
}

extension ComplaintRow {
  init(_ line: ComplaintLine, _ format: Format) {
    let words = format.words
    let complaint = line.complaint
    let isOpen = complaint.repliedAt == nil
    let left = complaint.dueOn - format.today
    self.init(
      href: "/complaints/\(complaint.id)", topic: words.label(complaint.topic), channel: words.label(complaint.channel),
      due: format.day(complaint.dueOn), dueTone: !isOpen ? "" : left < 0 ? "bad" : left <= 3 ? "warn" : "",
      customer: line.customer?.shown, handler: line.handler, about: line.about,
      dueNote: isOpen ? format.until(complaint.dueOn) : nil, stage: Badge(complaint.stage, words),
      escalated: isOpen && complaint.escalatedAt != nil
        ? Badge(words["complaints.show.escalated"], tone: "bad", icon: "alert") : nil)
  }
}

extension ComplaintPage {
  init(
    _ detail: ComplaintDetail, _ improvements: [Improvement], _ values: [String: String], faults: [FieldError],
    _ call: Call
  ) {
    let words = call.words
    let complaint = detail.complaint
    let row = ComplaintRow(detail.line, call.format)
    let handles = call.role.map { ComplaintRules.handles($0) } ?? false
    self.init(
      id: complaint.id.description, topic: words.label(complaint.topic), said: detail.words.said,
      customer: detail.line.customer.map { Link($0.shown, "/customers/\($0.id)") },
      badges: [row.stage, row.escalated].compactMap { $0 },
      highlights: ComplaintPage.highlights(detail, call.format),
      clock: detail.clock.reasons.map { Fact("", ReasonText(format: call.format).text($0)) },
      history: ComplaintPage.history(detail, call.format),
      faults: faults.map { Fault($0.field, words.fault($0)) },
      acts: handles ? ComplaintActs(complaint, improvements, values, faults, words, call.csrf).all : [])
  }

  private static func highlights(_ detail: ComplaintDetail, _ format: Format) -> [Fact] {
    let words = format.words
    let complaint = detail.complaint
    return [
      Fact(words["complaints.channel"], words.label(complaint.channel), note: complaint.reference),
      Fact(words["complaints.receivedAt"], format.minute(complaint.receivedAt)),
      complaint.repliedAt == nil
        ? Fact(words["complaints.due"], format.day(complaint.dueOn), note: format.until(complaint.dueOn)) : nil,
      complaint.acknowledgedAt == nil
        ? Fact(
          words["complaints.acknowledgeBy"], format.day(detail.clock.acknowledgeBy),
          note: format.overdue(detail.clock.acknowledgeBy)) : nil,
      detail.line.handler.map { Fact(words["complaints.handler"], $0) },
      detail.line.about.map { Fact(words["complaints.about"], $0) },
      detail.policyNo.flatMap { number in
        complaint.policyID.map { Fact(words["claims.policy"], number, href: "/policies/\($0)") }
      },
      detail.improvement.map { Fact(words["complaints.improvement"], $0.title) },
    ].compactMap { $0 }
  }

  private static func history(_ detail: ComplaintDetail, _ format: Format) -> [Fact] {
    let words = format.words
    let complaint = detail.complaint
    let texts = detail.words
    func line(_ at: Instant?, _ text: String, _ note: String? = nil) -> Fact? {
      at.map { Fact(format.minute($0), text, note: note) }
    }
    return [
      line(
        complaint.acknowledgedAt, words.label(ComplaintStage.acknowledged),
        complaint.acknowledgedWay.map { words.label($0) }),
      texts.termReason.map { Fact(words.label(complaint.term), $0) },
      line(complaint.escalatedAt, words["complaints.escalatedNote"]),
      line(
        complaint.determinedAt, complaint.finding.map { words.label($0) } ?? "", texts.determination),
      line(complaint.repliedAt, words.label(ComplaintStage.replied), texts.replyProof),
      complaint.cause.map { Fact(words["complaints.cause"], words.label($0), note: texts.causeNote) },
    ].compactMap { $0 }
  }
}

/// What can be done with a complaint now, as forms.
private struct ComplaintActs {
  let complaint: Complaint
  let improvements: [Improvement]
  let values: [String: String]
  let faults: [FieldError]
  let words: Words
  let csrf: String

  init(
    _ complaint: Complaint, _ improvements: [Improvement], _ values: [String: String], _ faults: [FieldError],
    _ words: Words, _ csrf: String
  ) {
    self.csrf = csrf
    (self.complaint, self.improvements, self.values) = (complaint, improvements, values)
    (self.faults, self.words) = (faults, words)
  }

  private func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }

  private func text(_ name: String, isArea: Bool = false) -> Field {
    Field(
      name, words["complaints.\(name)"], values[name] ?? "", control: isArea ? .area : .input(type: "text"),
      error: error(name), isRequired: true)
  }

  private func choice<Value: Coded>(_ name: String, _ choices: [Value]) -> Field {
    Field(
      name, words["complaints.\(name)"],
      control: .select(
        choices.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == values[name]) }),
      isRequired: true)
  }

  private func act(_ name: String, _ fields: [Field]) -> ComplaintAct {
    ComplaintAct(
      name: name, title: words["complaints.act.\(name)"], button: words["complaints.act.\(name)"],
      href: "/complaints/\(complaint.id)", csrf: csrf, fields: fields)
  }

  var all: [ComplaintAct] {
    var acts: [ComplaintAct] = []
    if complaint.repliedAt == nil {
      var handler = text("handler")
      handler.hint = words["complaints.handlerHint"]
      acts.append(act("assign", [handler]))
      if complaint.acknowledgedAt == nil { acts.append(act("acknowledge", [choice("way", ways)])) }
      acts.append(
        act("determine", [choice("finding", ComplaintFinding.allCases), text("determination", isArea: true)]))
      if complaint.determinedAt != nil { acts.append(act("reply", [choice("reply_way", ways), text("proof")])) }
      if complaint.term != .special { acts.append(act("extend", [text("reason")])) }
    }
    if complaint.determinedAt != nil, complaint.cause == nil { acts.append(act("explain", explanation)) }
    return acts
  }

  private var ways: [NoticeWay] { [.phone, .sms, .wechat, .electronic, .registeredMail, .handDelivery] }

  private var explanation: [Field] {
    let open =
      [SelectOption("", words["complaints.noImprovement"])]
      + improvements.map { SelectOption($0.id.description, $0.title) }
    return [
      choice("cause", RootCause.allCases), text("cause_note", isArea: true),
      Field("improvement", words["complaints.improvement"], control: .select(open)),
      Field("opening", words["complaints.opening"], values["opening"] ?? ""),
    ]
  }
}
