import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct InteractionPagesTests {
  @Test(arguments: TestDatabase.engines) func aContactIsRecordedAndShown(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let form = "/customers/\(world.lan)/interactions/new"
      let values = ["channel": "visit", "direction": "out", "topic": "保障检视", "summary": "约定下周面谈", "at": ""]
      let made = try await browser.post("/customers/\(world.lan)/interactions", values, from: form)
      #expect(made.status == .seeOther)
      let page = try await browser.page("/customers/\(world.lan)/interactions")
      #expect(page.contains("保障检视") && page.contains("约定下周面谈") && page.contains("Visit"))
      let wrong = try await browser.post(
        "/customers/\(world.lan)/interactions", values.merging(["channel": "pigeon"]) { $1 }, from: form)
      #expect(wrong.status == .unprocessableContent)
      #expect(wrong.text.contains("约定下周面谈"))
    }
  }
}
