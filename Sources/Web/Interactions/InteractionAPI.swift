import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/interactions`: a customer's contacts, and recording one.
enum InteractionAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/interactions", scope: .read(.interaction), for: .named, list)
    routes.api(.post, "/interactions", scope: .write(.interaction), for: .own, record)
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let (page, before) = InteractionCursor.read(&query)
    let channel = query.code("channel", as: ContactChannel.self)
    let customer = query.id("customer", of: Customer.self)
    if customer == nil { _ = query.required("customer") }
    try query.finish()
    guard let customer else { throw AppError.broken("no customer went through") }
    let references = call.site.references
    return try await call.read { tx in
      _ = try Customers.find(customer, in: tx)
      let person = try tx.fetch(Customers.person(customer))
      let lines = try Interactions.list(of: person, before: before, channel: channel, limit: page.limit + 1, in: tx)
      let found = try references.find(lines.compactMap(\.interaction.staffID), in: tx)
      let (items, next) = page.cut(lines) { ["\($0.interaction.at.microseconds)", "\($0.interaction.id.raw)"] }
      return JSONWriter.record { json in
        json.array("items", items) { json, line in json.object { InteractionJSON.write(line, found, to: &$0) } }
        json.field("next", next.map(Cursor.text))
      }
    }.response()
  }

  private static let columns: [JSONColumn] = [
    .text("at"), .text("channel"), .text("direction"), .text("topic"), .text("summary"),
  ]

  private static func record(_ call: Call) async throws -> Response {
    let ((customer, values), bytes) = try await call.object { fields in
      (fields.id("customer", of: Customer.self), fields.texts(columns))
    }
    guard let customer else { throw AppError.broken("no customer went through") }
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      let interaction = try Interactions.record(values, with: customer, in: tx)
      let found = try references.find([interaction.staffID].compactMap { $0 }, in: tx)
      let json = JSONWriter.record {
        InteractionJSON.write(interaction, staff: found.name(interaction.staffID), found, to: &$0)
      }
      return KeptAnswer(status: 201, location: "/api/v1/interactions?customer=\(customer)", body: json.bytes)
    }
  }
}

enum InteractionJSON {
  static func write(_ line: Insurer.InteractionLine, _ references: References.Found, to json: inout JSONWriter) {
    write(line.interaction, staff: line.staff, references, to: &json)
  }

  /// - Parameter staff: who held it; nil where the viewer is not told who else serves the customer.
  static func write(
    _ interaction: Interaction, staff: String?, _ references: References.Found, to json: inout JSONWriter
  ) {
    json.field("id", interaction.id)
    json.field("customer", interaction.customerID)
    json.field("at", interaction.at)
    json.field("channel", interaction.channel)
    json.field("direction", interaction.direction)
    json.field("topic", interaction.topic)
    json.field("summary", interaction.summary)
    if let staff {
      json.field("staff", references.number(interaction.staffID))
      json.field("staff_name", staff)
    }
    json.field("source", interaction.source)
    json.field("source_id", interaction.sourceKey)
  }
}

extension InteractionCursor {
  /// The page's place in a list by moment and id.
  static func read(_ query: inout QueryFields) -> (page: QueryFields.Page, before: InteractionCursor) {
    let page = query.page(parts: 2)
    return (page, query.moment(of: page).map { InteractionCursor(at: $0.at, id: $0.id) } ?? .newest)
  }
}
