import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ApplicationsTests {
  private static let day = Day(number: 20_779)
  private static func at(_ days: Int, _ hour: Int = 8) -> Instant { Instant(day + days, secondOfDay: hour * 3_600) }

  private static func step(_ stage: ApplicationStage, _ days: Int, due: Day? = nil) -> ApplicationStep {
    ApplicationStep(at: at(days), stage: stage, asked: nil, dueOn: due)
  }

  @Test func theNewestStepCounts() {
    let steps = [step(.underwriting, -3), step(.requirement, -1), step(.entered, -5)]
    #expect(ApplicationRules.newest(steps)?.stage == .requirement)
    #expect(ApplicationRules.newest([Self.step(.entered, -1), Self.step(.issued, -1)])?.stage == .issued)
    #expect(ApplicationRules.newest([]) == nil)
    func step(_ stage: ApplicationStage, _ days: Int) -> ApplicationStep { Self.step(stage, days) }
  }

  @Test(arguments: [
    (ApplicationStage.entered, Day?.none, Day?.none), (.requirement, day + 5, day + 5), (.requirement, nil, day + 10),
    (.issued, nil, day + 10), (.receipt, nil, day + 15), (.calledBack, nil, nil), (.declined, nil, nil),
  ])
  func byWhen(_ stage: ApplicationStage, _ due: Day?, _ expected: Day?) {
    #expect(ApplicationRules.dueOn(Self.step(stage, 0, due: due), coolingOffDays: 15) == expected)
  }

  private static func event(_ stage: String, _ days: Int, _ more: [String: String] = [:]) -> [String: String] {
    ["application_no": "TB1", "stage": stage, "at": at(days).description].merging(more) { $1 }
  }

  private static func code(_ body: () async throws -> Void) async -> String? {
    do { try await body() } catch let error as AppError {
      return error.fields.first.map { "\($0.field) \($0.code)" } ?? error.code
    } catch { return "\(error)" }
    return nil
  }

  /// In any order and any number of times, the same stands there in the end.
  @Test(arguments: TestDatabase.engines) func toldInAnyOrder(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let person = try await cast.read { tx in
        try tx.fetch(Query<[ID<Customer>]>.all("SELECT id FROM customers ORDER BY id LIMIT 1") { $0.id(0) })[0]
      }
      let staff = try await cast.read { tx in try tx.fetch(Staff.byNumbers(["A1"]))[0] }
      let product = try await cast.read { tx in
        try tx.fetch(Query<[String]>.all("SELECT code FROM products ORDER BY code LIMIT 1") { $0.text(0) })[0]
      }
      let first = Self.event(
        "entered", -6, ["customer": "\(person)", "product": product, "servicing_agent": "A1", "sum_insured": "300000"])
      let letter = Self.event("requirement", -2, ["asked": "请补充近一年体检报告", "due_on": "\(Self.day + 3)"])
      let events = [first, letter, Self.event("underwriting", -4), letter, first]
      for event in events {
        try await cast.db.act(as: CustomerCast.system) { _ = try Applications.tell(event, source: "core", in: $0) }
      }
      let agent = CustomerCast.agent(staff)
      let letters = ApplicationFilter(outstanding: .requirement)
      let lines = try await cast.db.read(as: agent) { try Applications.list(letters, limit: 9, in: $0) }
      #expect(lines.map(\.application.stage) == [.requirement] && lines[0].application.dueOn == Self.day + 3)
      let detail = try await cast.db.read(as: agent) { try Applications.find(lines[0].application.id, in: $0) }
      #expect(detail.steps.map(\.stage) == [.entered, .underwriting, .requirement])
      #expect(detail.steps.last?.asked == "请补充近一年体检报告")
      let tasks = try await cast.db.read(as: agent) { try Tasks.list(TaskFilter(.mine), limit: 9, in: $0) }
      #expect(tasks.map(\.task.kind) == [.answerRequirement] && tasks[0].task.dueOn == Self.day + 3)
      let moved = try await CustomerCast.events(cast.db, of: person).filter { $0 == "application_moved" }
      #expect(moved.count == 3, "once a step")
      for (stage, day) in [("issued", -1), ("delivery_receipt", 0)] {
        try await cast.db.act(as: CustomerCast.system) {
          _ = try Applications.tell(Self.event(stage, day, ["policy_no": "P77"]), source: "core", in: $0)
        }
      }
      let kinds = try await cast.db.read(as: CustomerCast.system) { tx in
        try Tasks.list(TaskFilter(state: nil), sort: .newest, limit: 9, in: tx).map {
          "\($0.task.kind.rawValue) \($0.task.state.rawValue)"
        }
      }
      #expect(Set(kinds) == ["answer_requirement done", "deliver_receipt done", "post_sale_call open"])
      let call = try await cast.db.read(as: agent) {
        try Applications.list(ApplicationFilter(outstanding: .call), limit: 9, in: $0)
      }
      #expect(call.map(\.application.policyNo) == ["P77"])
      let assessed = Self.event(
        "underwriting", 0,
        [
          "application_no": "TB2", "customer": "\(person)", "product": product, "servicing_agent": "A2",
          "underwriter": "A3",
        ])
      try await cast.db.act(as: CustomerCast.system) { _ = try Applications.tell(assessed, source: "core", in: $0) }
      let member = try await cast.read { tx in try tx.fetch(Staff.byNumbers(["A3"]))[0] }
      let underwriter = CustomerCast.access(.underwriter, staff: member.id.raw)
      let weighed = try await cast.db.read(as: underwriter) { tx in
        let mine = try Applications.list(ApplicationFilter(.mine), limit: 9, in: tx)
        return try Applications.find(mine[0].application.id, in: tx)
      }
      #expect(weighed.line.customer?.isVisible == true && weighed.atRisk != nil && weighed.earlier.count == 1)
      let other = try await cast.db.read(as: cast.access("A2")) {
        try Applications.list(ApplicationFilter(), limit: 9, in: $0)
      }
      #expect(other.map(\.application.applicationNo) == ["TB2"], "who services it sees it, and its person")
      let stranger = cast.access("C1")
      #expect(
        try await cast.db.read(as: stranger) { try Applications.list(ApplicationFilter(), limit: 9, in: $0) }.isEmpty)
      let raw = try await cast.read { tx in
        try tx.fetch(
          .all("SELECT asked FROM application_steps WHERE asked IS NOT NULL") {
            String(decoding: $0.blob(0), as: UTF8.self)
          })
      }
      #expect(raw.count == 1 && !raw[0].contains("体检"))
    }
  }

  @Test func whatIsWrongIsSaid() async throws {
    try await ContractCast.open(.sqlite) { cast in
      for (event, expected) in [
        (Self.event("entered", -1), "customer REQUIRED"), (Self.event("moon", -1), "stage ENUM_UNKNOWN"),
        (Self.event("entered", 2), "at DATE_FUTURE"),
        (Self.event("entered", -1, ["servicing_agent": "ZZ"]), "servicing_agent REFERENCE_UNKNOWN"),
      ] {
        let code = await Self.code {
          try await cast.db.act(as: CustomerCast.system) { _ = try Applications.tell(event, source: "core", in: $0) }
        }
        #expect(code == expected)
      }
      let agent = cast.access("A1")
      #expect(
        await Self.code {
          try await cast.db.act(as: agent) {
            _ = try Applications.tell(Self.event("issued", 0), source: "core", in: $0)
          }
        } == "FORBIDDEN")
    }
  }
}
