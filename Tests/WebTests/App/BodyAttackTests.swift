import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// What is sent in bodies: driven by the contract, so that a new operation is among them.
@Suite struct BodyAttackTests {
  private struct Operation: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let scope: Permission
    var name: String { "\(method.rawValue) \(path)" }
    /// With ids in their form, of nothing that is there.
    var address: String {
      let id: String =
        switch path.split(separator: "/").first {
        case "customers": "\(ID<Customer>(7_000_000_001))"
        case "tasks": "\(ID<WorkTask>(7_000_000_001))"
        case "leads": "\(ID<Lead>(7_000_000_001))"
        case "policies": "\(ID<Policy>(7_000_000_001))"
        case "departures": "\(ID<Departure>(7_000_000_001))"
        case "departure-notices": "\(ID<DepartureNotice>(7_000_000_001))"
        case "complaints": "\(ID<Complaint>(7_000_000_001))"
        case "events": "\(ID<FeedLetter>(7_000_000_001))"
        case "webhooks": "\(ID<Webhook>(7_000_000_001))"
        default: "X-1"
        }
      return path.replacing("{id}", with: id).replacing("{demand}", with: "\(ID<PremiumNotice>(7_000_000_001))")
    }
  }

  /// Operations whose body is an object of JSON. CloudEvents are read by their own rules (`FeedAPITests`).
  private static func operations(_ site: Site) throws -> [Operation] {
    let paths = try Contract.load().document["paths"]
    return Features.named(site).compactMap { route in
      guard case .api(let scope) = route.door, let method = HTTPRequest.Method(route.method) else { return nil }
      let described = paths?[route.path]?[route.method.lowercased()]?["requestBody"]?["content"]
      let isEvent = route.path == "/api/v1/events" || route.path.hasSuffix("/retries")
      guard described?["application/json"] != nil, !isEvent else { return nil }
      return Operation(method: method, path: String(route.path.dropFirst("/api/v1".count)), scope: scope)
    }
  }

  private func each(_ body: @escaping @Sendable (APIWorld, Operation, String) async throws -> Void) async throws {
    try await APIWorld.open { world in
      let operations = try Self.operations(world.web.site)
      #expect(operations.count > 20)
      var tokens: [Role: String] = [:]
      for operation in operations {
        let role = try #require(
          [Role.service, .steward, .compliance, .admin].first { Roles.rule($0).permissions.contains(operation.scope) })
        if tokens[role] == nil { tokens[role] = try await world.token(role) }
        try await body(world, operation, tokens[role] ?? "")
      }
    }
  }

  /// Members that a record has and nobody may set, or that no record has.
  @Test func nothingIsAssignedByTheWay() async throws {
    let members = ["id", "version", "created_by", "is_admin", "scope", "permissions", "_id", "constructor"]
    let body = "{" + members.map { "\"\($0)\": \"1\"" }.joined(separator: ", ") + "}"
    try await each { world, operation, token in
      let answer = try await world.ask(operation.method, operation.address, token, body: body)
      guard answer.status == 422 else {
        Issue.record("\(operation.name) answered \(answer.status) \(answer.response.text)")
        return
      }
      let refused = Set(answer.fields)
      // Acts that need a value first may say only that; whatever they say, they took none of it.
      let isWhole = members.allSatisfy { refused.contains("\($0) UNKNOWN_FIELD") }
      let isMissing = answer.fields.contains { $0.hasSuffix(" REQUIRED") }
      #expect(isWhole || isMissing, "\(operation.name): \(answer.fields)")
    }
  }

  /// A grade that a customer's own data have, a purpose that nobody has agreed to: refused by name.
  @Test func whatNobodyMayCollectIsRefusedByName() async throws {
    try await each { world, operation, token in
      guard operation.path == "/customers" || operation.path == "/customers/{id}" else { return }
      let body = #"{"name": "周晓", "genetic_test": "阳性", "religion": "无"}"#
      let answer = try await world.ask(operation.method, operation.address, token, body: body)
      #expect(
        answer.fields.contains("genetic_test CATEGORY_OFF") && answer.fields.contains("religion PURPOSE_REQUIRED"))
    }
  }

  @Test func deepAndBrokenBodiesAreRefusedEverywhere() async throws {
    let deep = String(repeating: "{\"a\":", count: 900) + "1" + String(repeating: "}", count: 900)
    let list = String(repeating: "[", count: 20_000)
    try await each { world, operation, token in
      for (body, code) in [(deep, "JSON_TOO_DEEP"), (list, "JSON_TOO_DEEP"), ("{", "JSON_MALFORMED")] {
        let answer = try await world.ask(operation.method, operation.address, token, body: body)
        #expect(answer.status == 400 && answer.code == code, "\(operation.name) answered \(answer.status)")
      }
      let wide = try await world.ask(operation.method, operation.address, token, body: "[]")
      #expect(wide.status == 422, "\(operation.name) took a list: \(wide.status)")
    }
  }

  /// Events are kept, whatever is in them; what is no JSON at all is not.
  @Test func deepEventsAreRefused() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.admin)
      let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
      let headers: HTTPFields = [.contentType: CloudEvents.batched]
      let answer = try await world.web.api(.post, "/events", token: token, body: deep, headers)
      #expect(answer.status == .badRequest && answer.text.contains("JSON_TOO_DEEP"))
    }
  }

  // MARK: Once

  private static let creations: [(path: String, body: String, other: String)] = [
    (
      "/tasks", #"{"title": "给李岚回电", "customer": "LAN", "role": "service"}"#,
      #"{"title": "给李岚写信", "customer": "LAN", "role": "service"}"#
    ),
    (
      "/leads", #"{"name": "周晓", "mobile": "13812340077", "origin": "web"}"#,
      #"{"name": "周晓", "mobile": "13812340078", "origin": "web"}"#
    ),
    (
      "/applications",
      #"{"application_no": "TB7", "stage": "entered", "at": "2026-11-15", "customer": "LAN", "product": "L1"}"#,
      #"{"application_no": "TB8", "stage": "entered", "at": "2026-11-15", "customer": "LAN", "product": "L1"}"#
    ),
    (
      "/complaints", #"{"customer": "LAN", "channel": "phone", "topic": "claims", "said": "理赔太慢"}"#,
      #"{"customer": "LAN", "channel": "phone", "topic": "claims", "said": "理赔太慢了"}"#
    ),
    (
      "/interactions", #"{"customer": "LAN", "channel": "phone", "direction": "in"}"#,
      #"{"customer": "LAN", "channel": "phone", "direction": "out"}"#
    ),
    ("/customers", #"{"name": "周晓"}"#, #"{"name": "周小"}"#),
    ("/customers/LAN/relationships", #"{"to": "MIN", "kind": "spouse"}"#, #"{"to": "MIN", "kind": "other"}"#),
    (
      "/customers/LAN/consents",
      #"{"purpose": "marketing", "category": "none", "decision": "given", "text_version": 1}"#,
      #"{"purpose": "marketing", "category": "none", "decision": "refused", "text_version": 1}"#
    ),
  ]

  @Test(arguments: TestDatabase.engines) func aKeyIsAnsweredOnce(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let other = try await world.token(.admin)
      func filled(_ text: String) -> String {
        text.replacing("LAN", with: "\(world.lan)").replacing("MIN", with: "\(world.min)")
      }
      func log() async throws -> Int {
        try await TestDatabase.settle(world.web.site.database)
        return try await world.web.site.database.read(as: .system(purpose: .audit)) { tx in
          try Events.after(.start, limit: 10_000, in: tx).count
        }
      }
      for (place, creation) in Self.creations.enumerated() {
        let key: HTTPFields = [.idempotencyKey: "key-\(place)"]
        let (path, body) = (filled(creation.path), filled(creation.body))
        let first = try await world.ask(.post, path, token, body: body, key)
        #expect(first.status == 201, "\(path): \(first.response.text)")
        let events = try await log()
        let again = try await world.ask(.post, path, token, body: body, key)
        #expect(again.status == 201 && again.response.text == first.response.text, "\(path)")
        #expect(again.response.headers[.location] == first.response.headers[.location])
        let changed = try await world.ask(.post, path, token, body: filled(creation.other), key)
        #expect(changed.status == 422, "\(path) took another body under the key: \(changed.status)")
        // The key of one is no key of another: what he is answered is his own.
        let stranger = try await world.ask(.post, path, other, body: filled(creation.other), key)
        #expect(stranger.response.text != first.response.text, "\(path)")
        if stranger.status >= 400 { #expect(try await log() == events) }
      }
      // Under one key only one address.
      let moved = try await world.ask(
        .post, "/leads", token, body: filled(Self.creations[0].body), [.idempotencyKey: "key-0"])
      #expect(moved.status == 422)
    }
  }
}
