import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import TestKit
import Testing

@testable import Web

/// What somebody sends who wants to see the API fall over, or more than is his.
@Suite struct AttackTests {
  @Test func bodiesAreLimitedInSizeAndDepth() async throws {
    var limits = Site.Limits()
    limits.bodyBytes = 10_000
    try await APIWorld.open(limits: limits) { world in
      let token = try await world.token(.service)
      let huge = #"{"name": ""# + String(repeating: "a", count: 20_000) + #""}"#
      #expect(try await world.ask(.post, "/customers", token, body: huge).status == 413)
      let deep = String(repeating: "{\"a\":", count: 900) + "1" + String(repeating: "}", count: 900)
      let answer = try await world.ask(.post, "/customers", token, body: deep)
      #expect(answer.status == 400)
      #expect(answer.code == "JSON_TOO_DEEP")
    }
  }

  @Test(arguments: ["", "{", "{\"name\": }", "\u{FEFF}{}", "{\"name\":\"a\"} x", "name=a"])
  func whatIsNoJSONIsARequestThatCannotBeRead(_ body: String) async throws {
    try await APIWorld.open { world in
      let answer = try await world.ask(.post, "/customers", world.token(.service), body: body)
      #expect(answer.status == 400)
      #expect(answer.code == "JSON_MALFORMED")
    }
  }

  @Test func otherTypesAreNotRead() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      for type in [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "",
      ] {
        let answer = try await world.web.client.execute(
          uri: "/api/v1/customers", method: .post,
          headers: [.authorization: "Bearer \(token)", .contentType: type], body: ByteBuffer(string: "{}"))
        #expect(answer.status == .unsupportedMediaType, "\(type)")
      }
    }
  }

  @Test func headersOfAnswersAreOurOwn() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      for id in ["CU-1%0d%0aSet-Cookie:a=b", "%0d%0a", "..%2f..%2fetc", "CU-0000-0000-0000-11%00", "'%20OR%201=1--"] {
        let answer = try await world.web.api(.get, "/customers/\(id)", token: token)
        #expect([400, 404].contains(answer.status.code), "\(id)")
        #expect(answer.headers[.setCookie] == nil)
      }
      let key: HTTPFields = [.idempotencyKey: "a b"]
      #expect(try await world.ask(.post, "/customers", token, body: #"{"name": "周周"}"#, key).status == 422)
    }
  }

  @Test(arguments: [
    "q=%ff", "limit=-1", "limit=1e3", "limit=9999999999999999999", "limit=", "after=0", "after=%00", "sort=name",
    "sort=pinyin;DROP", "unknown=1", "limit=1&limit=2", "line=Life", "q=", "stage=claim'--",
  ])
  func queriesAreReadStrictly(_ query: String) async throws {
    try await APIWorld.open { world in
      let answer = try await world.ask(.get, "/customers?\(query)", world.token(.service))
      #expect([400, 422].contains(answer.status), "\(query) answered \(answer.status)")
    }
  }

  @Test func tokensOfOthersOpenNothing() async throws {
    try await APIWorld.open { world in
      for token in ["", "x", "anban_", "anban_" + String(repeating: "A", count: 5_000)] {
        #expect(try await world.ask(.get, "/customers", token).status == 401)
      }
      let answer = try await world.web.client.execute(
        uri: "/api/v1/customers", method: .get, headers: [.authorization: "Basic YWRtaW46YWRtaW4="])
      #expect(answer.status == .unauthorized)
    }
  }

  @Test func anotherMethodIsNotAllowed() async throws {
    try await APIWorld.open { world in
      let answer = try await world.web.api(.delete, "/customers/\(world.lan)", token: world.token(.admin))
      #expect(answer.status == .methodNotAllowed)
      #expect(answer.headers[.allow] == "GET, PATCH")
      #expect(answer.headers[.contentType] == "application/problem+json")
    }
  }
}
