import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// `/compliance`: who looked at whom, and whether the logs are whole.
enum CompliancePages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/compliance", needs: .read(.audit), for: .fixed(.audit)) { call in try await list(call) }
    routes.page(.get, "/compliance/looks/{place}", needs: .read(.audit), for: .fixed(.audit)) { call in
      try await look(call)
    }
  }

  static func tabs(_ current: String, _ words: Words) -> [Choice] {
    [
      Choice(words["compliance.access"], "/compliance", isCurrent: current == "access"),
      Choice(words["grants.list"], "/compliance/grants", isCurrent: current == "grants"),
      Choice(words["compliance.verification"], "/compliance/verification", isCurrent: current == "verification"),
    ]
  }

  private static let pageSize = 50

  private static func list(_ call: Call) async throws -> Response {
    let customer = call.query["customer"].flatMap { ID<Customer>($0) }
    let kind = call.query["kind"].flatMap { AccessRecord.Kind(rawValue: $0) }
    let before = TimeKey(call.query["before"])
    let who = call.query["who"]
    let (lines, names) = try await call.read { tx in
      let actor = try who.map { try Accounts.actor(named: $0, in: tx)?.description ?? "" }
      let lines = try AccessLog.list(
        AccessLog.Filter(customer: customer?.raw, actor: actor, kind: kind), before: before.map { ($0.at, ID($0.id)) },
        limit: pageSize + 1, in: tx)
      return (lines, try Accounts.names(of: Set(lines.map(\.actor)), in: tx))
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { TimeKey($0.at, $0.id.raw).text } : nil
    let words = call.words
    let page = CompliancePage(
      tabs: tabs("access", words),
      filters: [
        Field("who", words["compliance.who"], who ?? ""),
        Field("customer", words.field("source_id"), customer?.description ?? ""),
      ],
      rows: shown.map { AccessLine($0, names, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { call.query.with(["before": $0]) },
        firstHref: before == nil ? nil : call.request.uri.path + call.query.with(["before": nil])),
      empty: shown.isEmpty
        ? Empty(icon: "eye", title: words["compliance.emptyTitle"], text: words["compliance.emptyText"]) : nil)
    return try call.page(page, title: words["compliance.title"], section: .compliance)
  }
}

extension CompliancePages {
  /// One look, with everybody whom it showed.
  private static func look(_ call: Call) async throws -> Response {
    guard let place = TimeKey(call.visit.parameters.get("place")) else { throw AppError.notFound("look") }
    let (line, names) = try await call.read { tx in
      let line = try AccessLog.find(ID(place.id), at: place.at, in: tx)
      return (line, try Accounts.names(of: [line.actor], in: tx))
    }
    let page = ComplianceLookPage(
      tabs: tabs("access", call.words), look: AccessLine(line, names, call.format),
      subjects: line.subjects.map { Link("\(ID<Customer>($0))", "/customers/\(ID<Customer>($0))") })
    return try call.page(page, title: call.words["compliance.access"], section: .compliance)
  }
}

extension AccessLine {
  init(_ line: AccessLog.Line, _ names: [Actor: String], _ format: Format) {
    let words = format.words
    let subject: Link? =
      if let raw = line.subjects.first, line.subjects.count == 1 {
        Link("\(ID<Customer>(raw))", "/customers/\(ID<Customer>(raw))")
      } else if line.subjects.count > 1 {
        Link(
          words.fill("compliance.people", format.number(line.subjects.count)),
          "/compliance/looks/\(TimeKey(line.at, line.id.raw).text)")
      } else {
        nil
      }
    self.init(
      at: format.exactMoment(line.at), who: names[line.actor] ?? line.actor.description,
      role: words.of("roles", line.role) ?? line.role, purpose: words.of("purposes", line.purpose) ?? line.purpose,
      what: "\(words["looks.\(line.kind.rawValue)"]) · \(words.of("seen", line.what) ?? line.what)",
      surface: words.of("surfaces", line.surface) ?? line.surface, address: line.address, subject: subject,
      wasDenied: line.kind == .denied)
  }
}
