import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/facts`: what conditions may use; `/api/v1/customers/{id}/facts`: what it is for one person, and which part
/// of a condition holds.
enum FactAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/facts", scope: .read(.customer), for: .nobody) { call in
      try call.noQuery()
      let permissions = try call.access.permissions
      let facts = FactCatalog.all.filter { $0.wall == nil && permissions.contains($0.group.permission) }
      let languages = call.site.renderer.words
      return JSONWriter.page(facts, next: nil) { json, fact in
        json.field("key", fact.key)
        json.field("name_zh", languages[.zhHans]?.of("facts", fact.key))
        json.field("name_en", languages[.en]?.of("facts", fact.key))
        json.field("group", fact.group.rawValue)
        json.field("type", fact.type.rawValue)
        if fact.unit != .none { json.field("unit", fact.unit.rawValue) }
        json.field("kind", fact.kind.rawValue)
        json.field("grade", fact.grade.rawValue)
        json.field("purpose", fact.purpose.rawValue)
        json.array("purposes", Purpose.allCases.filter { fact.isOpen(to: $0) }) { $0.string($1.rawValue) }
        json.array("fields", fact.fields) { $0.string($1) }
        json.array("operators", ConditionOperator.of(fact)) { $0.string($1.rawValue) }
        if let vocabulary = fact.vocabulary { json.array("values", vocabulary.codes) { $0.string($1) } }
        json.field("change", fact.change)
      }
    }
    routes.api(.get, "/customers/{id}/facts", scope: .read(.customer), for: .named, person)
  }

  private static func person(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let text = query.text("filter", limit: ConditionBounds.bytes)
    try query.finish()
    let condition = try text.map { try Condition.read($0) }
    let id = try call.id(Customer.self)
    // Whoever may not see him learns nothing by it: he is computed whether he is seen or not.
    try await PersonFacts.freshen([id], in: call.site.database)
    let (values, finding) = try await call.read { tx in
      let finding = try condition.map { try Conditions.explain($0, of: id, in: tx) }
      let values = try PersonFacts.values(of: id, in: tx)
      tx.logAccess(AccessRecord(.view, subjects: [id.raw], what: "facts"))
      return (values, finding)
    }
    return JSONWriter.record { json in
      json.field("customer", id)
      json.array("items", values) { json, item in
        json.object { write(item.fact, item.value, to: &$0) }
      }
      if let finding { json.object("finding") { write(finding, to: &$0) } }
    }.response()
  }

  /// The value by the fact's type; none where nothing is known. Why not is said.
  private static func write(_ fact: Insurer.Fact, _ value: FactValue, to json: inout JSONWriter) {
    json.field("key", fact.key)
    switch (value, fact.type) {
    case (.int(let number), .money): json.field("value", Money(fen: number))
    case (.int(let number), .day): json.field("value", Day(number: number))
    case (.int(let number), .flag): json.field("value", number != 0)
    case (.int(let number), .set):
      json.array("value", (fact.vocabulary?.codes ?? []).filter { fact.holds($0, in: number) }) { $0.string($1) }
    case (.int(let number), .birthday):
      json.field("value", format2(number / 100) + "-" + format2(number % 100))
    case (.int(let number), _): json.field("value", number)
    case (.text(let text), _): json.field("value", text)
    case (.unknown, _): json.field("missing", "unknown")
    case (.withheld(let purpose), _):
      json.field("missing", "withheld")
      json.field("purpose", purpose.rawValue)
    case (.absent, _): json.field("missing", "absent")
    }
  }

  private static func format2(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func write(_ finding: ConditionFinding, to json: inout JSONWriter) {
    json.field("holds", finding.holds)
    switch finding {
    case .all(let items): json.array("all", items) { json, item in json.object { write(item, to: &$0) } }
    case .any(let items): json.array("any", items) { json, item in json.object { write(item, to: &$0) } }
    case .part(let part, let fact, let value, _):
      json.field("fact", part.fact)
      json.field("op", part.op.rawValue)
      json.object("by") { write(fact, value, to: &$0) }
    }
  }
}

extension Insurer.Fact {
  /// Whether a set has a code.
  fileprivate func holds(_ code: String, in bits: Int64) -> Bool { bits & (vocabulary?.bit(code) ?? 0) != 0 }
}
