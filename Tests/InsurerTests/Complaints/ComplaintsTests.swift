import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ComplaintsTests {
  private static let service = CustomerCast.access(.service)

  /// A complaint about A1 to the regulator, received on 2026-11-10: on 11-22 it is the twelfth day.
  private static func open(
    _ engine: TestDatabase.Engine, _ body: (ContractCast, ID<Complaint>) async throws -> Void
  ) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let wang = cast.wang
      let id = try await cast.db.act(as: service) { tx in
        var new = NewComplaint(wang, .regulator, .sales, said: "称可随时退保且不损失本金")
        new.receivedAt = Instant(try #require(Day("2026-11-10")), secondOfDay: 36_000)
        new.reference = "银保监-77"
        new.about = "A1"
        let first = try Complaints.open(new, in: tx)
        #expect(try Complaints.open(new, in: tx).id == first.id, "the same reference is the same complaint")
        return first.id
      }
      try await body(cast, id)
    }
  }

  private static func act(
    _ cast: ContractCast, as access: Access = service, _ body: @escaping @Sendable (Tx) throws -> Void
  ) async throws { try await cast.db.act(as: access, body) }

  @Test(arguments: TestDatabase.engines) func fromReceiptToCause(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast, id in
      let before = try await cast.events(of: cast.wang).count
      try await Self.act(cast) { try Complaints.acknowledge(id, over: .phone, in: $0) }
      await PremiumsTests.expect("COMPLAINT_UNDETERMINED") {
        try await Self.act(cast) { try Complaints.reply(id, over: .phone, proof: "录音 7", in: $0) }
      }
      try await Self.act(cast) { try Complaints.determine(id, .upheld, because: "销售话术不当", in: $0) }
      await PremiumsTests.expect("VALIDATION") {
        try await Self.act(cast) { try Complaints.reply(id, over: .registeredMail, proof: " ", in: $0) }
      }
      try await Self.act(cast) { try Complaints.reply(id, over: .registeredMail, proof: "XA88", in: $0) }
      await PremiumsTests.expect("COMPLAINT_REPLIED") {
        try await Self.act(cast) { try Complaints.extend(id, because: "还要再查", in: $0) }
      }
      try await Self.act(cast) {
        try Complaints.explain(id, .person, note: "培训不到位", opening: "重做销售话术培训", in: $0)
      }
      let told = try await cast.events(of: cast.wang).dropFirst(before)
      #expect(told == ["complaint_acknowledged", "complaint_determined", "complaint_replied", "complaint_explained"])
      let detail = try await cast.read(as: Self.service) { tx in try Complaints.detail(id, in: tx) }
      #expect(detail.complaint.stage == .closed && detail.words.said.contains("不损失本金"))
      #expect(detail.improvement?.title == "重做销售话术培训" && detail.words.replyProof == "XA88")
      #expect(detail.complaint.dueOn == Day("2026-11-25"))
    }
  }

  /// On day 12 it is escalated, once; an extension sets new days, after which it is again.
  @Test(arguments: TestDatabase.engines) func escalation(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast, id in
      let before = try await cast.events(of: cast.wang).count
      let system = Access.system(purpose: .service)
      for expected in [1, 0] {
        let count = try await cast.db.act(as: system) { tx in try Complaints.escalateDue(limit: 9, in: tx) }
        #expect(count == expected)
      }
      #expect(try await cast.events(of: cast.wang).dropFirst(before) == ["complaint_escalated", "task_opened"])
      let escalated = try await cast.read(as: Self.service) { tx in
        try Complaints.count(ComplaintFilter(.escalated), in: tx)
      }
      #expect(escalated.value == 1)
      try await Self.act(cast) { try Complaints.extend(id, because: "需调取双录资料", in: $0) }
      await PremiumsTests.expect("APPROVAL_REQUIRED") {
        try await Self.act(cast) { try Complaints.extend(id, because: "仍需核实", in: $0) }
      }
      let compliance = CustomerCast.access(.compliance)
      try await Self.act(cast, as: compliance) { try Complaints.extend(id, because: "境外取证", in: $0) }
      let complaint = try await cast.read(as: Self.service) { tx in try Complaints.detail(id, in: tx).complaint }
      #expect(complaint.dueOn == Day("2027-01-09") && complaint.escalatedAt == nil && complaint.term == .special)
      await PremiumsTests.expect("COMPLAINT_TERM") {
        try await Self.act(cast, as: compliance) { try Complaints.extend(id, because: "再延长一次", in: $0) }
      }
    }
  }

  /// The one complained about sees nothing of it; who is concerned may not handle it.
  @Test(arguments: TestDatabase.engines) func recusal(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast, id in
      let accused = cast.access("A1")
      let seen = try await cast.read(as: accused) { tx in
        (
          try Complaints.list(limit: 9, in: tx).rows.count,
          try Timeline.page(of: PersonRef(cast.wang), limit: 50, in: tx).map(\.kind.rawValue)
        )
      }
      #expect(seen.0 == 0 && !seen.1.contains { $0.hasPrefix("complaint") })
      await PremiumsTests.expect("NOT_FOUND") {
        _ = try await cast.read(as: accused) { tx in try Complaints.detail(id, in: tx) }
      }
      let desk = try await cast.read(as: Self.service) { tx in
        try Timeline.page(of: PersonRef(cast.wang), limit: 50, in: tx).map(\.kind.rawValue)
      }
      #expect(desk.contains("complaint_received"))
      await PremiumsTests.expect("VALIDATION") {
        try await Self.act(cast) { try Complaints.assign(id, to: "A1", in: $0) }
      }
      // The manager of a team is complained about: nobody of the team handles it.
      let wang = cast.wang
      let other = try await cast.db.act(as: Self.service) { tx in
        var new = NewComplaint(wang, .phone, .service, said: "主管不回电话")
        new.about = "M1"
        return try Complaints.open(new, in: tx).id
      }
      await PremiumsTests.expect("COMPLAINT_RECUSED") {
        try await Self.act(cast) { try Complaints.assign(other, to: "M1", in: $0) }
      }
      try await Self.act(cast) { try Complaints.assign(id, to: "M1", in: $0) }
      await PremiumsTests.expect("NOT_FOUND") {
        try await Self.act(cast, as: cast.access("M1")) {
          try Complaints.determine(other, .rejected, because: "不属实", in: $0)
        }
      }
      await PremiumsTests.expect("FORBIDDEN") {
        try await Self.act(cast, as: cast.access("A2")) { try Complaints.acknowledge(id, over: .phone, in: $0) }
      }
    }
  }
}
