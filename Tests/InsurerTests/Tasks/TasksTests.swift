import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct TasksTests {
  /// A person of A1's; A1 and A2 are of M1's team, A3 and C1 of another branch.
  private struct Cast: Sendable {
    let staff: [String: StaffMember]
    let person: ID<Customer>

    static func make(_ db: Database) async throws -> Cast {
      let staff = try await CustomerCast.staff(db)
      let person = try await db.act(as: CustomerCast.system) { tx in
        try Customers.create(CustomerCast.wang.merging(["owner": "A1"]) { $1 }, in: tx).id
      }
      return Cast(staff: staff, person: person)
    }

    func access(_ number: String) throws -> Access { CustomerCast.agent(try #require(staff[number])) }
    func id(_ number: String) throws -> ID<StaffMember> { try #require(staff[number]).id }
    func task(_ title: String = "回电", to number: String = "A1") throws -> NewTask {
      NewTask(.manual, title: title, customer: person, owner: .staff(try id(number)))
    }
  }

  private static func titles(_ filter: TaskFilter, _ access: Access, _ db: Database) async throws -> [String] {
    try await db.read(as: access) { tx in
      try Tasks.list(filter, limit: 50, in: tx).map { $0.task.title ?? $0.task.kind.rawValue }
    }
  }

  private static func code(_ body: () async throws -> Void) async -> String? {
    do { try await body() } catch let error as AppError {
      return error.fields.first?.code ?? error.code
    } catch { return "\(error)" }
    return nil
  }

  @Test(arguments: TestDatabase.engines) func aTaskLives(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let agent = try cast.access("A1")
      let id = try await db.act(as: cast.access("M1")) { tx in
        var new = try cast.task("问候王女士", to: "A1")
        (new.details, new.dueOn, new.steps) = ("上次住院后未联系", tx.today + 1, ["打电话", "记录"])
        return try Tasks.open(new, in: tx)
      }
      #expect(try await db.read(as: agent) { try Tasks.notices(in: $0) }.map(\.kind) == [.handedToYou])
      try await db.act(as: agent) { tx in
        try Tasks.check(id, step: 0, isDone: true, in: tx)
        try Tasks.comment(id, "约了周三", in: tx)
        var edit = Tasks.Edit()
        edit.priority = .high
        try Tasks.change(id, edit, version: 2, in: tx)
        try Tasks.complete(id, note: "已问候", in: tx)
        try Tasks.complete(id, in: tx)
      }
      let seen = try await db.read(as: agent) { try Tasks.find(id, in: $0) }
      #expect(seen.task.state == .done && seen.task.priority == .high && seen.task.details == "上次住院后未联系")
      #expect(seen.steps.map { $0.doneAt != nil } == [true, false] && seen.line.stepsDone == 1)
      #expect(seen.notes.map(\.words) == ["约了周三", "已问候"] && seen.notes.map(\.kind) == [.comment, .done])
      #expect(
        await Self.code { try await db.act(as: agent) { try Tasks.comment(id, "", in: $0) } } == "REQUIRED")
      #expect(
        await Self.code { try await db.act(as: agent) { try Tasks.cancel(id, reason: "重复", in: $0) } } == "TASK_CLOSED")
      // Characters are counted as in the contract: an accent of its own is one.
      let long = "长" + String(repeating: "\u{301}", count: 2_000)
      #expect(
        await Self.code { try await db.act(as: agent) { try Tasks.complete(id, note: long, in: $0) } } == "TOO_LONG")
      try await db.act(as: agent) { try Tasks.reopen(id, reason: "还要回访", in: $0) }
      let stale = await Self.code {
        try await db.act(as: agent) { tx in
          var edit = Tasks.Edit()
          edit.priority = .low
          try Tasks.change(id, edit, version: 1, in: tx)
        }
      }
      #expect(stale == "STALE")
      #expect(
        try await CustomerCast.events(db, of: cast.person) == [
          "customer_created", "task_opened", "task_step_checked", "task_commented", "task_changed", "task_done",
          "task_reopened",
        ])
      let raw = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(
          .all("SELECT title FROM tasks UNION ALL SELECT words FROM task_notes") {
            String(decoding: $0.blob(0), as: UTF8.self)
          })
      }
      #expect(raw.allSatisfy { !$0.contains("王") && !$0.contains("周三") && !$0.contains("电话") }, "words rest sealed")
    }
  }

  /// A rule's second try finds its first; another customer's key is another.
  @Test(arguments: TestDatabase.engines) func oneTaskAKey(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let ids = try await db.act(as: CustomerCast.system) { tx in
        var new = NewTask(.premiumCall, customer: cast.person, owner: .staff(try cast.id("A1")), dueOn: tx.today)
        (new.args, new.source) = (["P0001", "2026-11-10"], "premium.debit_failed/1")
        return [
          try Tasks.open(new, key: "a", in: tx), try Tasks.open(new, key: "a", in: tx),
          try Tasks.open(new, key: "b", in: tx),
        ]
      }
      #expect(ids[0] == ids[1] && ids[0] != ids[2])
      try await db.act(as: cast.access("A1")) { try Tasks.complete(ids[0], in: $0) }
      let again = try await db.act(as: CustomerCast.system) { tx in
        try Tasks.open(NewTask(.premiumCall, customer: cast.person, owner: .role(.service)), key: "a", in: tx)
      }
      #expect(again == ids[0], "done is done")
      #expect(
        try await CustomerCast.events(db, of: cast.person)
          == ["customer_created", "task_opened", "task_opened", "task_done"])
      let line = try await db.read(as: cast.access("A1")) { try Tasks.list(TaskFilter(), limit: 9, in: $0) }[0]
      #expect(line.task.args == ["P0001", "2026-11-10"] && line.task.source == "premium.debit_failed/1")
    }
  }

  @Test(arguments: TestDatabase.engines) func whoSeesWhat(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let team = try #require(cast.staff["M1"]?.teamID).raw
      try await db.act(as: CustomerCast.system) { tx in
        try Tasks.open(cast.task("甲"), in: tx)
        try Tasks.open(NewTask(.manual, title: "池", customer: cast.person, owner: .group(team)), in: tx)
        try Tasks.open(NewTask(.manual, title: "客服", customer: cast.person, owner: .role(.service)), in: tx)
        try Tasks.open(NewTask(.manual, title: "内务", customer: nil, owner: .group(team)), in: tx)
      }
      func all(_ number: String) async throws -> Set<String> {
        Set(try await Self.titles(TaskFilter(), cast.access(number), db))
      }
      #expect(try await all("A1") == ["甲", "池", "内务"], "who sells sees his own and what he may take")
      #expect(try await all("M1") == ["甲", "池", "客服", "内务"])
      #expect(try await all("A2") == ["内务"], "not of a person whom he does not serve")
      #expect(try await all("A3") == [])
      #expect(try await all("C1") == [])
      #expect(try await Self.titles(TaskFilter(.pool), cast.access("A1"), db).sorted() == ["内务", "池"])
      let service = CustomerCast.access(.service, staff: 900)
      #expect(Set(try await Self.titles(TaskFilter(.pool), service, db)) == ["客服"])
      #expect(Set(try await Self.titles(TaskFilter(), service, db)) == ["甲", "池", "客服"])
      let marketing = Roles.access(
        .init(actor: .staff(900), role: .service, staffID: 900), purpose: .marketing, surface: "page")
      #expect(try await Self.titles(TaskFilter(), marketing, db) == [], "he has not agreed")
      let id = try await db.read(as: CustomerCast.system) { try Tasks.list(TaskFilter(), limit: 1, in: $0)[0].task.id }
      #expect(
        await Self.code { try await db.act(as: cast.access("A3")) { try Tasks.complete(id, in: $0) } } == "NOT_FOUND")
      let analyst = CustomerCast.access(.analyst, staff: 901)
      #expect(await Self.code { try await db.act(as: analyst) { try Tasks.complete(id, in: $0) } } == "FORBIDDEN")
      let closed = try await db.read(as: analyst) { try Tasks.list(TaskFilter(), limit: 9, in: $0) }
      #expect(closed.count == 3 && closed.allSatisfy { $0.task.title == nil }, "who reads no notes reads no title")
    }
  }

  @Test(arguments: TestDatabase.engines) func handedOnAndMentioned(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let (a1, m1) = (try cast.access("A1"), try cast.access("M1"))
      let id = try await db.act(as: a1) { tx in try Tasks.open(cast.task(), in: tx) }
      func hand(_ number: String, _ reason: String?) async -> String? {
        await Self.code {
          try await db.act(as: a1) { try Tasks.handOn(id, to: .staff(cast.id(number)), reason: reason, in: $0) }
        }
      }
      #expect(await hand("A3", "请你跟进") == "ASSIGNEE_CANNOT_SEE")
      #expect(await hand("M1", nil) == "REQUIRED")
      #expect(await hand("M1", "需要主管出面") == nil)
      #expect(try await Self.titles(TaskFilter(.mine), m1, db) == ["回电"])
      #expect(try await Self.titles(TaskFilter(.made), a1, db) == ["回电"], "who made it follows it")
      func say(_ text: String) async -> String? {
        await Self.code { try await db.act(as: m1) { try Tasks.comment(id, text, in: $0) } }
      }
      #expect(await say("@A1 已处理") == nil)
      #expect(await say("@A3 看看") == "MENTION_CANNOT_SEE")
      #expect(await say("@员工 看看") == "MENTION_AMBIGUOUS", "A1 and M1 have one name here")
      #expect(await say("@没有这个人") == "MENTION_UNKNOWN")
      #expect(try await db.read(as: a1) { try Tasks.notices(in: $0) }.map(\.kind) == [.mentioned])
      #expect(try await db.read(as: cast.access("A3")) { try Tasks.notices(in: $0) } == [])
      try await db.act(as: a1) { try Tasks.markNoticesSeen(in: $0) }
      #expect(try await db.read(as: a1) { try Tasks.notices(in: $0) } == [])
      #expect(
        try await CustomerCast.events(db, of: cast.person)
          == ["customer_created", "task_opened", "task_handed_on", "task_commented"])
    }
  }

  @Test(arguments: TestDatabase.engines) func remindedOnce(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await TestDatabase.open(on: engine, clock: time.clock, visibility: .insurer) { db in
      let cast = try await Cast.make(db)
      let a1 = try cast.access("A1")
      try await db.act(as: a1) { tx in
        var new = try cast.task()
        new.remindAt = tx.now + 3_600
        try Tasks.open(new, in: tx)
      }
      func remind() async throws -> Int {
        try await db.act(as: CustomerCast.system) { try Tasks.remindDue(limit: 9, in: $0) }
      }
      #expect(try await remind() == 0)
      time.set(time.clock.now() + 3_600)
      #expect(try await remind() == 1)
      #expect(try await remind() == 0)
      #expect(try await db.read(as: a1) { try Tasks.notices(in: $0) }.map(\.kind) == [.reminder])
    }
  }

  @Test(arguments: TestDatabase.engines) func listsPageInOrder(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let a1 = try cast.access("A1")
      try await db.act(as: a1) { tx in
        for place in 0..<7 {
          var new = try cast.task("第\(place)件")
          new.dueOn = place == 6 ? nil : tx.today + (5 - place)
          new.priority = place == 3 ? .high : .normal
          try Tasks.open(new, in: tx)
        }
      }
      func walk(_ sort: TaskSort) async throws -> [String] {
        try await db.read(as: a1) { tx in
          var (found, place): ([TaskLine], (value: Int64, id: Int64)?) = ([], nil)
          while true {
            let page = try Tasks.list(TaskFilter(.mine), sort: sort, after: place, limit: 3, in: tx)
            found += page
            guard page.count == 3, let last = page.last else { break }
            place = Tasks.place(last.task, sort)
          }
          return found.compactMap(\.task.title).map { String($0.dropFirst().prefix(1)) }
        }
      }
      #expect(try await walk(.due).joined() == "5432106")
      #expect(try await walk(.priority).joined() == "3542106")
      #expect(try await walk(.newest).count == 7)
      let counts = try await db.read(as: a1) { tx in
        [TaskFilter.Due.overdue, .today, .week].map { try? Tasks.count(TaskFilter(.mine, due: $0), in: tx).value }
      }
      #expect(counts == [0, 1, 6])
    }
  }
}
