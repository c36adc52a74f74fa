import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct SettingsPagesTests {
  private struct PageWork: Job {
    static let name = "tests.page"
    func run(_ app: Int) async throws -> JobResult { .done }
  }

  @Test func oneSeesWhatOnesRoleUses() async throws {
    try await WebWorld.open { world in
      try await world.account("admin", .admin)
      try await world.account("hejing", .agent)
      let admin = try await world.signIn("admin").get("/settings")
      #expect(admin.text.contains("/settings/jobs") && admin.text.contains("href=\"/compliance\""))
      let agent = try await world.signIn("hejing").get("/settings")
      #expect(!agent.text.contains("/settings/jobs") && !agent.text.contains("href=\"/compliance\""))
    }
  }

  @Test func productsAreNamedAndHaveTerms() async throws {
    try await APIWorld.open { world in
      let page = try await world.browser(.admin).page("/settings/products")
      #expect(page.contains("<th scope=\"col\">Name</th>"))
      let words = try #require(world.web.site.renderer.words[.en])
      #expect(ProductPages.term("1y", words) == "1 year" && ProductPages.term("20y", words) == "20 years")
    }
  }

  @Test func whatWasNotTriedIsNotTriedAgain() async throws {
    try await APIWorld.open { world in
      let admin = try await world.browser(.admin)
      try await world.web.site.database.act(as: .system(purpose: .administration)) { tx in
        try tx.enqueue(PageWork(), unique: "page/1")
      }
      let page = try await admin.page("/settings/jobs")
      #expect(page.contains("page/1") && !page.contains("/retry"))
    }
  }

  @Test func rolesSayWhatTheySee() async throws {
    try await WebWorld.open { world in
      try await world.account("admin", .admin)
      let browser = try await world.signIn("admin")
      let page = try await browser.get("/settings/roles?lang=en")
      for role in Role.allCases {
        let name = try #require(world.site.renderer.words[.en]).label(role)
        #expect(page.text.contains(name), "\(role)")
      }
      #expect(page.text.contains("Contract health data"))
      #expect(try await browser.get("/settings/staff").text.contains("anban import staff"))
    }
  }
}
