import Hummingbird
import Insurer
import Kernel
import Storage

/// `/applications` and one application: followed from entry to call-back.
enum ApplicationPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/applications", needs: .read(.policy), for: .named, list)
    routes.page(.get, "/applications/{id}", needs: .read(.policy), for: .named) { call in
      let id = try call.id(Insurer.Application.self)
      let detail = try await call.read { try Applications.find(id, in: $0) }
      return try call.page(
        ApplicationPage(detail, call.format), title: detail.line.application.applicationNo, section: .applications)
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    let desk = call.query["desk"].flatMap { Outstanding(rawValue: $0) }
    let isMine = call.query["whose"] == "mine"
    var filter = ApplicationFilter(isMine ? .mine : .all, outstanding: desk)
    filter.isOverdue = call.query["overdue"] != nil
    let parts = (call.query["after"] ?? "").split(separator: "~").compactMap { Int64($0) }
    let after: (value: Int64, id: Int64)? = parts.count == 2 ? (parts[0], parts[1]) : nil
    let (lines, counts) = try await call.read { [filter] tx in
      (
        try Applications.list(filter, after: after, limit: pageSize + 1, in: tx),
        try Outstanding.allCases.map { try Applications.count(ApplicationFilter(outstanding: $0), in: tx) }
      )
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { Applications.place($0.application, filter) } : nil
    let words = call.words
    let tabs =
      [Choice(words["applications.all"], "/applications", isCurrent: desk == nil && !isMine && !filter.isOverdue)]
      + zip(Outstanding.allCases, counts).map { each, count in
        Choice(
          words.label(each), "/applications?desk=\(each.rawValue)", isCurrent: each == desk,
          count: call.format.count(count.value, isExact: count.isExact))
      } + [Choice(words["applications.overdue"], "/applications?overdue=1", isCurrent: filter.isOverdue)]
    let page = ApplicationsPage(
      tabs: tabs, rows: shown.map { ApplicationRow($0, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { "/applications" + call.query.with(["after": "\($0.value)~\($0.id)"]) },
        firstHref: after == nil ? nil : "/applications" + call.query.with(["after": nil])),
      empty: shown.isEmpty
        ? Empty(icon: "document", title: words["applications.emptyTitle"], text: words["applications.emptyText"])
        : nil)
    return try call.page(page, title: words["applications.title"], section: .applications)
  }
}

extension Badge {
  init(_ stage: ApplicationStage, _ words: Words) {
    switch stage {
    case .entered, .underwriting: self.init(words.label(stage), tone: "info", icon: "clock")
    case .pendingItem, .requirement: self.init(words.label(stage), tone: "warn", icon: "document")
    case .awaitingPremium: self.init(words.label(stage), tone: "warn", icon: "premium")
    case .issued, .receipt, .calledBack: self.init(words.label(stage), tone: "good", icon: "check")
    case .postponed, .declined, .withdrawn: self.init(words.label(stage), tone: "quiet", icon: "close")
    }
  }
}

extension ApplicationRow {
  init(_ line: ApplicationLine, _ format: Format) {
    let application = line.application
    let due = application.outstanding == nil ? nil : application.dueOn
    self.init(
      number: application.applicationNo, href: "/applications/\(application.id)", product: line.product,
      agent: line.agent ?? "", customer: line.customer?.shown,
      customerHref: line.customer.flatMap { $0.isVisible ? "/customers/\($0.id)" : nil },
      stage: Badge(application.stage, format.words),
      outstanding: application.outstanding.map { format.words.label($0) },
      due: due.map { day in
        Badge(
          format.until(day), tone: day < format.today ? "bad" : day <= format.today + 3 ? "warn" : "quiet",
          icon: "clock")
      }, sum: application.sumInsured.map(format.money) ?? "", at: format.moment(application.stageAt))
  }
}

extension ApplicationPage {
  init(_ detail: ApplicationDetail, _ format: Format) {
    let (line, words) = (detail.line, format.words)
    let application = line.application
    let newest = detail.steps.last { $0.stage.leaves == .requirement && $0.at == application.stageAt }
    var facts: [Fact] = []
    if let number = application.policyNo { facts.append(Fact(words["applications.policy"], number)) }
    if let sum = application.sumInsured { facts.append(Fact(words["applications.sum"], format.money(sum))) }
    if let premium = application.premium { facts.append(Fact(words["applications.premium"], format.money(premium))) }
    facts.append(Fact(words["applications.applied"], format.day(application.appliedOn)))
    if let agent = line.agent { facts.append(Fact(words["applications.agent"], agent)) }
    if let underwriter = line.underwriter { facts.append(Fact(words["applications.underwriter"], underwriter)) }
    var badges = [Badge(application.stage, words)]
    if let outstanding = application.outstanding, let due = application.dueOn {
      badges.append(
        Badge(
          "\(words.label(outstanding)) · \(format.until(due))", tone: due < format.today ? "bad" : "warn",
          icon: "clock"))
    }
    self.init(
      number: application.applicationNo, product: line.product,
      customer: line.customer.flatMap { $0.isVisible ? Link($0.name, "/customers/\($0.id)") : nil }, badges: badges,
      path: ApplicationPage.path(detail, format), asked: newest?.asked,
      askedUntil: application.dueOn.map(format.day), facts: facts,
      steps: detail.steps.reversed().map { step in
        TaskNoteRow(
          who: words.of("sources", application.source) ?? application.source, kind: words.label(step.stage),
          words: [step.asked, step.dueOn.map { words.fill("applications.untilDay", format.day($0)) }]
            .compactMap { $0 }.joined(separator: " · "), isPlain: false, at: format.moment(step.at))
      },
      atRisk: (detail.atRisk ?? []).map {
        Fact(
          words.label($0.line), format.money($0.sumInsured),
          note: words.fill("applications.count", "\($0.insuredCount)"))
      }, assesses: detail.atRisk != nil, earlier: detail.earlier.map { ApplicationRow($0, format) })
  }

  /// The way that most take, with the day of each step that was taken; a letter is shown where it stops the way.
  private static func path(_ detail: ApplicationDetail, _ format: Format) -> [ClaimStep] {
    let application = detail.line.application
    var stages = ApplicationStage.path
    if [.pendingItem, .requirement].contains(application.stage) { stages.insert(application.stage, at: 2) }
    let taken = Dictionary(detail.steps.map { ($0.stage, $0.at) }) { max($0, $1) }
    return stages.map { stage in
      let isNow = stage == application.stage
      let isPaused = isNow && application.outstanding == .requirement
      let state = isPaused ? "paused" : isNow ? "current" : taken[stage] == nil ? "todo" : "done"
      return ClaimStep(
        label: format.words.label(stage), date: taken[stage].map { String($0.day.description.dropFirst(5)) },
        state: state, stateWord: format.words["applications.state.\(state)"])
    }
  }
}
