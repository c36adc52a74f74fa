import Hummingbird
import Insurer
import Kernel
import Storage

/// `/`: what one begins the day with.
enum WorkbenchPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/", for: .named) { call in
      guard call.may(.read(.customer)) else { return call.redirect("/settings") }
      let (workbench, names) = try await call.read { tx in
        let workbench = try Workbench.load(in: tx)
        let actors =
          workbench.events.map(\.entry.actor) + workbench.notices.map(\.actor)
          + workbench.taskNotices.map(\.actor)
        return (workbench, try Accounts.names(of: Set(actors), in: tx))
      }
      let page = WorkbenchPage(workbench, names, name: try call.viewer.displayName, csrf: call.csrf, call.format)
      return try call.page(page, title: call.words["nav.workbench"], section: .workbench)
    }
  }
}

extension WorkbenchPage {
  init(_ workbench: Workbench, _ names: [Actor: String], name: String, csrf: String, _ format: Format) {
    let words = format.words
    let hour = format.now.secondOfDay / 3600
    let time = hour < 5 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening"
    let sentences = Sentences(format: format, names: names)
    self.init(
      greeting: words.fill("workbench.greeting.\(time)", name),
      date: "\(format.day(format.today)) \(words["workbench.weekday.\(format.today.weekday)"])",
      stats: WorkbenchPage.stats(workbench, format),
      claims: (workbench.claims ?? []).prefix(6).map { ClaimRow($0, format) },
      handles: workbench.claims != nil,
      premiums: (workbench.premiumsDue ?? []).prefix(10).map { DueLine($0, format) },
      collects: workbench.premiumsDue != nil,
      applications: (workbench.applications ?? []).prefix(10).map { DueLine(application: $0, format) },
      assesses: workbench.applications != nil,
      events: workbench.events.map {
        WorkbenchRow(
          customer: $0.customer, customerHref: "/customers/\($0.entry.customerID)", entry: sentences.row($0.entry))
      },
      notices: workbench.notices.map { grant in
        GrantNotice(
          text: words.fill(
            "grants.notice", names[grant.actor] ?? grant.actor.description, words["roles.\(grant.role.rawValue)"],
            words.label(grant.kind), workbench.noticeNames[grant.customerID]?.shown ?? ""),
          href: "/customers/\(grant.customerID)/access")
      }, tasks: workbench.tasks.map { TaskRow($0, canTake: false, csrf: csrf, format) },
      taskNotices: workbench.taskNotices.map { notice in
        let known = workbench.noticedTasks.first { $0.task.id == notice.task }
        return TaskNotice(
          text: words.fill(
            "tasks.notice", names[notice.actor] ?? words["timeline.here"], words.label(notice.kind),
            known.map { words.title($0.task) } ?? words["tasks.noticeTask"]), href: "/tasks/\(notice.task)",
          at: format.moment(notice.at))
      }, csrf: csrf)
  }

  /// Each figure opens its rows; one beyond its bound says so.
  private static func stats(_ workbench: Workbench, _ format: Format) -> [Stat] {
    func stat(
      _ name: String, _ count: BoundedCount?, _ href: String, _ tone: String = "", note: String? = nil
    ) -> Stat? {
      count.map {
        Stat(
          format.words["workbench.\(name)"], format.count($0.value, isExact: $0.isExact), href: href,
          tone: $0.value == 0 ? "" : tone, note: note)
      }
    }
    func waits(_ name: String, _ outstanding: Outstanding) -> Stat? {
      guard let count = workbench.outstanding[outstanding], count.value > 0 else { return nil }
      return stat(name, count, "/applications?desk=\(outstanding.rawValue)", "warn")
    }
    let lateNotices = workbench.noticesOverdue?.value ?? 0
    let late = (workbench.claims ?? []).count { claim in
      claim.progress.lines.contains { $0.deadline.map { $0.doneOn == nil && $0.day < format.today } ?? false }
    }
    let lateNote = late == 0 ? nil : format.words.fill("workbench.claimsLate", format.number(late))
    return [
      stat("tasks", workbench.tasksToday, "/tasks?due=today", "warn"),
      workbench.tasksToTake.value == 0 ? nil : stat("pool", workbench.tasksToTake, "/tasks?whose=pool"),
      workbench.leadCount.flatMap { $0.value == 0 ? nil : stat("leads", $0, "/leads") },
      workbench.leadPool.flatMap { $0.value == 0 ? nil : stat("leadPool", $0, "/leads?whose=pool") },
      stat("applications", workbench.applicationCount, "/policies?desk=mine"),
      stat("teamOverdue", workbench.teamOverdue, "/tasks?whose=all&due=overdue", "bad"),
      stat("applicationsOverdue", workbench.applicationsOverdue, "/applications?overdue=1", "bad"),
      stat("orphans", workbench.orphans, "/departures/orphans", "warn"),
      workbench.noticesOpen.flatMap { open in
        open.value == 0
          ? nil
          : stat(
            "departureNotices", open, "/departures/notices", lateNotices > 0 ? "bad" : "warn",
            note: lateNotices == 0 ? nil : format.words.fill("workbench.noticesLate", format.number(lateNotices)))
      },
      workbench.collection.flatMap { month in
        stat(
          "collected", workbench.monthOpen?.count, "/premiums",
          note: format.words.fill(
            "workbench.collectedNote", format.money(month.due.amount), format.money(month.received.amount)))
      },
      workbench.toSave.flatMap { figure in
        stat(
          "toSave", figure.count, "/premiums?list=second_month&show=year2", "warn", note: format.money(figure.amount))
      },
      stat("supplements", workbench.supplements, "/claims?status=awaiting_documents", "warn"),
      waits("letters", .requirement), waits("receipts", .receipt), waits("calls", .call),
      stat("claims", workbench.claimCount, "/claims?due=soon", late > 0 ? "bad" : "warn", note: lateNote),
      stat("premiums", workbench.dueCount, "/policies?due=month"),
      stat("overdue", workbench.overdueCount, "/policies?due=grace", "warn"),
      workbench.grantCount.flatMap { $0.value == 0 ? nil : stat("grants", $0, "/compliance/grants", "warn") },
      stat("movedToday", workbench.movedToday, "/customers?sort=latest&since=\(format.today)"),
    ].compactMap { $0 }
  }
}

extension DueLine {
  /// An application that waits for an underwriter, with what is to be covered.
  init(application row: PolicyListRow, _ format: Format) {
    let words = format.words
    let applied = row.policy.appliedOn
    let days = applied.map { max(0, format.today - $0) } ?? 0
    self.init(
      customer: row.policyholder?.shown ?? "", href: "/policies/\(row.policy.id)", product: row.product,
      due: applied.map { words.fill("workbench.appliedOn", format.day($0)) } ?? "",
      amount: row.policy.sumInsured.map(format.money) ?? "",
      state: Badge(
        days == 1 ? words["workbench.waitingOne"] : words.fill("workbench.waiting", format.number(days)), tone: "info",
        icon: "clock"))
  }

  init(_ row: PolicyListRow, _ format: Format) {
    let due = row.policy.projection.nextDueOn ?? format.today
    let isOver = due < format.today
    let words = format.words
    self.init(
      customer: row.policyholder?.shown ?? "", href: "/policies/\(row.policy.id)", product: row.product,
      due: row.policy.projection.suspendsOn.map {
        isOver ? "\(format.day(due)) · \(words.fill("workbench.graceUntil", format.day($0 - 1)))" : format.day(due)
      } ?? format.day(due), amount: row.policy.premium.map(format.exactMoney) ?? "",
      state: Badge(format.until(due), tone: isOver ? "warn" : "quiet", icon: isOver ? "clock" : "calendar"))
  }
}
