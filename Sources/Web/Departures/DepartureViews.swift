import Insurer
import Kernel

extension StaffEntry {
  /// `何静 A000012`.
  var shown: String { [name, staffNo].compactMap { $0 }.joined(separator: " ") }
}

extension Badge {
  init(_ line: DepartureLine, _ words: Words) {
    if line.departure.effectiveAt == nil {
      self.init(words["departures.ahead"], tone: "info", icon: "calendar")
    } else if line.noticesOverdue > 0 {
      self.init(words["departures.late"], tone: "bad", icon: "alert")
    } else if line.orphans > 0 {
      self.init(words["departures.toHandOver"], tone: "warn", icon: "people")
    } else if line.noticesOpen > 0 {
      self.init(words["departures.toTell"], tone: "warn", icon: "clock")
    } else {
      self.init(words["departures.settled"], tone: "good", icon: "check")
    }
  }

  init(_ state: HandoverState, _ words: Words) {
    switch state {
    case .waiting, .running, .undoing: self.init(words.label(state), tone: "info", icon: "clock")
    case .done: self.init(words.label(state), tone: "good", icon: "check")
    case .undone: self.init(words.label(state), tone: "quiet", icon: "close")
    }
  }
}

extension DepartureRow {
  init(_ line: DepartureLine, _ format: Format) {
    let left = line.tellBy - format.today
    let all = line.noticesOpen + line.noticesTold
    self.init(
      href: "/departures/\(line.departure.id)", name: "\(line.name) \(line.staffNo)",
      place: [line.branch, line.team].compactMap { $0 }.joined(separator: " · "),
      left: format.day(line.departure.leftOn), tellBy: format.day(line.tellBy),
      tellTone: line.noticesOpen == 0 ? "" : left < 0 ? "bad" : left <= 7 ? "warn" : "",
      orphans: format.number(line.orphans), told: "\(format.number(line.noticesTold)) / \(format.number(all))",
      state: Badge(line, format.words))
  }
}

extension HandoverRow {
  init(_ handover: Handover, _ format: Format) {
    self.init(
      href: "/departures/handovers/\(handover.id)", rule: format.words.label(handover.rule),
      count: format.number(handover.dealt), at: format.minute(handover.orderedAt),
      state: Badge(handover.state, format.words))
  }
}

extension DeparturePage {
  init(_ detail: DepartureDetail, _ reason: Reason, faults: [FieldError], _ call: Call) {
    let (words, format, line) = (call.words, call.format, detail.line)
    let isUnderWay = detail.handovers.contains { $0.state.isUnderWay }
    let isOpen = line.departure.effectiveAt != nil && !isUnderWay && detail.served.customers > 0
    let notices = "/departures/notices?departure=\(line.departure.id)"
    self.init(
      name: line.name, number: line.staffNo, reason: ReasonText(format: format).text(reason),
      state: Badge(line, words),
      highlights: [
        Fact(words.field("left_on"), format.day(line.departure.leftOn)),
        Fact(words["departures.tellBy"], format.day(line.tellBy), note: format.until(line.tellBy)),
        Fact(
          words["departures.noticesOpen"], format.number(line.noticesOpen), href: notices + "&show=open",
          note: line.noticesOverdue == 0
            ? nil : words.fill("departures.overdueNote", format.number(line.noticesOverdue))),
        Fact(words["departures.noticesTold"], format.number(line.noticesTold), href: notices + "&show=told"),
        Fact(words["departures.place"], [line.branch, line.team].compactMap { $0 }.joined(separator: " · ")),
      ],
      served: DeparturePage.served(detail, format),
      taken: DepartureItemKind.allCases.compactMap { kind in
        detail.taken[kind].map { Fact(words.label(kind), "\(format.number($0.given)) / \(format.number($0.all))") }
      },
      handovers: detail.handovers.map { HandoverRow($0, format) },
      previewHref: call.may(.write(.departure)) && isOpen ? "/departures/\(line.departure.id)/handover" : nil,
      faults: faults.map { Fault($0.field, words.fault($0)) },
      fields: HandoverFields(words, call.query, faults, role: call.role).choice(detail.receivers))
  }

  private static func served(_ detail: DepartureDetail, _ format: Format) -> [Fact] {
    let (served, words) = (detail.served, format.words)
    let orphans = "/departures/orphans?agent=\(FormFields.encode(detail.line.staffNo))"
    func fact(_ name: String, _ count: Int, _ href: String? = nil) -> Fact {
      Fact(words["departures.served.\(name)"], format.number(count), href: count == 0 ? nil : href)
    }
    return [
      fact("policies", served.policiesInForce, orphans + "&status=in_force"),
      fact("otherPolicies", served.policiesOther, orphans), fact("customers", served.customers),
      fact("owned", served.owned), fact("tasks", served.tasks), fact("leads", served.leads),
      fact("visits", served.visits), fact("applications", served.applications), fact("promises", served.promises),
      fact("claims", served.claims), fact("complaints", served.complaints),
    ]
  }
}

/// The fields by which a hand-over is asked for.
struct HandoverFields {
  let words: Words
  let values: FormFields
  let faults: [FieldError]
  let role: Role?

  init(_ words: Words, _ values: FormFields, _ faults: [FieldError], role: Role?) {
    (self.words, self.values, self.faults, self.role) = (words, values, faults, role)
  }

  private func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }

  /// Rule and receiver; out of the branch for who may.
  func choice(_ receivers: [StaffMember], rules: [HandoverRule] = HandoverRule.allCases) -> [Field] {
    let chosen = values["rule"].flatMap { HandoverRule(rawValue: $0) } ?? .team
    let known = receivers.prefix(5).map { "\($0.name) \($0.staffNo)" }.joined(separator: " · ")
    var fields = [
      Field(
        "rule", words["departures.rule"],
        control: .select(rules.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == chosen) }),
        error: error("rule"), isRequired: true),
      Field(
        "receiver", words["departures.receiver"], values["receiver"] ?? "",
        hint: known.isEmpty ? words["departures.receiverHint"] : words.fill("departures.receiverKnown", known),
        error: error("receiver"), autocomplete: "off"),
    ]
    if let role, DepartureRules.reachesOutside(role) {
      fields.append(
        Field("outside", words["departures.outside"], values["outside"] ?? "", control: .check))
    }
    return fields
  }

  var reason: Field {
    Field(
      "reason", words["departures.reason"], values["reason"] ?? "", error: error("reason"), autocomplete: "off",
      isRequired: true)
  }
}

extension HandoverPreviewPage {
  init(
    _ preview: HandoverPreview?, _ detail: DepartureDetail?, _ order: HandoverOrder, _ form: FormFields,
    faults: [FieldError], _ call: Call
  ) {
    let (words, format) = (call.words, call.format)
    let fields = HandoverFields(words, form, faults, role: call.role)
    let isChosen = detail == nil
    var hidden = order.chosen.map { SelectOption($0.description, "customer") }
    if !isChosen {
      hidden += [("rule", order.rule.rawValue), ("receiver", order.receiver ?? "")].map { SelectOption($1, $0) }
      if order.reachesOutside { hidden.append(SelectOption("1", "outside")) }
    }
    self.init(
      back: detail.map { Link("\($0.line.name) \($0.line.staffNo)", "/departures/\($0.departure.id)") }
        ?? Link(words["departures.orphansTitle"], "/departures/orphans"),
      action: detail.map { "/departures/\($0.departure.id)/handover" } ?? "/departures/orphans/handover",
      csrf: call.csrf, hidden: hidden,
      highlights: [
        Fact(words["departures.customers"], format.number(preview?.customers ?? order.chosen.count)),
        preview.map { Fact(words["departures.policies"], format.number($0.policies)) },
        Fact(words["departures.rule"], words.label(order.rule)),
      ].compactMap { $0 },
      reasons: (preview?.reasons ?? []).map { Fact("", ReasonText(format: format).text($0)) },
      shares: (preview?.shares ?? []).map { share in
        HandoverShareRow(
          name: "\(share.receiver.name) \(share.receiver.staffNo)", load: format.number(share.load),
          customers: format.number(share.customers), policies: format.number(share.policies), note: nil)
      },
      faults: faults.map { Fault($0.field, words.fault($0)) },
      fields: (isChosen ? fields.choice([], rules: [.one, .branch]) : []) + [fields.reason])
  }
}

extension ImportProgress {
  /// A hand-over's or its undoing's.
  init(_ handover: Handover, _ format: Format) {
    let words = format.words
    let isUndo = handover.state == .undoing || handover.state == .undone
    let done = isUndo ? handover.undone + handover.kept : handover.dealt
    let all = isUndo ? handover.dealt : max(handover.total, handover.dealt)
    let page = "/departures/handovers/\(handover.id)"
    func stat(_ name: String, _ count: Int) -> Stat {
      Stat(words["departures.\(name)"], format.number(count), href: page)
    }
    self.init(
      pollHref: handover.state.isUnderWay ? page + "/progress" : nil,
      percent: !handover.state.isUnderWay ? 100 : all == 0 ? 0 : done * 100 / all,
      text: words.fill("departures.progress", words.label(handover.state), format.number(done), format.number(all)),
      rate: nil,
      stats: [stat("customers", handover.dealt), stat("policies", handover.policies)]
        + (isUndo ? [stat("undone", handover.undone), stat("kept", handover.kept)] : []))
  }
}

extension HandoverPage {
  init(_ detail: HandoverDetail, _ names: [Actor: String], _ call: Call) {
    let (words, format, handover) = (call.words, call.format, detail.handover)
    let canUndo =
      handover.state == .done && call.may(.write(.departure)) && (handover.undoUntil.map { format.now <= $0 } ?? false)
    func name(_ actor: Actor) -> String { names[actor] ?? words["timeline.here"] }
    self.init(
      back: handover.departureID.map {
        Link(handover.fromID.flatMap { detail.names[$0]?.shown } ?? words["nav.departures"], "/departures/\($0)")
      },
      csrf: call.csrf, progress: ImportProgress(handover, format),
      highlights: [
        Fact(words["departures.rule"], words.label(handover.rule)), Fact(words["departures.reason"], detail.reason),
        Fact(words["departures.orderedBy"], name(handover.orderedBy), note: format.minute(handover.orderedAt)),
        handover.reachesOutside ? Fact(words["departures.outside"], words["departures.yes"]) : nil,
        handover.undoneAt.map {
          Fact(
            words.label(HandoverState.undone), format.minute($0), note: handover.undoneBy.map { name($0) })
        },
      ].compactMap { $0 },
      shares: detail.shares.map { share in
        HandoverShareRow(
          name: detail.names[share.receiver]?.shown ?? "", load: "", customers: format.number(share.customers),
          policies: format.number(share.policies),
          note: share.kept + share.undone == 0
            ? nil : words.fill("departures.undoneNote", format.number(share.undone), format.number(share.kept)))
      },
      undoHref: canUndo ? "/departures/handovers/\(handover.id)/undo" : nil,
      undoNote: handover.undoUntil.map { words.fill("departures.undoUntil", format.minute($0)) })
  }
}

extension OrphanRow {
  init(_ line: OrphanLine, handsOver: Bool, _ format: Format) {
    self.init(
      id: line.customerID.description, href: "/policies/\(line.policy)", customer: line.customer?.shown ?? "",
      product: line.product, number: line.policyNo, premium: line.premium.map(format.exactMoney) ?? "",
      agent: line.agent?.shown, left: line.leftOn.map(format.day), due: line.nextDueOn.map(format.day),
      status: Badge(line.status, format.words), isChoosable: handsOver)
  }
}

extension DepartureNoticeRow {
  init(_ line: DepartureNoticeLine, tells: Bool, _ format: Format) {
    let (words, notice) = (format.words, line.notice)
    let isOpen = notice.toldOn == nil
    let left = notice.dueOn - format.today
    self.init(
      id: notice.id.description, href: "/customers/\(notice.customerID)", customer: line.customer?.shown ?? "",
      policies: line.policyNos.joined(separator: " "), old: line.old?.shown ?? "", due: format.day(notice.dueOn),
      dueTone: !isOpen ? "" : left < 0 ? "bad" : left <= 7 ? "warn" : "", new: line.new?.shown,
      dueNote: isOpen ? format.until(notice.dueOn) : nil,
      told: notice.toldOn.map { day in
        [format.day(day), notice.way.map { words.label($0) }].compactMap { $0 }.joined(separator: " · ")
      },
      state: !isOpen
        ? Badge(words["departures.notice.told"], tone: "good", icon: "check")
        : left < 0
          ? Badge(words["departures.notice.overdue"], tone: "bad", icon: "alert")
          : Badge(words["departures.notice.open"], tone: "warn", icon: "clock"), isOpen: isOpen && tells)
  }
}
