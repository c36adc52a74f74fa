import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// Random people, lives, roles and purposes: every surface shows over HTTP what a slow, plain model of the rules lets
/// it show, no more and no less.
@Suite struct SurfaceTests {
  private static let seed: UInt64 = 20_261_123
  private static let rounds = 6
  /// Of each outcome on each surface of one person, a round and engine.
  private static let quota = 46

  /// Where each outcome can arise. Relations are for one's own work alone: no consent shows them.
  private static let surfaces: [String: [Verdict]] = [
    "list": seen, "count": seen, "search": seen, "export": seen, "one": Verdict.allCases, "overview": Verdict.allCases,
    "page": Verdict.allCases,
    "timeline": opened, "policies of one": opened, "contacts": opened,
    "policies": [.allowed, .scope, .consent, .guardian],
    "relations": [.allowed, .scope, .minor], "related names": [.allowed, .masked],
  ]
  private static let seen: [Verdict] = [.allowed, .masked, .scope, .consent, .guardian]
  private static let opened: [Verdict] = [.allowed, .scope, .consent, .guardian, .minor]

  @Test func everySurfaceObeys() async throws {
    var tally = SurfaceTally()
    try await withThrowingTaskGroup(of: SurfaceTally.self) { group in
      for (number, engine) in TestDatabase.engines.enumerated() {
        group.addTask {
          let seed = Self.seed + UInt64(number)
          let time = TestTime(TestDatabase.clock.now())
          let found = try await WebWorld.open(
            on: engine, clock: time.clock, visibility: .insurer, requestsPerSecond: 1_000_000
          ) { web in try await Self.run(web, time, seed: seed) }
          print("seed \(seed) on \(engine): \(found)")
          return found
        }
      }
      for try await found in group {
        for (surface, verdicts) in found.counts {
          for (verdict, count) in verdicts { tally.add(surface, verdict, count) }
        }
      }
    }
    print("in all \(tally.total) cases: \(tally)")
    for (surface, verdicts) in Self.surfaces {
      for verdict in verdicts { #expect(tally.count(surface, verdict) > 500, "\(surface) \(verdict)") }
    }
    #expect(tally.total > 10_000)
  }

  private static func run(_ web: WebWorld, _ time: TestTime, seed: UInt64) async throws -> SurfaceTally {
    var world = try await SurfaceWorld.make(web.site.database, time, seed: seed)
    var viewers = try await viewers(web)
    var tally = SurfaceTally()
    for _ in 0..<rounds {
      try await world.live()
      // Days have passed: one signs in again.
      for place in viewers.indices {
        viewers[place].cookies = try await web.signIn(viewers[place].name).cookies
      }
      let look = SurfaceLook(web: web, model: world.model)
      for viewer in viewers {
        for purpose in [viewer.own] + SurfaceWorld.purposes {
          try await look.books(viewer, purpose, &world.random, &tally)
        }
      }
      try await look.persons(viewers, quota: quota, &world.random, &tally)
    }
    return tally
  }

  private static func viewers(_ web: WebWorld) async throws -> [Viewer] {
    let cast: [(Role, String?, Set<String>?, Purpose)] = [
      (.agent, "A1", ["A1"], .contract), (.agent, "A3", ["A3"], .contract), (.manager, "M1", ["A1", "A2"], .contract),
      (.service, nil, nil, .service), (.analyst, nil, nil, .quality),
    ]
    var viewers: [Viewer] = []
    for (role, number, agents, own) in cast {
      let staff = try await web.site.database.read(as: .system(purpose: .administration)) { tx in
        try tx.fetch(Staff.byNumbers([number].compactMap { $0 })).first?.id
      }
      let name = "\(role.rawValue)-\(number?.lowercased() ?? "all")"
      let account = try await web.account(name, role, staff: staff)
      viewers.append(
        Viewer(
          name: name, role: role, agents: agents, token: try await web.token(of: account), own: own))
    }
    return viewers
  }
}

/// One round's questions, each answer held against the model.
private struct SurfaceLook {
  let web: WebWorld
  let model: SurfaceModel

  private func ask(_ path: String, _ viewer: Viewer, _ purpose: Purpose) async throws -> APIWorld.Answer {
    let mark = path.contains("?") ? "&" : "?"
    return APIWorld.Answer(
      response: try await web.api(.get, "\(path)\(mark)purpose=\(purpose.rawValue)", token: viewer.token))
  }

  private func browse(_ path: String, _ viewer: Viewer, _ purpose: Purpose) async throws -> TestResponse {
    try await web.get("\(path)?purpose=\(purpose.rawValue)", [.cookie: viewer.cookies, .accept: "text/html"])
  }

  private func expected(_ viewer: Viewer, _ purpose: Purpose) -> [Verdict] {
    model.people.indices.map { model.verdict(viewer, purpose, $0) }
  }

  // MARK: Over a book

  func books(
    _ viewer: Viewer, _ purpose: Purpose, _ random: inout Chance, _ tally: inout SurfaceTally
  ) async throws {
    let verdicts = expected(viewer, purpose)
    let who = "\(viewer.role) for \(purpose)"
    let list = try await ask("/customers?limit=100", viewer, purpose)
    #expect(shown(list.items) == lines(verdicts, purpose), "list of \(who)")
    #expect(list.json["count"] == .number("\(verdicts.count { $0 == .allowed || $0 == .masked })"), "count of \(who)")
    for name in SurfaceWorld.names.shuffled(using: &random).prefix(4) {
      let answer = try await ask("/customers?limit=100&q=\(FormFields.encode(name))", viewer, purpose)
      #expect(shown(answer.items) == lines(verdicts, purpose, named: name), "search of \(who)")
      for (place, verdict) in verdicts.enumerated() where model.people[place].name == name {
        tally.add("search", verdict)
      }
    }
    let file = try await browse("/customers/export.csv", viewer, purpose).text
    for (place, verdict) in verdicts.enumerated() {
      let line = file.split(whereSeparator: \.isNewline).first { $0.contains(model.people[place].id.description) }
      #expect((line != nil) == (verdict == .allowed || verdict == .masked), "export of \(who): \(verdict)")
      #expect(line?.contains(model.people[place].mobile) ?? false == (verdict == .allowed), "export of \(who)")
      for surface in ["list", "count", "export"] { tally.add(surface, verdict) }
    }
    guard SurfaceModel.needsRecords(purpose) else { return }
    let policies = try await ask("/policies?limit=100", viewer, purpose).items.compactMap { $0["policy_no"]?.text }
    for contract in model.contracts {
      let verdict = model.verdict(viewer, purpose, contract)
      tally.add("policies", verdict)
      #expect(policies.contains(contract.number) == (verdict == .allowed), "\(contract.number) of \(who): \(verdict)")
    }
  }

  private func shown(_ items: [JSONValue]) -> [String] {
    items.map { "\($0["id"]?.text ?? "") \($0["mobile"]?.text ?? "")" }.sorted()
  }

  private func lines(_ verdicts: [Verdict], _ purpose: Purpose, named name: String? = nil) -> [String] {
    verdicts.enumerated().filter { place, verdict in
      (verdict == .allowed || verdict == .masked) && (name == nil || model.people[place].name == name)
    }.map { place, verdict in
      let person = model.people[place]
      let masked = purpose == .personalisation ? "" : "138****\(person.mobile.suffix(4))"
      return "\(person.id) \(verdict == .allowed ? person.mobile : masked)"
    }.sorted()
  }

  // MARK: Of one person

  /// People and viewers in random order, until each outcome of each surface has come up often enough.
  func persons(
    _ viewers: [Viewer], quota: Int, _ random: inout Chance, _ tally: inout SurfaceTally
  ) async throws {
    let before = tally
    func isWanted(_ surface: String, _ verdict: Verdict) -> Bool {
      tally.count(surface, verdict) - before.count(surface, verdict) < quota
    }
    let cases = viewers.flatMap { viewer in
      ([viewer.own] + SurfaceWorld.purposes).flatMap { purpose in
        model.people.indices.map { (viewer, purpose, $0) }
      }
    }.shuffled(using: &random)
    for (viewer, purpose, place) in cases {
      let verdict = model.profile(viewer, purpose, place)
      for surface in ["one", "overview", "page"] where isWanted(surface, verdict) {
        tally.add(surface, verdict)
        try await self.person(surface, viewer, purpose, place, verdict)
      }
      let presence = verdict == .masked ? Verdict.allowed : verdict
      if isWanted("timeline", presence) {
        tally.add("timeline", presence)
        let answer = try await ask("/customers/\(model.people[place].id)/timeline", viewer, purpose)
        #expect(answer.status == Self.status(presence), "timeline: \(viewer.role) \(purpose) \(presence)")
      }
      guard SurfaceModel.needsRecords(purpose) else { continue }
      for surface in ["policies of one", "contacts"] where isWanted(surface, presence) {
        tally.add(surface, presence)
        try await records(surface, viewer, purpose, place, presence)
      }
      guard purpose == viewer.own, isWanted("relations", presence) || isWanted("related names", .masked) else {
        continue
      }
      tally.add("relations", presence)
      try await relations(viewer, place, presence, &tally)
    }
  }

  private static func status(_ verdict: Verdict) -> Int {
    switch verdict {
    case .allowed, .masked: 200
    case .scope, .consent, .guardian: 404
    case .minor: 403
    }
  }

  private func person(
    _ surface: String, _ viewer: Viewer, _ purpose: Purpose, _ place: Int, _ verdict: Verdict
  ) async throws {
    let person = model.people[place]
    let path = "/customers/\(person.id)"
    let isThere = verdict == .allowed || verdict == .masked
    let note = "\(surface): \(viewer.role) for \(purpose), \(verdict)"
    if surface == "page" {
      let page = try await browse(path, viewer, purpose)
      #expect(page.status.code == Self.status(verdict), "\(note)")
      #expect(page.text.contains(person.mobile) == (verdict == .allowed), "\(note)")
      return
    }
    let answer = try await ask(surface == "one" ? path : "\(path)/overview", viewer, purpose)
    #expect(answer.status == Self.status(verdict), "\(note)")
    let json = surface == "one" ? answer.json : answer.json["customer"] ?? .null
    let whole = verdict == .allowed ? person.mobile : nil
    let masked = verdict == .masked && purpose != .personalisation ? "138****\(person.mobile.suffix(4))" : nil
    #expect(json["mobile"]?.text == whole ?? masked, "\(note)")
    guard isThere, surface == "overview" else { return }
    let policies = answer.json["policies"]?.elements.compactMap { $0["policy_no"]?.text }
    let expected = SurfaceModel.needsRecords(purpose) ? model.contracts(viewer, of: place) : nil
    #expect(policies.map { Set($0) } == expected, "\(note)")
  }

  private func records(
    _ surface: String, _ viewer: Viewer, _ purpose: Purpose, _ place: Int, _ verdict: Verdict
  ) async throws {
    let id = model.people[place].id
    let answer = try await ask(
      surface == "contacts" ? "/interactions?customer=\(id)" : "/policies?customer=\(id)", viewer, purpose)
    let note = "\(surface): \(viewer.role) for \(purpose), \(verdict)"
    #expect(answer.status == Self.status(verdict), "\(note)")
    guard verdict == .allowed else { return }
    if surface == "contacts" {
      #expect(answer.items.count == 1, "\(note)")
    } else {
      let numbers = Set(answer.items.compactMap { $0["policy_no"]?.text })
      #expect(numbers == model.contracts(viewer, of: place), "\(note)")
    }
  }

  private func relations(
    _ viewer: Viewer, _ place: Int, _ verdict: Verdict, _ tally: inout SurfaceTally
  ) async throws {
    let answer = try await ask("/customers/\(model.people[place].id)/relationships", viewer, viewer.own)
    #expect(answer.status == Self.status(verdict))
    guard verdict == .allowed else { return }
    let expected = model.related(viewer, viewer.own, of: place)
    var found: [ID<Customer>?: Int] = [:]
    for item in answer.items { found[item["customer"]?.text.flatMap { ID<Customer>($0) }, default: 0] += 1 }
    #expect(found == expected, "relations of \(model.people[place].id) for \(viewer.role)")
    for (id, count) in expected {
      for _ in 0..<count { tally.add("related names", id == nil ? .masked : .allowed) }
    }
  }
}
