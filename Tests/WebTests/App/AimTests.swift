import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// What each route that reads is for: a new one that nobody thought about fails here.
@Suite struct AimTests {
  private static let reading: [Routes.Aim: [String]] = [
    .named: [
      "/", "/stream", "/api/v1/stream", "/api/v1/claims", "/api/v1/claims/{id}", "/api/v1/customers",
      "/api/v1/customers/{id}",
      "/api/v1/customers/{id}/access", "/api/v1/customers/{id}/changes", "/api/v1/customers/{id}/facts",
      "/api/v1/customers/{id}/overview",

      "/api/v1/customers/{id}/relationships", "/api/v1/customers/{id}/timeline", "/api/v1/interactions",
      "/api/v1/policies", "/api/v1/policies/{id}", "/claims", "/claims/{id}", "/customers", "/customers/export",
      "/customers/export.csv", "/customers/{id}", "/customers/{id}/access", "/customers/{id}/claims",
      "/customers/{id}/corrections", "/customers/{id}/interactions", "/customers/{id}/policies",
      "/customers/{id}/relationships", "/customers/{id}/timeline", "/policies", "/policies/{id}",
      "/tasks", "/tasks/export.csv", "/tasks/{id}", "/api/v1/tasks", "/api/v1/tasks/{id}", "/leads", "/leads/{id}",
      "/applications",
      "/applications/{id}", "/api/v1/applications", "/api/v1/applications/{id}",
      "/api/v1/leads", "/api/v1/leads/{id}", "/api/v1/webhooks/{id}/deliveries/{delivery}",
      "/settings/webhooks/{id}/deliveries/{delivery}",
    ],
    .own: [
      "/api/v1/complaints", "/api/v1/complaints/{id}", "/complaints", "/complaints/new", "/complaints/{id}",
      "/api/v1/customers/{id}/consents", "/customers/new", "/customers/{id}/consents", "/customers/{id}/edit",
      "/customers/{id}/grant",
      "/customers/{id}/interactions/new", "/api/v1/notices", "/tasks/new", "/leads/new",
      "/leads/{id}/visit", "/customers/{id}/visit", "/settings/webhooks/new", "/settings/webhooks/{id}/edit",
    ],
    .fixed(.contract): [
      "/api/v1/premiums", "/premiums", "/premiums/export.csv", "/premiums/{id}", "/departures", "/departures/new",
      "/departures/{id}", "/departures/{id}/handover", "/departures/orphans", "/departures/orphans/export.csv",
      "/departures/orphans/handover", "/departures/notices", "/departures/notices/export.csv",
      "/departures/handovers/{id}", "/departures/handovers/{id}/progress", "/api/v1/departures",
      "/api/v1/departures/{id}", "/api/v1/departures/{id}/preview", "/api/v1/handovers/{id}", "/api/v1/orphans",
      "/api/v1/departure-notices",
    ],
    .fixed(.intake): [
      "/api/v1/imports", "/api/v1/imports/{id}", "/api/v1/imports/{id}/findings", "/imports", "/imports/mapping",
      "/imports/new", "/imports/{id}", "/imports/{id}/progress", "/imports/{id}/report.csv",
      "/api/v1/events/letters", "/api/v1/events/letters/{id}", "/settings/events/letters",
      "/settings/events/letters/{id}",
    ],
    .fixed(.audit): [
      "/api/v1/audit", "/compliance", "/compliance/grants", "/compliance/looks/{place}", "/compliance/verification",
    ],
    .fixed(.administration): [
      "/api/v1/jobs", "/api/v1/jobs/{id}", "/settings/jobs",
    ],
    .nobody: [
      "/api/v1/facts", "/api/v1/products", "/api/v1/products/{code}", "/api/v1/purposes", "/api/v1/staff",
      "/api/v1/staff/{number}", "/api/v1/events/counts", "/api/v1/events/types", "/settings/events",
      "/more", "/settings", "/settings/products", "/settings/roles", "/settings/sessions", "/settings/staff",
      "/settings/tokens", "/settings/view-as", "/settings/webhooks", "/settings/webhooks/{id}", "/api/v1/webhooks",
      "/api/v1/webhooks/types", "/api/v1/webhooks/{id}", "/api/v1/webhooks/{id}/deliveries",
    ],
  ]

  @Test func everyReadingRouteIsForSomething() async throws {
    try await WebWorld.open { world in
      var found: [Routes.Aim: [String]] = [:]
      for route in Features.named(world.site) where route.method == "GET" && route.door != .open {
        found[route.aim, default: []].append(route.path)
      }
      for aim in Set(found.keys).union(Self.reading.keys) {
        #expect(Set(found[aim] ?? []) == Set(Self.reading[aim] ?? []), "\(aim)")
      }
    }
  }

  /// What acts, acts for the role's own work.
  @Test func actsAreOnesOwnWork() async throws {
    try await WebWorld.open { world in
      for route in Features.named(world.site) where route.method != "GET" && route.door != .open {
        #expect(route.aim == .own, "\(route.method) \(route.path)")
      }
    }
  }

  @Test func theContractNamesThePurposeWhereOneMayBeNamed() async throws {
    let contract = try Contract.load()
    try await WebWorld.open { world in
      for route in Features.named(world.site) where route.method == "GET" {
        guard case .api = route.door else { continue }
        let operation = contract.document["paths"]?[route.path]?["get"]
        let names = (operation?["parameters"]?.elements ?? []).compactMap { $0["$ref"]?.text }
        let isNamed = names.contains("#/components/parameters/Purpose")
        #expect(isNamed == (route.aim == .named), "\(route.path)")
      }
    }
  }

  /// Every route that shows persons asks for the purpose, refuses one that is not the role's, and shows nobody of whom
  /// the purpose knows no consent. A stream does not end: LiveStreamTests ask it; a webhook's message is no agent's:
  /// WebhookAPITests ask for it.
  @Test(arguments: TestDatabase.engines) func everyDoorHearsThePurpose(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.token(.agent, staff: "A1")
      let claims = try await world.token(.claims, staff: "C1")
      let policy = try #require(try await world.ask(.get, "/policies", agent).items.first?["id"]?.text)
      let claim = try #require(try await world.ask(.get, "/claims", agent).items.first?["id"]?.text)
      let toDo = #"{"title": "问候", "customer": "\#(world.lan)"}"#
      let task = try #require(try await world.ask(.post, "/tasks", agent, body: toDo).json["id"]?.text)
      let asks = #"{"name": "周晓", "mobile": "13812340077", "origin": "web"}"#
      let lead = try #require(try await world.ask(.post, "/leads", agent, body: asks).json["id"]?.text)
      let application = try await world.web.site.database.act(as: .system(purpose: .contract)) { tx in
        let first = [
          "application_no": "TB1", "stage": "entered", "at": "2026-11-20T09:00:00+08:00", "customer": "\(world.lan)",
          "product": "L1", "servicing_agent": "A1",
        ]
        return try Applications.tell(first, source: "core", in: tx)
      }
      let askedElsewhere: Set<String> = ["/api/v1/stream", "/api/v1/webhooks/{id}/deliveries/{delivery}"]
      for path in (Self.reading[.named] ?? []).sorted()
      where path.hasPrefix("/api/v1") && !askedElsewhere.contains(path) {
        var path = String(path.dropFirst("/api/v1".count))
        path.replace("/customers/{id}", with: "/customers/\(world.lan)")
        path.replace("/policies/{id}", with: "/policies/\(policy)")
        path.replace("/claims/{id}", with: "/claims/\(claim)")
        path.replace("/applications/{id}", with: "/applications/\(application)")
        path.replace("/leads/{id}", with: "/leads/\(lead)")
        path.replace("/tasks/{id}", with: "/tasks/\(task)")
        if path == "/interactions" { path += "?customer=\(world.lan)&" } else { path += "?" }
        #expect(try await world.ask(.get, path + "purpose=contract", agent).status == 200, "\(path)")
        let unknown = try await world.ask(.get, path + "purpose=fun", agent)
        #expect(unknown.fields == ["purpose ENUM_UNKNOWN"], "\(path)")
        #expect(try await world.ask(.get, path + "purpose=marketing", claims).code == "PURPOSE_FORBIDDEN", "\(path)")
        let hidden = try await world.ask(.get, path + "purpose=personalisation", agent)
        #expect(hidden.status == 404 || hidden.status == 403 || hidden.items.isEmpty && hidden.status == 200, "\(path)")
      }
      let logged = try await world.web.site.database.read(as: .system(purpose: .audit)) { tx in
        try tx.fetch(AccessLog.looks(at: world.lan.raw, limit: 200)).map(\.purpose)
      }
      #expect(Set(logged) == ["contract", "personalisation", "claims"])
    }
  }

  /// A browser that looks for a purpose carries it from page to page, says so, and goes back.
  @Test func pagesCarryThePurpose() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.agent, staff: "A1")
      #expect(try await browser.page("/customers").contains("李岚"))
      let cookie = browser.cookies + "; purpose=marketing"
      let headers: HTTPFields = [.cookie: cookie, .accept: "text/html", .acceptLanguage: "en"]
      for path in ["/customers", "/policies", "/claims", "/"] {
        let page = try await world.web.get(path, headers)
        #expect(!page.text.contains("李岚"), "\(path)")
        #expect(page.text.contains("You are looking for “Marketing”") || page.status == .forbidden, "\(path)")
      }
      let hidden = try await world.web.get("/customers/\(world.lan)", headers)
      #expect(hidden.status == .notFound && hidden.text.contains("You are looking for “Marketing”"))
      let own = try await world.web.get("/customers/\(world.lan)/consents", headers)
      #expect(own.status == .ok && !own.text.contains("You are looking for"))
      let chosen = try await browser.post("/preferences", ["purpose": "marketing"], from: "/customers")
      #expect(chosen.headers[values: .setCookie].contains { $0.hasPrefix("purpose=marketing; Path=/; HttpOnly") })
      for (from, to) in [
        ("/customers?status=active", "/customers"), ("/policies", "/customers"), ("/claims?due=soon", "/customers"),
        ("/customers/\(world.lan)", "/customers/\(world.lan)"), ("/", "/"), ("/settings/roles", "/settings/roles"),
      ] {
        let answer = try await browser.post("/preferences", ["purpose": "marketing"], from: from)
        #expect(answer.headers[.location] == to, "\(from)")
      }
      let back = try await browser.post("/preferences", ["purpose": "contract"], from: "/customers")
      #expect(back.headers[values: .setCookie].contains { $0.hasPrefix("purpose=; Path=/; Max-Age=0") })
      let claims = try await world.browser(.claims, staff: "C1")
      let kept = try await world.web.get("/claims", [.cookie: claims.cookies + "; purpose=marketing"])
      #expect(kept.status == .ok && !kept.text.contains("You are looking for"))
    }
  }
}
