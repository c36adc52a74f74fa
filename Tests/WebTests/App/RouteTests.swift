import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// Every route, without a token and with too little of one: a new route cannot be forgotten.
@Suite struct RouteTests {
  /// What stands behind the doors is of no interest here: ids are filled with something that is none.
  private func address(_ route: Routes.Route) -> String {
    route.path.replacing("**", with: "x").replacing(/\{[a-z]+\}/, with: "X-1")
  }

  private static let open: Set<String> = [
    "GET /login", "POST /login", "GET /public/**", "GET /favicon.ico", "GET /healthz", "GET /readyz", "GET /metrics",
    "GET /openapi.json", "GET /openapi.yaml", "GET /docs",
  ]

  @Test func withoutATokenNothingOpens() async throws {
    var limits = Site.Limits()
    limits.strangersPerSecond = 100_000
    try await WebWorld.open(limits: limits) { world in
      let routes = Features.named(world.site)
      #expect(routes.count > 10)
      for route in routes {
        let answer = try await world.client.execute(
          uri: address(route), method: try #require(HTTPRequest.Method(route.method)), headers: [.accept: "text/html"])
        switch route.door {
        case .open: #expect(Self.open.contains("\(route.method) \(route.path)"), "\(route) is open")
        case .page:
          #expect(answer.status == .seeOther, "\(route)")
          #expect(answer.headers[.location]?.hasPrefix("/login") == true, "\(route)")
        case .api:
          #expect(answer.status == .unauthorized, "\(route)")
          #expect(answer.headers[.contentType] == "application/problem+json", "\(route)")
          #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true, "\(route)")
        }
      }
    }
  }

  @Test func aTokenWithoutTheScopeIsForbidden() async throws {
    try await WebWorld.open { world in
      let admin = try await world.account("admin", .admin)
      for route in Features.named(world.site) {
        guard case .api(let scope) = route.door else { continue }
        let other: Permission = scope == .read(.audit) ? .read(.job) : .read(.audit)
        let token = try await world.token(of: admin, scopes: [other])
        let answer = try await world.client.execute(
          uri: address(route), method: try #require(HTTPRequest.Method(route.method)),
          headers: [.authorization: "Bearer \(token)"])
        #expect(answer.status == .forbidden, "\(route)")
      }
    }
  }

  @Test func formsOfOthersAreNotTaken() async throws {
    try await WebWorld.open { world in
      try await world.account("admin", .admin)
      let browser = try await world.signIn("admin")
      for route in Features.named(world.site) where route.method == "POST" {
        guard case .page = route.door else { continue }
        let answer = try await world.post(address(route), ["csrf": "guess"], [.cookie: browser.cookies])
        #expect([403, 404, 415].contains(answer.status.code), "\(route) answered \(answer.status)")
      }
    }
  }
}
