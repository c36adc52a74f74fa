import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// What is another's: health data, files and their reports, places in lists, how a page looks.
@Suite struct OthersTests {
  private static let diagnosis = "急性阑尾炎"

  private struct Viewer: Sendable {
    let role: Role
    let staff: String?
    let seesHealth: Bool
  }

  /// Every role but claims and underwriting, on the case of a customer whom each of them may see.
  private static let viewers: [Viewer] = [
    Viewer(role: .agent, staff: "A1", seesHealth: false), Viewer(role: .adviser, staff: "V1", seesHealth: false),
    Viewer(role: .manager, staff: "M1", seesHealth: false), Viewer(role: .service, staff: nil, seesHealth: false),
    Viewer(role: .steward, staff: nil, seesHealth: false), Viewer(role: .analyst, staff: nil, seesHealth: false),
    Viewer(role: .compliance, staff: nil, seesHealth: false), Viewer(role: .admin, staff: nil, seesHealth: false),
    Viewer(role: .claims, staff: "C1", seesHealth: true), Viewer(role: .underwriter, staff: "U1", seesHealth: true),
  ]

  private static func assign(_ world: APIWorld) async throws -> APIWorld {
    let roster = [("V1", "何静", "adviser"), ("U1", "贺延年", "underwriter"), ("U2", "袁野", "underwriter")].map {
      ["staff_no": $0, "name": $1, "team": "总部", "branch": "东区", "role": $2]
    }
    let (lan, known) = (world.lan, world.staff)
    let staff = try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
      _ = try Staff.upsert(roster.compactMap { StaffDraft.read($0, admitsDemo: true).draft }, source: "core", in: tx)
      _ = try Customers.update(lan, ["adviser": "V1"], expected: nil, in: tx)
      let values = [
        "policy_no": "P0001", "product": "L1", "policyholder": "\(lan)", "insured": "\(lan)", "status": "in_force",
        "underwriter": "U1",
      ]
      let row = ImportRow(number: 1, key: "P0001", values: values, digest: [], changed: ["underwriter"])
      _ = try PoliciesKind.apply([row], source: "core", in: tx)
      return try tx.fetch(Staff.byNumbers(["V1", "U1", "U2"])).reduce(into: known) { $0[$1.staffNo] = $1.id }
    }
    return APIWorld(web: world.web, check: world.check, staff: staff, lan: world.lan, min: world.min)
  }

  /// Signed in through the form, beside an account that has a token.
  private static func look(_ world: APIWorld, _ role: Role, staff number: String? = nil) async throws
    -> WebWorld.Browser
  {
    let name = "look-\(role.rawValue)-\(number?.lowercased() ?? "none")"
    try await world.web.account(name, role, staff: number.flatMap { world.staff[$0] })
    return try await world.web.signIn(name)
  }

  @Test(arguments: TestDatabase.engines) func healthIsForClaimsAndUnderwriting(_ engine: TestDatabase.Engine)
    async throws
  {
    try await APIWorld.open(on: engine) { world in
      let world = try await Self.assign(world)
      for viewer in Self.viewers {
        let token = try await world.token(viewer.role, staff: viewer.staff)
        let claim = try #require(try await world.ask(.get, "/claims", token).items.first?["id"]?.text, "\(viewer)")
        let browser = try await Self.look(world, viewer.role, staff: viewer.staff)
        let detail = [
          try await world.ask(.get, "/claims/\(claim)", token).response.text,
          try await browser.page("/claims/\(claim)"),
        ]
        #expect(detail.map { $0.contains(Self.diagnosis) } == [viewer.seesHealth, viewer.seesHealth], "\(viewer)")
        for path in [
          "/claims", "/customers/\(world.lan)/overview", "/customers/\(world.lan)/timeline",
          "/interactions?customer=\(world.lan)",
        ] {
          let answer = try await world.ask(.get, path, token)
          #expect(answer.status == 200 && !answer.response.text.contains(Self.diagnosis), "\(viewer) \(path)")
        }
        let found = try await world.ask(.get, "/customers?q=\(FormFields.encode(Self.diagnosis))", token)
        #expect(found.items.isEmpty, "nobody is found by an illness")
        let home = "/customers/\(world.lan)"
        for path in [
          "/", "/claims", home, home + "/claims", home + "/timeline", home + "/corrections", home + "/access",
        ] {
          #expect(try await !browser.page(path).contains(Self.diagnosis), "\(viewer) \(path)")
        }
        let purpose = try #require(Roles.purposes(viewer.role).first)
        let list = try await browser.get("/customers/export.csv?purpose=\(purpose.rawValue)")
        #expect(list.status == .ok && !list.text.contains(Self.diagnosis))
        try await expectExport(world, viewer)
      }
    }
  }

  private func expectExport(_ world: APIWorld, _ viewer: Viewer) async throws {
    let holder = Roles.Holder(
      actor: .staff(1), role: viewer.role, staffID: viewer.staff.flatMap { world.staff[$0]?.raw } ?? 0)
    let access = Roles.access(holder, surface: "cli")
    let rows = try await world.web.site.database.read(as: access) { tx in
      try ClaimsKind.export(after: nil, limit: 9, in: tx).flatMap(\.values)
    }
    #expect(rows.contains(Self.diagnosis) == viewer.seesHealth, "\(viewer)")
  }

  /// An underwriter of another case sees neither the claim nor the person.
  @Test func casesOfOthersAreNotThere() async throws {
    try await APIWorld.open { world in
      let world = try await Self.assign(world)
      let own = try await world.token(.underwriter, staff: "U1")
      let claim = try #require(try await world.ask(.get, "/claims", own).items.first?["id"]?.text)
      let other = try await world.token(.underwriter, staff: "U2")
      for path in ["/claims/\(claim)", "/customers/\(world.lan)", "/customers/\(world.lan)/overview"] {
        #expect(try await world.ask(.get, path, other).status == 404, "\(path)")
      }
      #expect(try await world.ask(.get, "/claims", other).items.isEmpty)
      #expect(try await world.ask(.get, "/customers", other).items.isEmpty)
    }
  }

  /// A place in a list is only a place: what lies behind it is the asker's own.
  @Test(arguments: TestDatabase.engines) func cursorsOfOthersOpenNothing(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let all = try await world.token(.compliance)
      let agent = try await world.token(.agent, staff: "A1")
      let stranger = try await world.token(.agent, staff: "A2")
      for path in [
        "/customers?sort=pinyin&", "/policies?", "/claims?", "/interactions?", "/customers/\(world.lan)/timeline?",
      ] {
        let first = try await world.ask(.get, "\(path)limit=1", all)
        guard let next = first.json["next"]?.text else { continue }
        let whole = try await world.ask(.get, "\(path)limit=100", agent).items.compactMap { $0["id"]?.text }
        let rest = try await world.ask(.get, "\(path)limit=100&after=\(FormFields.encode(next))", agent)
        let shown = rest.items.compactMap { $0["id"]?.text }
        #expect(shown.allSatisfy(whole.contains), "\(path)")
      }
      let changes = "/customers/\(world.lan)/changes?limit=1&after="
      let steward = try await world.token(.steward)
      for body in [#"{"occupation": "教师"}"#, #"{"occupation": "医生"}"#] {
        #expect(try await world.ask(.patch, "/customers/\(world.lan)", steward, body: body).status == 200)
      }
      let mine = try await world.ask(.get, "/customers/\(world.lan)/changes?limit=1", steward)
      let place = FormFields.encode(try #require(mine.json["next"]?.text))
      #expect(try await world.ask(.get, changes + place, stranger).status == 404)
      #expect(try await world.ask(.get, changes + place, agent).items.count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func importsOfOthers(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let steward = try await world.token(.steward)
      let file = "理赔号,保单号,被保险人,报案时间,出险日期,理赔类型,诊断,状态\nK9,P0001,\(world.lan),2026-11-20,2026-11-19,医疗,甲状腺结节,不明\n"
      let sent = try await world.web.client.execute(
        uri: "/api/v1/imports?kind=claims&source=core", method: .post,
        headers: [.authorization: "Bearer \(steward)", .contentType: "text/csv"], body: ByteBuffer(string: file))
      let item = APIWorld.Answer(response: sent)
      let id = try #require(item.json["id"]?.text)
      let run = ImportRun(
        db: world.web.site.database, access: .system(purpose: .intake), holder: "test", sharesWriter: true)
      _ = try await run.run(try #require(ID<Import>(id)))
      let ways = ["/imports", "/imports/\(id)", "/imports/\(id)/findings", "/jobs"]
      let pages = [
        "/imports", "/imports/\(id)", "/imports/\(id)/report.csv", "/imports/\(id)/progress", "/settings/jobs",
      ]
      for role in [Role.agent, .manager, .service, .claims, .analyst] {
        let token = try await world.token(role, staff: role == .agent ? "A1" : nil)
        let browser = try await Self.look(world, role, staff: role == .agent ? "A1" : nil)
        for path in ways { #expect(try await world.ask(.get, path, token).status == 403, "\(role) \(path)") }
        for path in pages { #expect(try await browser.get(path).status == .forbidden, "\(role) \(path)") }
        let answer = try await world.web.post("/imports/\(id)/stop", [:], [.cookie: browser.cookies])
        #expect(answer.status == .forbidden, "\(role)")
      }
      let reader = try await Self.look(world, .compliance)
      for path in pages { #expect(try await !reader.get(path).text.contains("甲状腺"), "\(path)") }
      #expect(try await reader.get("/imports/\(id)").status == .ok)
      #expect(try await reader.get("/imports/new").status == .forbidden)
      try await expectMasked(world, item)
    }
  }

  /// A steward who looks at somebody's claims as if they were customers reads no diagnosis.
  private func expectMasked(_ world: APIWorld, _ item: APIWorld.Answer) async throws {
    let browser = try await Self.look(world, .steward)
    let digest = try #require(item.json["sha256"]?.text)
    guard case .number(let size)? = item.json["size"] else { throw AppError.broken("a file has a size") }
    for kind in ["claims", "customers", "interactions", "products"] {
      let page = try await browser.get("/imports/mapping?file=\(digest)&size=\(size)&name=x&kind=\(kind)&source=core")
      #expect(page.status == .ok && page.text.contains("诊断"), "\(kind)")
      #expect(!page.text.contains("甲状腺"), "\(kind)")
    }
  }

  /// How pages look is kept in the browser, and of it only what we know.
  @Test func settingsAreOnesOwnAndHarmless() async throws {
    try await APIWorld.open { world in
      let browser = try await Self.look(world, .service)
      let cookie = browser.cookies + "; hidden_columns=mobile.\"><script>.no; theme=\"onload=x; density=compact"
      let page = try await world.web.get("/customers", [.cookie: cookie, .accept: "text/html"])
      #expect(page.status == .ok && page.text.contains("no-mobile"))
      #expect(!page.text.contains("<script>.no") && !page.text.contains("onload=x"))
      let other = try await Self.look(world, .analyst)
      #expect(try await !other.page("/customers").contains("no-mobile"))
      let forged = try await world.web.post("/preferences", ["columns": "1"], [.cookie: browser.cookies])
      #expect(forged.status == .forbidden)
    }
  }
}
