import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct SettingsPagesTests {
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
