import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct WorkbenchPagesTests {
  @Test(arguments: TestDatabase.engines) func theDayBeginsWithMyOwn(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let page = try await browser.page("/")
      #expect(page.contains("何静") && page.contains("李岚") && !page.contains("王敏"))
      #expect(page.contains("K0001"), "a claim beyond its deadline")
    }
  }

  @Test func whoSeesNoCustomersGoesToSettings() async throws {
    try await WebWorld.open { world in
      try await world.account("admin", .admin)
      let page = try await world.signIn("admin").get("/")
      #expect(page.text.contains("No claims near their deadline") || page.text.contains("没有临近时限的理赔"))
    }
  }
}
