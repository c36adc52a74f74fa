import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct CompliancePagesTests {
  @Test func looksAreListedWithWhoAndWhy() async throws {
    try await WebWorld.open { world in
      let admin = try await world.account("admin", .admin)
      let access = Access(
        actor: admin.actor, role: .admin, purpose: .contract, scope: .all, permissions: [], sees: [], staffID: 0,
        surface: "page", address: "10.0.0.7")
      for number in 1...60 {
        let look = AccessRecord(.view, subjects: [Int64(number)], what: "overview")
        try await world.site.database.read(as: access, logging: look) { _ in }
      }
      let browser = try await world.signIn("admin")
      let page = try await browser.get("/compliance?lang=en")
      #expect(page.text.contains("10.0.0.7") && page.text.contains("Contract") && page.text.contains("Overview"))
      #expect(page.text.contains("\(ID<Customer>(60))") && !page.text.contains("\(ID<Customer>(10))"))
      let next = try #require(page.text.firstMatch(of: /rel="next" href="([^"]+)"/)).output.1
      let second = try await browser.get("/compliance\(next.replacing("&amp;", with: "&"))")
      #expect(second.text.contains("\(ID<Customer>(10))") && !second.text.contains("\(ID<Customer>(11))"))
      let one = try await browser.get("/compliance?customer=\(ID<Customer>(7))&who=admin")
      #expect(one.text.contains("\(ID<Customer>(7))") && !one.text.contains("\(ID<Customer>(8))"))
    }
  }

  @Test func onlyWhoMayAudit() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .agent)
      #expect(try await world.signIn("hejing").get("/compliance").status == .forbidden)
    }
  }
}
