import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// Recording a contact with a customer.
enum InteractionPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers/{id}/interactions/new", needs: .write(.interaction), for: .own) { call in
      try await form(call, FormFields(), [])
    }
    routes.page(.post, "/customers/{id}/interactions", needs: .write(.interaction), for: .own) { call in
      let fields = try await call.form()
      let id = try call.id(Customer.self)
      var values = fields.values.filter { ["at", "channel", "direction", "topic", "summary"].contains($0.key) }
      if let at = values["at"] { values["at"] = at.replacing("T", with: " ") }
      do {
        _ = try await call.act { [values] tx in try Interactions.record(values, with: id, in: tx) }
        return call.redirect("/customers/\(id)", notice: "contactRecorded")
      } catch let error as AppError where error.kind == .invalid {
        return try await form(call, fields, error.fields)
      }
    }
  }

  private static func form(_ call: Call, _ values: FormFields, _ errors: [FieldError]) async throws -> Response {
    let id = try call.id(Customer.self)
    let customer = try await call.read { tx in try Customers.find(id, in: tx) }
    let words = call.words
    func error(_ name: String) -> String? { errors.first { $0.field == name }.map { words.fault($0) } }
    func options<Value: Coded>(_: Value.Type, _ name: String, first: Value) -> [SelectOption] {
      let chosen = values[name] ?? first.rawValue
      return Value.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == chosen) }
    }
    let now = call.format.now
    let page = InteractionFormPage(
      customer: customer.name, customerHref: "/customers/\(id)", action: "/customers/\(id)/interactions",
      csrf: call.csrf,
      fields: [
        Field(
          "channel", words.field("channel"),
          control: .select(options(ContactChannel.self, "channel", first: .phone)), error: error("channel"),
          isRequired: true),
        Field(
          "direction", words.field("direction"),
          control: .select(options(Direction.self, "direction", first: .outgoing)), error: error("direction"),
          isRequired: true),
        Field(
          "at", words.field("at"), values.raw("at") ?? "\(now.day)T\(now.clockTime.prefix(5))",
          control: .input(type: "datetime-local"), error: error("at"), isRequired: true),
        Field("topic", words.field("topic"), values.raw("topic") ?? "", error: error("topic")),
        Field(
          "summary", words.field("summary"), values.raw("summary") ?? "", control: .area,
          hint: words["interactions.summaryHint"], error: error("summary")),
      ], faults: errors.map { Fault($0.field, "\(words.field($0.field)): \(words.fault($0))") })
    return try call.page(
      page, title: words["interactions.new"], section: .customers,
      status: errors.isEmpty ? .ok : .unprocessableContent)
  }
}

extension InteractionRow {
  init(_ line: InteractionLine, _ format: Format) {
    let interaction = line.interaction
    self.init(
      at: format.moment(interaction.at), icon: interaction.channel.icon,
      channel: format.words.label(interaction.channel), direction: format.words.label(interaction.direction),
      topic: interaction.topic.map { format.words.of("topics", $0) ?? $0 } ?? "", staff: line.staff ?? "",
      summary: interaction.summary)
  }
}
