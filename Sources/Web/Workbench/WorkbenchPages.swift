import Hummingbird
import Insurer
import Kernel
import Storage

/// `/`: what one begins the day with.
enum WorkbenchPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/") { call in
      guard call.may(.read(.customer)) else { return call.redirect("/settings") }
      let (workbench, names) = try await call.read { tx in
        let workbench = try Workbench.load(in: tx)
        return (workbench, try Accounts.names(of: Set(workbench.events.map(\.entry.actor)), in: tx))
      }
      let page = WorkbenchPage(workbench, names, name: try call.viewer.displayName, call.format)
      return try call.page(page, title: call.words["nav.workbench"], section: .workbench)
    }
  }
}

extension WorkbenchPage {
  init(_ workbench: Workbench, _ names: [Actor: String], name: String, _ format: Format) {
    let words = format.words
    let hour = format.now.secondOfDay / 3600
    let time = hour < 5 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening"
    let sentences = Sentences(format: format, names: names)
    self.init(
      greeting: words.fill("workbench.greeting.\(time)", name),
      date: "\(format.day(format.today)) \(words["workbench.weekday.\(format.today.weekday)"])",
      stats: WorkbenchPage.stats(workbench, format),
      claims: (workbench.claims ?? []).prefix(6).map { ClaimRow($0, format) },
      premiums: (workbench.premiumsDue ?? []).prefix(10).map { DueLine($0, format) },
      events: workbench.events.map {
        WorkbenchRow(
          customer: $0.customer, customerHref: "/customers/\($0.entry.customerID)", entry: sentences.row($0.entry))
      })
  }

  /// Each figure opens its rows; those that fill their list are bounds.
  private static func stats(_ workbench: Workbench, _ format: Format) -> [Stat] {
    let words = format.words
    func count(_ value: Int) -> String { value >= 20 ? "\(format.number(value))+" : format.number(value) }
    let premiums = workbench.premiumsDue
    let overdue = premiums?.filter { $0.policy.projection.nextDueOn.map { $0 < format.today } ?? false }
    return [
      workbench.claims.map {
        Stat(
          words["workbench.claims"], count($0.count), href: "/claims?due=soon", tone: $0.isEmpty ? "" : "bad")
      },
      premiums.map { Stat(words["workbench.premiums"], count($0.count), href: "/policies?due=month") },
      overdue.map {
        Stat(words["workbench.overdue"], count($0.count), href: "/policies?due=grace", tone: $0.isEmpty ? "" : "warn")
      },
      Stat(
        words["workbench.eventsToday"], count(workbench.events.count { $0.entry.happenedAt.day == format.today }),
        href: "/customers?sort=latest"),
    ].compactMap { $0 }
  }
}

extension DueLine {
  init(_ row: PolicyListRow, _ format: Format) {
    let due = row.policy.projection.nextDueOn ?? format.today
    let isOver = due < format.today
    self.init(
      customer: row.policyholder?.shown ?? "", href: "/policies/\(row.policy.id)", product: row.product,
      due: format.day(due), amount: row.policy.premium.map(format.exactMoney) ?? "",
      state: Badge(format.until(due), tone: isOver ? "warn" : "quiet", icon: isOver ? "clock" : "calendar"))
  }
}
