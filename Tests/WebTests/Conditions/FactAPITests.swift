import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct FactAPITests {
  private func filter(_ json: String) -> String { FormFields.encode(json) }

  @Test(arguments: TestDatabase.engines) func aConditionNarrowsTheList(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let holds = filter(#"{"all":[{"fact":"claims.all","op":"gte","value":1}]}"#)
      let found = try await world.ask(.get, "/customers?filter=\(holds)", token)
      #expect(found.items.map { $0["name"]?.text } == ["李岚"])
      #expect(found.json["facts_are_fresh"] == .bool(true) && found.json["count"] == .number("1"))
      let none = filter(#"{"fact":"claims.all","op":"eq","value":0}"#)
      let others = try await world.ask(.get, "/customers?filter=\(none)", token)
      #expect(others.items.map { $0["name"]?.text } == ["王敏"])
      let searched = try await world.ask(.get, "/customers?q=%E6%9D%8E&filter=\(none)", token)
      #expect(searched.items.isEmpty)
    }
  }

  @Test func faultsAreNamedWithTheirPlace() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      func fields(_ json: String, of token: String, _ more: String = "") async throws -> [String] {
        try await world.ask(.get, "/customers?filter=\(filter(json))\(more)", token).fields
      }
      #expect(try await fields("{}", of: token) == ["filter CONDITION_MALFORMED"])
      #expect(
        try await fields(#"{"any":[{"fact":"genetic.risk","op":"is","value":true}]}"#, of: token)
          == ["filter.any[0].fact FACT_WALLED"])
      let claims = #"{"fact":"claims.critical_illness","op":"gt","value":0}"#
      #expect(try await fields(claims, of: token) == ["filter.fact FACT_PURPOSE"])
      let age = #"{"fact":"person.age","op":"gte","value":18}"#
      #expect(try await fields(age, of: token, "&purpose=marketing") == ["filter.fact FACT_PURPOSE"])
      let narrow = try await world.token(.service, scopes: [.read(.customer)])
      #expect(
        try await fields(#"{"fact":"policies.held","op":"gt","value":0}"#, of: narrow) == ["filter.fact FACT_SCOPE"])
      let deep = String(repeating: "[", count: 2_000)
      #expect(try await fields(deep, of: token) == ["filter CONDITION_DEPTH"])
    }
  }

  @Test func explainsOnePersonAndListsTheCatalogue() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      let catalogue = try await world.ask(.get, "/facts", token)
      #expect(catalogue.items.count >= 60)
      #expect(catalogue.items.allSatisfy { $0["name_zh"] != nil && $0["name_en"] != nil })
      let id = try #require(try await world.ask(.get, "/customers?q=%E6%9D%8E", token).items.first?["id"]?.text)
      let asked = filter(#"{"any":[{"fact":"policies.held","op":"gt","value":5},{"fact":"person.age","op":"known"}]}"#)
      let answer = try await world.ask(.get, "/customers/\(id)/facts?filter=\(asked)", token)
      #expect(answer.json["finding"]?["holds"] == .bool(true))
      let parts = answer.json["finding"]?["any"]?.elements ?? []
      #expect(parts.map { $0["holds"] } == [.bool(false), .bool(true)])
      #expect(parts.first?["by"]?["value"] == .number("1"))
      let change = answer.items.first { $0["key"]?.text == "contacts.enquiry_change" }
      #expect(change?["missing"]?.text == "withheld" && change?["purpose"]?.text == "personalisation")
      let stranger = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/customers/\(id)/facts", stranger).status == 404)
    }
  }
}
