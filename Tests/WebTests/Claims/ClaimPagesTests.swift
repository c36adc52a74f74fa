import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct ClaimPagesTests {
  @Test(arguments: TestDatabase.engines) func progressDeadlineAndHealth(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let handler = try await world.browser(.claims, staff: "C1")
      let list = try await handler.page("/claims")
      let path = String(try #require(list.firstMatch(of: /href="(\/claims\/CL-[^"]+)"/)).output.1)
      let page = try await handler.page(path)
      for text in ["K0001", "Notice", "Determination", "Policy wording 5 days", "急性阑尾炎"] {
        #expect(page.contains(text), "\(text)")
      }
      let agent = try await world.browser(.agent, staff: "A1")
      #expect(try await !agent.page(path).contains("急性阑尾炎"), "agents see no diagnosis")
      let stranger = try await world.browser(.agent, staff: "A2")
      #expect(try await stranger.get(path).status == .notFound)
    }
  }
}
