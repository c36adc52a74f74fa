import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct PolicyPagesTests {
  @Test(arguments: TestDatabase.engines) func onePolicyWithAllThatIsOnIt(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let list = try await browser.page("/policies")
      #expect(list.contains("P0001") && !list.contains("P0002"))
      let path = try #require(list.firstMatch(of: /href="(\/policies\/[A-Z]+-[^"]+)"/)).output.1
      let page = try await browser.page(String(path))
      for text in ["安心终身寿险", "¥500,000", "Policyholder", "王*", "100%", "2026-01-06", "Received", "K0001"] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(page.count(of: "¥8,600.00") >= 3)
    }
  }

  @Test func filtersNarrow() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      #expect(try await browser.page("/policies?status=in_force").count(of: "data-row") == 2)
      #expect(try await browser.page("/policies?status=suspended").contains("No policies"))
      #expect(try await browser.get("/policies?q=P0002").headers[.location] == "/customers?q=P0002")
      #expect(try await browser.page("/customers?q=P0002").contains("王敏"))
    }
  }
}
