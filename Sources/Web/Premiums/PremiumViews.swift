import Insurer
import Kernel

extension DueLineRow {
  init(_ row: DueRow, _ format: Format) {
    let words = format.words
    let isDue = row.dueOn <= format.today
    self.init(
      customer: row.policyholder?.shown ?? "", href: "/premiums/\(row.policy.id)", product: row.product,
      number: row.policy.policyNo, due: format.day(row.dueOn), amount: format.exactMoney(row.amount),
      suspends: row.forecast.day.map(format.day) ?? words["premiums.notSuspended"],
      dueNote: format.until(row.dueOn),
      suspendsNote: row.forecast.day.flatMap { isDue ? format.until($0) : nil }, agent: row.servicingAgent,
      failure: row.premium?.failureReason.map { words.label($0) }, result: DueLineRow.result(row, words),
      promise: DueLineRow.promise(row, format), demand: DueLineRow.demand(row, format))
  }

  static func result(_ row: DueRow, _ words: Words) -> Badge? {
    guard row.premium?.result == .failed else { return nil }
    return Badge(words.label(PremiumResult.failed), tone: "bad", icon: "alert")
  }

  static func promise(_ row: DueRow, _ format: Format) -> Badge? {
    row.promise.flatMap { promise in
      let text = format.words.fill("premiums.promiseBy", format.day(promise.payBy))
      switch promise.outcome {
      case nil: return Badge(text, tone: "info", icon: "check")
      case .broken: return Badge("\(text) · \(format.words.label(PromiseOutcome.broken))", tone: "bad", icon: "alert")
      case .kept: return Badge("\(text) · \(format.words.label(PromiseOutcome.kept))", tone: "good", icon: "check")
      case .replaced: return nil
      }
    }
  }

  static func demand(_ row: DueRow, _ format: Format) -> Badge? {
    if let day = row.premium?.demandedOn {
      return Badge(format.words.fill("policies.demanded", format.day(day)), tone: "warn", icon: "email")
    }
    return row.demand.map {
      Badge(format.words.fill("premiums.demandWaits", format.day($0.sentOn)), tone: "quiet", icon: "email")
    }
  }
}

extension PremiumPage {
  init(
    _ row: DueRow, _ names: [Actor: String], _ values: [String: String], faults: [FieldError], _ call: Call
  ) {
    let format = call.format
    let words = call.words
    let policy = row.policy
    func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }
    let collects = call.visit.viewer.map { PremiumDueRules.collects($0.holder.role) } ?? false
    let writes = collects && call.may(.write(.interaction))
    let demands = collects && call.may(.write(.policy)) && row.dueOn < format.today
    let waiting = row.demand.flatMap { $0.reachedOn == nil ? $0 : nil }
    self.init(
      customer: row.policyholder.map { Link($0.shown, "/customers/\($0.id)") }, product: row.product,
      policyHref: "/policies/\(policy.id)", number: policy.policyNo, id: policy.id.description,
      dueOn: row.dueOn.description, csrf: call.csrf,
      badges: [
        DueLineRow.result(row, words), DueLineRow.promise(row, format), DueLineRow.demand(row, format),
      ].compactMap { $0 },
      highlights: PremiumPage.highlights(row, format),
      suspends: row.forecast.day.map { words.fill("policies.suspends", format.day($0)) }
        ?? words["premiums.notSuspendedLong"],
      reasons: row.forecast.reasons.map { Fact("", ReasonText(format: format).text($0)) },
      faults: faults.map { Fault($0.field, words.fault($0)) }, history: PremiumPage.history(row, names, format),
      promise: writes ? PremiumPage.promise(values, error, words) : [],
      reminder: writes
        ? [PremiumPage.choice("way", "premiums.way", [NoticeWay.phone, .wechat, .sms], values, words)] : [],
      demand: demands && waiting == nil
        ? [PremiumPage.choice("demand_way", "premiums.way", NoticeWay.ofDemands, values, words)] : [],
      proof: demands && waiting != nil ? PremiumPage.proof(values, error, words) : [],
      waiting: waiting?.id.description)
  }

  private static func highlights(_ row: DueRow, _ format: Format) -> [Fact] {
    let words = format.words
    return [
      Fact(words["policies.due"], format.day(row.dueOn), note: format.until(row.dueOn)),
      Fact(words["policies.amount"], format.exactMoney(row.amount), note: row.policy.mode.map { words.label($0) }),
      row.premium?.method.map { Fact(words["policies.method"], words.label($0)) },
      row.premium?.failureReason.map { Fact(words.field("failure_reason"), words.label($0)) },
      row.contractYear.map { Fact(words["premiums.contractYear"], words.fill("premiums.year", format.number($0))) },
      row.servicingAgent.map { Fact(words.field("servicing_agent"), $0) },
    ].compactMap { $0 }
  }

  private static func history(_ row: DueRow, _ names: [Actor: String], _ format: Format) -> [Fact] {
    let words = format.words
    var lines = row.notices.map { notice -> Fact in
      let reached = notice.reachedOn.map { day in
        let proof = notice.proofKind.map { words.label($0) } ?? ""
        return words.fill("premiums.reachedBy", format.day(day), proof)
      }
      return Fact(
        format.day(notice.sentOn), "\(words.label(notice.kind)) · \(words.label(notice.way))",
        note: [reached, names[notice.sentBy]].compactMap { $0 }.joined(separator: " · "))
    }
    if let promise = row.promise {
      lines.insert(
        Fact(
          format.day(promise.takenAt.day),
          "\(words.fill("premiums.promiseBy", format.day(promise.payBy))) · \(words.label(promise.promisedBy))",
          note: [promise.outcome.map { words.label($0) }, words.label(promise.channel), names[promise.takenBy]]
            .compactMap { $0 }.joined(separator: " · ")), at: 0)
    }
    return lines
  }

  private static func choice<Value: Coded>(
    _ name: String, _ label: String, _ choices: [Value], _ values: [String: String], _ words: Words
  ) -> Field {
    Field(
      name, words[label],
      control: .select(
        choices.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == values[name]) }),
      isRequired: true)
  }

  private static func promise(
    _ values: [String: String], _ error: (String) -> String?, _ words: Words
  ) -> [Field] {
    [
      Field(
        "pay_by", words["premiums.payBy"], values["pay_by"] ?? "", control: .input(type: "date"),
        error: error("pay_by"), isRequired: true),
      choice("promised_by", "premiums.promisedBy", Promiser.allCases, values, words),
      choice("channel", "premiums.channel", [ContactChannel.phone, .wechat, .visit, .branch], values, words),
    ]
  }

  private static func proof(_ values: [String: String], _ error: (String) -> String?, _ words: Words) -> [Field] {
    [
      Field(
        "reached_on", words.field("demanded_on"), values["reached_on"] ?? "", control: .input(type: "date"),
        error: error("reached_on"), isRequired: true),
      choice("proof_kind", "premiums.proofKind", DeliveryProof.allCases, values, words),
      Field(
        "proof", words["premiums.proof"], values["proof"] ?? "", hint: words["premiums.proofHint"],
        error: error("proof"), isRequired: true),
    ]
  }
}
