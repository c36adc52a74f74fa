import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing

@testable import Web

@Suite struct DocsTests {
  @Test func everyRouteIsDescribedAndEveryDescriptionHasARoute() async throws {
    try await WebWorld.open { world in
      let contract = try Contract.load()
      let routes = Set(
        Features.named(world.site).filter { $0.path.hasPrefix("/api/") }.map { "\($0.method) \($0.path)" })
      var described: Set<String> = []
      for path in contract.document["paths"]?.members ?? [] where path.name.hasPrefix("/api/") {
        for member in path.value.members where member.name != "parameters" {
          described.insert("\(member.name.uppercased()) \(path.name)")
        }
      }
      #expect(routes.subtracting(described).sorted() == [])
      #expect(described.subtracting(routes).sorted() == [])
    }
  }

  @Test func theContractIsServedAndShown() async throws {
    try await WebWorld.open { world in
      let served = try await world.get("/openapi.json")
      #expect(served.headers[.contentType] == "application/json")
      #expect(served.text.hasPrefix("{\"openapi\":\"3.1.0\""))
      let page = try await world.get("/docs?lang=en", [.accept: "text/html"])
      #expect(page.status == .ok)
      for text in ["/api/v1/customers/{id}/overview", "CustomerCreate", "Idempotency-Key"] {
        #expect(page.text.contains(text), "\(text)")
      }
      #expect(!page.text.contains("style="))
    }
  }
}
