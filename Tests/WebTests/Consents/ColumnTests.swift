import Files
import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// What a purpose does not need is not shown; what no purpose needs is not taken in.
@Suite struct ColumnTests {
  private static func agree(_ world: APIWorld, _ purpose: Purpose, _ category: Kernel.Category = .none) async throws {
    let id = world.lan
    try await world.web.site.database.act(as: .system(purpose: .service)) { tx in
      _ = try Consents.give(ConsentInput(purpose, category, textVersion: 1), for: id, in: tx)
    }
  }

  private static let always: Set<String> = [
    "id", "kind", "source", "source_id", "name", "pinyin", "channel", "created_on", "owner", "adviser", "lines",
    "stages", "version", "created_at", "updated_at", "unverified",
  ]

  @Test(arguments: TestDatabase.engines) func aPurposeShowsWhatItNeeds(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let path = "/customers/\(world.lan)"
      let expected: [(Purpose, Kernel.Category, Set<String>, Set<String>)] = [
        (.marketing, .none, ["mobile"], []),
        (.personalisation, .none, [], ["policies", "lines", "interactions"]),
        (.healthService, .health, ["mobile"], []), (.insuranceSuggestions, .health, ["mobile"], []),
      ]
      for (purpose, category, members, parts) in expected {
        try await Self.agree(world, purpose, category)
        let shown = try await world.ask(.get, "\(path)?purpose=\(purpose.rawValue)", token).json
        let names = Set(shown.members.map(\.name))
        #expect(names.subtracting(Self.always) == members, "\(purpose)")
        #expect(names.isSuperset(of: ["id", "name", "version"]))
        let stages = shown["stages"]?.elements ?? []
        #expect(stages.isEmpty && (shown["lines"]?.elements.isEmpty == (purpose == .healthService)), "\(purpose)")
        let whole = try await world.ask(.get, "\(path)/overview?purpose=\(purpose.rawValue)", token).json
        let there = Set(whole.members.map(\.name))
        #expect(there.subtracting(["as_of", "customer", "open_stages", "timeline"]) == parts, "\(purpose)")
        for line in try await world.ask(.get, "/customers?purpose=\(purpose.rawValue)", token).items {
          let names = Set(line.members.map(\.name)).subtracting([
            "id", "kind", "name", "lines", "stages", "created_at",
          ])
          #expect(names == members, "\(purpose)")
        }
      }
    }
  }

  /// What is not shown is not asked by either: a filter or an order would tell it. Whole records are refused.
  @Test func whatIsNotShownIsNotAskedBy() async throws {
    try await APIWorld.open { world in
      try await Self.agree(world, .marketing)
      try await Self.agree(world, .healthService, .health)
      let token = try await world.token(.service)
      for filter in ["stage=claim", "relation=active", "sort=latest", "sort=due"] {
        let answer = try await world.ask(.get, "/customers?purpose=marketing&\(filter)", token)
        let name = filter.prefix { $0 != "=" }
        #expect(answer.fields == ["\(name) FIELD_NOT_FOR_PURPOSE"], "\(filter)")
        #expect(try await world.ask(.get, "/customers?\(filter)", token).status == 200)
      }
      #expect(try await world.ask(.get, "/customers?purpose=marketing&line=life", token).items.count == 1)
      #expect(try await world.ask(.get, "/customers?purpose=health_service&line=life", token).status == 422)
      try await Self.agree(world, .personalisation)
      for (number, purposes) in [
        ("0001", ["marketing", "health_service"]), ("13812340001", ["marketing", "health_service"]),
        ("110105199104170025", []), ("P0001", ["personalisation"]), ("K0001", []),
      ] {
        for purpose in ["service", "marketing", "health_service", "personalisation"] {
          let found = try await world.ask(.get, "/customers?q=\(number)&purpose=\(purpose)", token).items.count
          #expect(found == (purpose == "service" || purposes.contains(purpose) ? 1 : 0), "\(number) for \(purpose)")
        }
      }
      let path = "/customers/\(world.lan)"
      for part in ["/policies?", "/claims?", "/interactions?customer=\(world.lan)&", "\(path)/relationships?"] {
        #expect(try await world.ask(.get, "\(part)purpose=marketing", token).status == 403, "\(part)")
        #expect(try await world.ask(.get, "\(part)purpose=service", token).status == 200, "\(part)")
      }
      let kinds = try await world.ask(.get, "\(path)/timeline?purpose=marketing&limit=100", token).items.compactMap {
        $0["group"]?.text
      }
      #expect(Set(kinds) == ["customer"])
    }
  }

  @Test func correctionsOfOtherFieldsAreNotThere() async throws {
    try await APIWorld.open { world in
      try await Self.agree(world, .marketing)
      let steward = try await world.token(.steward)
      let path = "/customers/\(world.lan)"
      for body in [#"{"occupation": "教师"}"#, #"{"mobile": "13812340009"}"#, #"{"occupation": "医生"}"#] {
        #expect(try await world.ask(.patch, path, steward, body: body).status == 200)
      }
      #expect(try await world.ask(.get, "\(path)/changes", steward).items.count == 3)
      let shown = try await world.ask(.get, "\(path)/changes?purpose=marketing&limit=1", steward)
      #expect(shown.items.compactMap { $0["field"]?.text } == ["mobile"] && shown.json["next"] == nil)
    }
  }

  /// The same in pages and in a file.
  @Test func pagesAndFilesShowNoMore() async throws {
    try await APIWorld.open { world in
      try await Self.agree(world, .marketing)
      let browser = try await world.browser(.service)
      let list = try await browser.page("/customers?purpose=marketing")
      #expect(list.contains("李岚") && list.contains("13812340001") && !list.contains("In force"))
      #expect(!list.contains("name=\"status\"") && !list.contains("value=\"due\""), "what is not shown is not asked by")
      #expect(list.contains("no-due no-latest no-state"), "an empty column is none")
      let page = try await browser.page("/customers/\(world.lan)?purpose=marketing")
      for hidden in ["1991-04-17", "科技路", "110105", "P0001", "少儿医保", "K0001", "/policies\"", "/relationships\""] {
        #expect(!page.contains(hidden), "\(hidden)")
      }
      #expect(page.contains("李岚") && page.contains("13812340001"))
      let file = try await browser.get("/customers/export.csv?purpose=marketing").text
      #expect(file.contains("李岚") && file.contains("13812340001") && !file.contains("1991-04-17"))
      let access = Access.system(purpose: .marketing, surface: "cli").narrowed
      let rows = try await world.web.site.database.read(as: access) { tx in
        try CustomersKind.export(after: nil, limit: 9, in: tx).map(\.values)
      }
      #expect(rows.count == 1 && !rows[0].contains("1991-04-17") && !rows[0].contains { $0.contains("110105") })
      for kind in [PoliciesKind.self, ClaimsKind.self, InteractionsKind.self, RelationshipsKind.self]
        as [any ImportKind.Type]
      {
        await #expect(throws: AppError.self, "\(kind.name)") {
          _ = try await world.web.site.database.read(as: access) { tx in try kind.export(after: nil, limit: 9, in: tx) }
        }
      }
    }
  }

  // MARK: Collecting

  /// One code at API, form and file (R88); what the law forbids has another, with or without consent.
  @Test func aFieldWithoutAPurposeIsNotTakenIn() async throws {
    try await APIWorld.open { world in
      let steward = try await world.token(.steward)
      let path = "/customers/\(world.lan)"
      for (name, code) in [
        ("marital_status", "PURPOSE_REQUIRED"), ("genetic_test", "CATEGORY_OFF"), ("face_image", "PURPOSE_REQUIRED"),
        ("shoe_size", "UNKNOWN_FIELD"),
      ] {
        let made = try await world.ask(.post, "/customers", steward, body: #"{"name": "赵强", "\#(name)": "x"}"#)
        #expect(made.fields == ["\(name) \(code)"])
        #expect(try await world.ask(.patch, path, steward, body: #"{"\#(name)": "x"}"#).fields == ["\(name) \(code)"])
      }
      let browser = try await world.browser(.steward)
      let form = ["name": "赵强", "marital_status": "已婚"]
      #expect(try await browser.post("/customers", form, from: "/customers/new").status == .unprocessableContent)
      for name in ["marital_status", "genetic_test"] {
        let values = ["name": "赵强", name: "x"]
        let code = DataFields.refusal(of: name)?.rawValue
        await #expect {
          _ = try await world.web.site.database.act(as: .system(purpose: .intake)) {
            try Customers.create(values, in: $0)
          }
        } throws: { ($0 as? AppError)?.fields.map(\.code) == [code].compactMap { $0 } }
        let row = Customers.Incoming(key: "C9", values: ["name": "赵强", name: "x"])
        let taken = try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
          try Customers.takeIn([row], source: "core", in: tx).map { ($0.result == .rejected, $0.findings.map(\.code)) }
        }
        #expect(taken.first?.0 == true && taken.first?.1 == [code].compactMap { $0 })
      }
    }
  }

  /// A mapping is a definition: one with such a column is neither kept nor read by.
  @Test func aMappingOfSuchAColumnIsRefused() async throws {
    try await APIWorld.open { world in
      let columns = [("客户号", "source_id"), ("婚姻状况", "marital_status")].map { column, field in
        "  - {column: \(column), field: \(field)}\n"
      }.joined()
      let mapping = try ColumnMapping(yaml: "kind: customers\nkey: [source_id]\ncolumns:\n\(columns)")
      await #expect {
        try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
          try ImportMappings.save(mapping, name: "月度", in: tx)
        }
      } throws: { ($0 as? AppError)?.fields.map(\.code) == ["PURPOSE_REQUIRED"] }
    }
  }

  /// Every member of the API that speaks of a person is in the register, so that no answer has a field that no purpose
  /// needs.
  @Test func everyMemberOfTheAPIIsInTheRegister() throws {
    let contract = try Contract.load()
    let schemas: [(String, DataRecord)] = [
      ("Customer", .customers), ("CustomerLine", .customers), ("CustomerEdit", .customers),
      ("Relationship", .relationships),
      ("Consent", .consents), ("PolicyLine", .policies), ("Policy", .policies), ("Party", .parties),
      ("Coverage", .coverages), ("Premium", .premiums), ("ClaimLine", .claims), ("Interaction", .interactions),
      ("Application", .applications), ("ApplicationWhole", .applications), ("ApplicationStep", .applications),
      ("Complaint", .complaints), ("ComplaintCreate", .complaints),
    ]
    for (schema, record) in schemas {
      let properties = contract.document["components"]?["schemas"]?[schema]?["properties"]?.members ?? []
      #expect(!properties.isEmpty, "\(schema)")
      for property in properties where property.name != "confirm" {
        #expect(DataFields.fault(record, property.name) == nil, "\(schema).\(property.name)")
      }
    }
  }
}
