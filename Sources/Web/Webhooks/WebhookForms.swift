import Hummingbird
import Insurer
import Kernel
import Storage

/// The form of a webhook: where to, of what, with which of one's rights, for what.
enum WebhookForms {
  /// What of one's rights has to do with events.
  private static let subjects: [Permission.Subject] = [.customer, .policy, .claim, .interaction, .complaint]

  private struct Given {
    var url = ""
    var description = ""
    var kinds: Set<String> = []
    var scopes: Set<String> = []
    var purpose: Purpose?
  }

  private static func given(_ form: FormFields) -> Given {
    Given(
      url: form["url"] ?? "", description: form["description"] ?? "", kinds: Set(form.all("types")),
      scopes: Set(form.all("scopes")), purpose: form["purpose"].flatMap { Purpose(rawValue: $0) })
  }

  static func show(_ call: Call, _ webhook: Webhook?) async throws -> Response {
    var given = Given()
    if let webhook {
      given = Given(
        url: webhook.url, description: webhook.description, kinds: Set(webhook.kinds.map(\.rawValue)),
        scopes: Set(webhook.scopes.map(\.rawValue)), purpose: webhook.purpose)
    } else {
      given.scopes = Set(offered(call).map(\.rawValue))
    }
    return try page(call, given, id: webhook?.id)
  }

  private static func offered(_ call: Call) -> [Permission] {
    subjects.map { Permission.read($0) }.filter { call.may($0) }
  }

  static func create(_ call: Call) async throws -> Response {
    let given = given(try await call.form())
    let new = NewWebhook(
      url: given.url, description: given.description, kinds: given.kinds.sorted(),
      scopes: Set(given.scopes.compactMap { Permission(rawValue: $0) }), purpose: given.purpose)
    let (account, policy, ownName) = (try call.viewer.account, call.site.webhooks, call.authority)
    do {
      let (webhook, secret) = try await call.act { tx in
        try Webhooks.add(new, of: account, by: policy, ownName: ownName, in: tx)
      }
      return try await WebhookPages.show(call, id: webhook.id, fresh: secret)
    } catch let error as AppError where error.kind == .invalid {
      return try page(call, given, id: nil, error.fields)
    }
  }

  static func change(_ call: Call) async throws -> Response {
    let id = try call.id(Webhook.self)
    let given = given(try await call.form())
    let change = WebhookChange(url: given.url, description: given.description, kinds: given.kinds.sorted())
    let (account, policy, ownName) = (try call.viewer.account.id, call.site.webhooks, call.authority)
    do {
      _ = try await call.act { tx in
        try Webhooks.change(id, change, by: account, under: policy, ownName: ownName, in: tx)
      }
      return call.redirect("/settings/webhooks/\(id)", notice: "webhookKept")
    } catch let error as AppError where error.kind == .invalid {
      return try page(call, given, id: id, error.fields)
    }
  }

  private static func page(
    _ call: Call, _ given: Given, id: ID<Webhook>?, _ errors: [FieldError] = []
  ) throws -> Response {
    let words = call.words
    func error(_ field: String) -> String? {
      errors.first { $0.field == field }.map { words.of("codes", $0.code) ?? $0.message }
    }
    let purposes = Roles.purposes(try call.viewer.holder.role)
    var fields = [
      Field(
        "url", words["webhooks.url"], given.url, control: .input(type: "url"), hint: words["webhooks.urlHint"],
        error: error("url"), autocomplete: "off", isRequired: true),
      Field("description", words["webhooks.description"], given.description, error: error("description")),
    ]
    if id == nil {
      fields.append(
        Field(
          "purpose", words["webhooks.purpose"],
          control: .select(
            purposes.map {
              SelectOption($0.rawValue, words["purposes.\($0.rawValue)"], isSelected: $0 == given.purpose)
            }), hint: words["webhooks.purposeHint"], error: error("purpose"), isRequired: true))
    }
    let scopes =
      id == nil
      ? offered(call).map {
        SelectOption(
          $0.rawValue, ScopeWords.of($0.rawValue, words), isSelected: given.scopes.contains($0.rawValue))
      } : []
    let page = WebhookFormPage(
      title: words[id == nil ? "webhooks.new" : "webhooks.edit"],
      back: id.map { "/settings/webhooks/\($0)" } ?? "/settings/webhooks",
      action: id.map { "/settings/webhooks/\($0)/edit" } ?? "/settings/webhooks", csrf: call.csrf, fields: fields,
      scopes: scopes, groups: groups(given.kinds, words),
      faults: errors.map { Fault($0.field, words.of("codes", $0.code) ?? $0.message) })
    return try call.page(
      page, title: page.title, section: .settings, status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  /// Types by what they speak of, in the order of the list of families.
  private static func groups(_ chosen: Set<String>, _ words: Words) -> [WebhookTypeGroup] {
    let families = [
      "customer", "relation", "policy", "premium", "claim", "contact", "application", "complaint", "consent", "access",
      "task", "lead",
    ]
    let byFamily = Dictionary(grouping: WebhookTypes.all) { kind -> String in
      let name = kind.rawValue
      if name.hasPrefix("party_") || name.hasPrefix("coverage_") { return "policy" }
      return families.first { name.hasPrefix($0) } ?? "customer"
    }
    return families.compactMap { family in
      guard let kinds = byFamily[family] else { return nil }
      let options = kinds.map {
        SelectOption($0.rawValue, WebhookTypes.name($0), isSelected: chosen.contains($0.rawValue))
      }
      return WebhookTypeGroup(
        title: words["webhooks.family.\(family)"], isOpen: options.contains(where: \.isSelected), options: options)
    }
  }
}
