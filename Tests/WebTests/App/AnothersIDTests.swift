import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// Another's id on every route, driven by the table of routes: an agent asks for what another agent serves. It is
/// answered as an id that never was, shows nothing and changes nothing. A new route with a body has to be named here.
@Suite struct AnothersIDTests {
  /// What is nobody's in particular.
  private static let shared: Set<String> = [
    "GET /api/v1/products/{code}", "GET /api/v1/staff/{number}", "GET /public/**",
  ]

  /// Bodies with which each act would be done to a record of one's own.
  private static let bodies: [String: String] = [
    "PATCH /customers/{id}": #"{"occupation": "教师"}"#,
    "POST /customers/{id}/consents":
      #"{"purpose": "marketing", "category": "none", "decision": "given", "text_version": 1}"#,
    "POST /customers/{id}/consents/withdrawal": #"{"purpose": "marketing", "category": "none"}"#,
    "POST /customers/{id}/relationships": #"{"to": "LAN", "kind": "spouse"}"#,
    "PATCH /tasks/{id}": #"{"priority": "high"}"#,
    "POST /tasks/{id}/assignment": #"{"assignee": "A1", "reason": "请接手"}"#,
    "POST /tasks/{id}/cancellation": #"{"reason": "不需要了"}"#,
    "POST /tasks/{id}/comments": #"{"text": "看过了"}"#,
    "POST /tasks/{id}/completion": "{}",
    "POST /tasks/{id}/reopening": #"{"reason": "还没完"}"#,
    "POST /tasks/{id}/steps": #"{"step": 1}"#,
    "POST /leads/{id}/assignment": #"{"assignee": "A1"}"#,
    "POST /leads/{id}/contacts": #"{"note": "已联系"}"#,
    "POST /leads/{id}/customer": #"{"customer": "LAN"}"#,
    "POST /leads/{id}/loss": #"{"reason": "no_need"}"#,
    "POST /leads/{id}/visits": #"{"outcome": "met"}"#,
    "POST /policies/{id}/promises":
      #"{"due_on": "2026-02-02", "pay_by": "2026-11-25", "promised_by": "policyholder", "channel": "phone"}"#,
    "POST /policies/{id}/reminders": #"{"due_on": "2026-02-02", "way": "phone"}"#,
    "POST /departure-notices/{id}/telling": #"{"way": "phone", "proof": "录音 7"}"#,
    "POST /complaints/{id}/assignment": #"{"handler": "A1"}"#,
    "POST /complaints/{id}/acknowledgement": #"{"way": "phone"}"#,
    "POST /complaints/{id}/extension": #"{"reason": "情况复杂，需要再查"}"#,
    "POST /complaints/{id}/determination": #"{"finding": "rejected", "determination": "查无此事，已核对录音"}"#,
    "POST /complaints/{id}/reply": #"{"way": "phone", "proof": "录音 7"}"#,
    "POST /complaints/{id}/explanation": #"{"cause": "unfounded", "cause_note": "没有依据的投诉"}"#,
  ]

  /// Forms that say the same; what else they take is left empty.
  private static let forms: [String: String] = [
    "gender": "female", "name": "李岚", "purpose": "marketing", "category": "none", "text_version": "1",
    "decision": "given", "agrees": "1", "reason": "客户来电核实保单资料，需要查看", "minutes": "60", "kind": "verified_call",
    "channel": "phone", "direction": "in", "outcome": "met", "assignee": "A1", "note": "已联系", "text": "看过了",
    "step": "1", "way": "phone", "due_on": "2026-02-02", "pay_by": "2026-11-25", "promised_by": "policyholder",
    "deed": "acknowledgement", "version": "1", "customer": "LAN", "title": "改过", "to": "LAN",
  ]

  private struct Records: Sendable {
    var ids: [String: String] = [:]

    /// The route's address with another's ids, or with ids that never were.
    func address(_ path: String, lan: String, isReal: Bool) -> String {
      let parts = path.split(separator: "/").map(String.init)
      let kind = parts.first { $0 != "api" && $0 != "v1" && $0 != "settings" } ?? ""
      let own = isReal ? ids[kind] : ids["no-\(kind)"]
      return "/"
        + parts.map { part in
          switch part {
          case "{id}": own ?? "X-1"
          case "{other}": lan
          case "{kind}": "spouse"
          case "{demand}": "PN-0000-0000-0000-00"
          default: part.hasPrefix("{") ? "1" : part
          }
        }.joined(separator: "/")
    }
  }

  private static let never: Int64 = 987_654_321_000

  private static func fill(_ world: APIWorld) async throws -> Records {
    let (min, staff) = (world.min, world.staff)
    return try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
      let policy = try tx.fetch(Policies.places(["P0002"]))[0].id
      let row = ImportRow(
        number: 1, key: "K0002",
        values: ["claim_no": "K0002", "policy_no": "P0002", "kind": "medical", "status": "registered"], digest: [])
      let claim = try ClaimsKind.apply([row], source: "core", in: tx)[0].entity ?? 0
      let task = try Tasks.open(
        NewTask(.manual, title: "给王敏回电", customer: min, owner: .staff(staff["A2"] ?? ID(0))), in: tx)
      let lead = try Leads.enter(
        ["name": "周晓", "mobile": "13812340077", "origin": "web", "assignee": "A2"], source: "web", in: tx)
      let application = try Applications.tell(
        [
          "application_no": "TB2", "stage": "entered", "at": "2026-11-15T09:00:00+08:00", "customer": "\(min)",
          "product": "M1", "servicing_agent": "A2",
        ], source: "core", in: tx)
      let complaint = try Complaints.open(NewComplaint(min, .phone, .claims, said: "理赔太慢"), in: tx).id
      let departure = try Departures.record("A2", leftOn: tx.today - 1, in: tx).id
      return Records(ids: [
        "departures": "\(departure)", "departure-notices": "\(ID<DepartureNotice>(never - 1))",
        "no-departures": "\(ID<Departure>(never))", "no-departure-notices": "\(ID<DepartureNotice>(never))",
        "customers": "\(min)", "policies": "\(policy)", "premiums": "\(policy)",
        "claims": "\(ID<Claim>(claim))", "tasks": "\(task)", "leads": "\(lead)", "applications": "\(application)",
        "complaints": "\(complaint)", "no-customers": "\(ID<Customer>(never))", "no-policies": "\(ID<Policy>(never))",
        "no-premiums": "\(ID<Policy>(never))", "no-claims": "\(ID<Claim>(never))", "no-tasks": "\(ID<WorkTask>(never))",
        "no-leads": "\(ID<Lead>(never))", "no-applications": "\(ID<Insurer.Application>(never))",
        "no-complaints": "\(ID<Complaint>(never))",
      ])
    }
  }

  private static func log(_ world: APIWorld) async throws -> Int {
    try await TestDatabase.settle(world.web.site.database)
    return try await world.web.site.database.read(as: .system(purpose: .audit)) { tx in
      try Events.after(.start, limit: 10_000, in: tx).count
    }
  }

  /// Status, code and text, without the ids that were asked for.
  private static func told(_ answer: TestResponse, _ address: String) -> String {
    let json = try? JSONValue.parse(Array(answer.body.readableBytesView))
    return "\(answer.status.code) \(json?["code"]?.text ?? "") \(json?["detail"]?.text ?? "")"
  }

  @Test(arguments: TestDatabase.engines) func byTheAPI(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let records = try await Self.fill(world)
      let token = try await world.token(.agent, staff: "A1")
      let before = try await Self.log(world)
      var walked = 0
      for route in Features.named(world.web.site) where route.path.contains("{") {
        guard case .api(let scope) = route.door, !Self.shared.contains("\(route.method) \(route.path)") else {
          continue
        }
        let name = "\(route.method) \(route.path.dropFirst("/api/v1".count))"
        let isMine = Roles.rule(.agent).permissions.contains(scope)
        let body = Self.bodies[name]?.replacing("LAN", with: "\(world.lan)")
        if isMine, ["POST", "PATCH", "PUT"].contains(route.method) {
          #expect(body != nil, "\(name) is not in the table")
        }
        var told: [String] = []
        for isReal in [true, false] {
          let address = records.address(route.path, lan: "\(world.lan)", isReal: isReal)
          let answer = try await world.web.api(
            try #require(HTTPRequest.Method(route.method)), String(address.dropFirst("/api/v1".count)), token: token,
            body: body)
          told.append(Self.told(answer, address))
          #expect([403, 404].contains(answer.status.code), "\(name) answered \(answer.status) \(answer.text)")
          #expect(!answer.text.contains("王敏") && !answer.text.contains("周晓"), "\(name)")
        }
        #expect(Set(told).count == 1, "\(name) tells whether there is such a record: \(told)")
        walked += 1
      }
      #expect(walked > 40)
      #expect(try await Self.log(world) == before, "nothing was done")
    }
  }

  @Test(arguments: TestDatabase.engines) func byThePages(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let records = try await Self.fill(world)
      let agent = try await world.browser(.agent, staff: "A1")
      let csrf = try await agent.get("/tasks/new").hidden("csrf")
      let before = try await Self.log(world)
      var form = Self.forms.mapValues { $0.replacing("LAN", with: "\(world.lan)") }
      form["csrf"] = csrf
      var walked = 0
      for route in Features.named(world.web.site) where route.path.contains("{") {
        guard case .page = route.door else { continue }
        var statuses: [Int] = []
        for isReal in [true, false] {
          let address = records.address(route.path, lan: "\(world.lan)", isReal: isReal)
          let answer =
            route.method == "GET"
            ? try await agent.get(address)
            : try await world.web.post(address, form, [.cookie: agent.cookies, .accept: "text/html"])
          statuses.append(answer.status.code)
          // The form that asks for a look is shown for whatever id: it knows nothing of it.
          let isAsking = route.path.hasSuffix("/grant") && route.method == "GET"
          #expect(
            isAsking || [403, 404].contains(answer.status.code), "\(route.method) \(address) answered \(answer.status)")
          #expect(!answer.text.contains("王敏") && !answer.text.contains("周晓"), "\(route)")
        }
        #expect(Set(statuses).count == 1, "\(route.method) \(route.path): \(statuses)")
        walked += 1
      }
      #expect(walked > 40)
      #expect(try await Self.log(world) == before, "nothing was done")
    }
  }
}
