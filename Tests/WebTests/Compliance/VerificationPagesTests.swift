import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct VerificationPagesTests {
  @Test(arguments: TestDatabase.engines) func theLogsAreProvenWhole(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.compliance)
      #expect(try await browser.page("/compliance/verification").contains("Not verified yet"))
      let answer = try await browser.post("/compliance/verification", [:], from: "/compliance/verification")
      #expect(answer.status == .ok)
      #expect(answer.text.contains("notice good"))
    }
  }
}
