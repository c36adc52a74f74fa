import Hummingbird
import Insurer
import Kernel
import Storage

/// Entering and correcting a customer. Nothing typed is lost on an error; a value that breaks a rule may be kept with
/// a reason; somebody who is here already is named before a second record is made.
enum CustomerFormPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers/new", needs: .write(.customer), for: .own) { call in
      var form = CustomerForm(values: FormFields())
      if let lead = call.query["lead"].flatMap({ ID<Lead>($0) }) {
        let known = try await call.read { tx in try Leads.find(lead, in: tx).lead }
        form.values.set("name", known.name)
        // A masked number is nothing to start from.
        if try call.access.sees.contains(.mobile) { form.values.set("mobile", known.mobile) }
        form.values.set("lead", lead.description)
      }
      return try show(call, form)
    }
    routes.page(.post, "/customers", needs: .write(.customer), for: .own) { call in try await create(call) }
    routes.page(.get, "/customers/{id}/edit", needs: .write(.customer), for: .own) { call in
      let id = try call.id(Customer.self)
      let form = try await call.read { tx in
        tx.logAccess(AccessRecord(.view, subjects: [id.raw], what: "customer"))
        return CustomerForm(try Customers.profile(id, in: tx))
      }
      return try show(call, form)
    }
    routes.page(.post, "/customers/{id}", needs: .write(.customer), for: .own) { call in try await correct(call) }
  }

  static let fields = [
    "name", "gender", "birth_date", "id_type", "national_id", "mobile", "email", "address", "occupation", "income",
    "channel", "owner", "adviser",
  ]

  /// The form's fields, and those that the register refuses: they are not passed over in silence.
  private static func isTaken(_ name: String) -> Bool {
    fields.contains(name) || DataFields.refusal(of: name) != nil
  }

  private static func show(_ call: Call, _ form: CustomerForm) throws -> Response {
    let page = CustomerFormPage(form, call)
    return try call.page(
      page, title: page.title, section: .customers, status: form.isFaulty ? .unprocessableContent : .ok)
  }

  /// A reason given once holds for every value that is to be kept as it is.
  private static func confirmed(_ fields: FormFields) -> [String: String] {
    guard fields["confirm_flags"] != nil, let reason = fields["reason"] else { return [:] }
    return Dictionary(uniqueKeysWithValues: Self.fields.map { ($0, reason) })
  }

  private struct DuplicatesFound: Error {
    let duplicates: [Duplicate]
    let names: [ID<Customer>: CustomerName]
  }

  private static func create(_ call: Call) async throws -> Response {
    let fields = try await call.form()
    let values = fields.values.filter { Self.isTaken($0.key) && !$0.value.isEmpty }
    let confirmed = confirmed(fields)
    let isSecondWanted = fields["allow_duplicate"] != nil
    let lead = fields["lead"].flatMap { ID<Lead>($0) }
    do {
      let created = try await call.act { tx in
        let created = try Customers.create(values, confirmed: confirmed, in: tx)
        if !created.duplicates.isEmpty, !isSecondWanted {
          // Thrown out of the act: nothing of the new record stays.
          let names = try tx.fetch(Customers.names(of: created.duplicates.compactMap(\.customerID)))
          throw DuplicatesFound(duplicates: created.duplicates, names: names)
        }
        if let lead { try Leads.win(lead, customer: created.id, in: tx) }
        return created
      }
      return call.redirect("/customers/\(created.id)", notice: "customerCreated")
    } catch let found as DuplicatesFound {
      var form = CustomerForm(values: fields)
      form.duplicates = found.duplicates.map { ($0, $0.customerID.flatMap { found.names[$0] }) }
      return try show(call, form)
    } catch let error as AppError where error.kind == .invalid {
      var form = CustomerForm(values: fields)
      form.errors = error.fields
      return try show(call, form)
    }
  }

  private static func correct(_ call: Call) async throws -> Response {
    let fields = try await call.form()
    let id = try call.id(Customer.self)
    let profile = try await call.read { tx in try Customers.profile(id, in: tx) }
    var form = CustomerForm(profile)
    // Only what was changed here: a value kept unverified is not asked about again.
    let values = fields.values.filter { Self.isTaken($0.key) && $0.value != form.values.raw($0.key) ?? "" }
    let version = fields["version"].flatMap { Int64($0) }
    let confirmed = confirmed(fields)
    do {
      let corrected = try await call.act { tx in
        try Customers.update(id, values, expected: version, confirmed: confirmed, in: tx)
      }
      return call.redirect(
        "/customers/\(id)", notice: corrected.fields.isEmpty ? "nothingChanged" : "customerCorrected")
    } catch let error as AppError where error.kind == .invalid {
      form.values = fields
      form.errors = error.fields
      return try show(call, form)
    } catch let error as AppError where error.code == "STALE" {
      form.values = fields
      form.isStale = true
      return try show(call, form)
    }
  }
}

/// What a form shows: values typed or known, what is wrong with them, who else is here.
struct CustomerForm {
  var id: ID<Customer>?
  var version: Int64?
  var values: FormFields
  /// Values that are there and that the viewer does not see whole, as he sees them.
  var masked: [String: String] = [:]
  var errors: [FieldError] = []
  var duplicates: [(duplicate: Duplicate, name: CustomerName?)] = []
  var isStale = false

  init(values: FormFields) { self.values = values }

  init(_ profile: CustomerProfile) {
    let customer = profile.customer
    id = customer.id
    version = customer.version
    values = FormFields()
    values.set("name", customer.name)
    values.set("gender", customer.sex?.rawValue)
    values.set("birth_date", customer.birthDate?.description)
    values.set("occupation", customer.occupation)
    values.set("income", customer.income?.yuan)
    values.set("channel", customer.channel?.rawValue)
    if let document = profile.documents.first {
      values.set("id_type", document.type.rawValue)
      set("national_id", document.number, document.isMasked)
    }
    let contacts: [(String, ContactPoint.Kind)] = [("mobile", .mobile), ("email", .email), ("address", .address)]
    for (name, kind) in contacts {
      if let contact = profile.contact(kind) { set(name, contact.text, contact.isMasked) }
    }
  }

  private mutating func set(_ name: String, _ text: String, _ isMasked: Bool) {
    if isMasked { masked[name] = text } else { values.set(name, text) }
  }

  var isFaulty: Bool { !errors.isEmpty || !duplicates.isEmpty || isStale }
}

extension CustomerFormPage {
  init(_ form: CustomerForm, _ call: Call) {
    let words = call.words
    let title = words[form.id == nil ? "customers.new" : "customers.editTitle"]
    let home = form.id.map { "/customers/\($0)" }
    let groups = CustomerFormPage.groups(form, call)
    let order = groups.flatMap(\.fields).map(\.name)
    let sorted = form.errors.enumerated().sorted { left, right in
      let places = [left, right].map { order.firstIndex(of: $0.element.field) ?? order.count }
      return (places[0], left.offset) < (places[1], right.offset)
    }
    let faults =
      sorted.map(\.element).map { Fault($0.field, "\(words.field($0.field)): \(words.fault($0))") }
      + (form.isStale ? [Fault("name", words["errors.staleText"])] : [])
    let fixable: Set<String> = ["REQUIRED", "NAME_MISSING", "REFERENCE_UNKNOWN", "ENUM_UNKNOWN", "TOO_LONG"]
    let mayKeep = form.errors.contains { !fixable.contains($0.code) }
    self.init(
      title: title, action: home ?? "/customers", cancelHref: home ?? "/customers", csrf: call.csrf,
      version: form.version.map { "\($0)" }, lead: form.id == nil ? form.values["lead"] : nil, groups: groups,
      faults: faults,
      twins: form.duplicates.map { duplicate, name in
        let text = words.of("codes", duplicate.code.rawValue) ?? duplicate.code.rawValue
        guard let name, name.isVisible else { return Link(text, "") }
        return Link("\(text): \(name.name) \(name.id)", "/customers/\(name.id)")
      },
      reason: mayKeep
        ? Field("reason", words["customers.keepReason"], form.values.raw("reason") ?? "", control: .area) : nil)
  }

  private static func groups(_ form: CustomerForm, _ call: Call) -> [FieldGroup] {
    let words = call.words
    func text(_ name: String, type: String = "text", hint: String? = nil, isRequired: Bool = false) -> Field {
      let masked = form.masked[name].map { words.fill("customers.maskedHint", $0) }
      return Field(
        name, words.field(name), form.values.raw(name) ?? "", control: .input(type: type),
        hint: masked ?? hint.map { words["customers.hint.\($0)"] }, error: error(name), autocomplete: "off",
        isRequired: isRequired)
    }
    func choice<Value: Coded>(_ name: String, _: Value.Type) -> Field {
      let chosen = form.values.raw(name)
      let options =
        [SelectOption("", words["customers.unknown"])]
        + Value.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == chosen) }
      return Field(name, words.field(name), control: .select(options), error: error(name))
    }
    func error(_ name: String) -> String? { form.errors.first { $0.field == name }.map { words.fault($0) } }
    var more = [text("occupation"), text("income", hint: "income"), choice("channel", Channel.self)]
    if form.id == nil, !call.isAgent { more += [text("owner", hint: "owner"), text("adviser", hint: "adviser")] }
    return [
      FieldGroup(
        title: words["customers.group.person"],
        fields: [
          text("name", isRequired: true), choice("gender", Sex.self), text("birth_date", hint: "birth_date"),
        ]),
      FieldGroup(
        title: words["customers.group.identity"],
        fields: [choice("id_type", IDType.self), text("national_id", hint: "national_id")]),
      FieldGroup(
        title: words["customers.group.contact"],
        fields: [text("mobile", type: "tel", hint: "mobile"), text("email", type: "email"), text("address")]),
      FieldGroup(title: words["customers.group.more"], fields: more),
    ]
  }
}

extension Call {
  fileprivate var isAgent: Bool { (try? access.role).map { $0 == .agent || $0 == .adviser } ?? false }
}
