import Kernel

/// What a form, an API call or a file's row says of a customer, read by one rule set (R57). Keys are the columns of
/// `interface.md`: name, gender, birth_date, id_type, national_id, mobile, email, address, occupation, income,
/// channel, created_on, owner, adviser.
package struct CustomerDraft: Sendable {
  /// A sealed value: its form if it is valid, else the text as it came with the code of the rule it breaks.
  package struct Checked: Hashable, Sendable {
    package let text: String
    package let flag: String?
  }

  package struct Document: Hashable, Sendable {
    package let type: IDType
    package let number: String
    package let flag: String?
  }

  /// The fields that were given, absent ones being no change in an update.
  package let given: Set<String>
  package var kind: Customer.Kind = .person
  package var name: String?
  package var sex: Sex?
  package var birthDate: Day?
  package var birthFlag: String?
  package var document: Document?
  package var mobile: Checked?
  package var email: Checked?
  package var address: Checked?
  package var occupation: String?
  package var income: Money?
  package var channel: Channel?
  package var createdOn: Day?
  /// A staff number; who it is the door looks up.
  package var owner: String?
  /// The staff number of a dedicated adviser, likewise.
  package var adviser: String?
  /// Texts that no reader understood, kept as they came: field, text, code.
  package var unverified: [Unverified] = []

  package struct Unverified: Hashable, Sendable {
    package let kind: ContactPoint.Kind
    package let text: String
    package let code: String
  }
}

/// The rules of a customer's fields: pure, one set for form, API, import and event.
package enum CustomerRules {
  package static let fields = [
    "name", "gender", "birth_date", "id_type", "national_id", "mobile", "email", "address", "occupation", "income",
    "channel", "created_on", "owner", "adviser",
  ]

  private static let known = Set(fields)

  /// Nobody who lives was born before.
  private static let earliestBirth = Day(number: -25_568)

  /// Reads the fields. Findings of severity flag are kept by imports and refused by forms unless confirmed.
  ///
  /// - Parameter isNew: a new customer needs a name; a change may leave it out.
  /// - Parameter current: what the record holds of fields that are compared with those given; never found fault with.
  package static func read(
    _ values: [String: String], isNew: Bool, completing current: [String: String] = [:], _ rules: ResidentID.Rules
  ) -> (draft: CustomerDraft, findings: [Finding]) {
    var reader = FieldReader(current.isEmpty ? values : current.merging(values) { $1 })
    var draft = CustomerDraft(given: Set(values.keys))
    readDocument(&reader, &draft, rules)
    readName(&reader, &draft, isNew)
    readBirth(&reader, &draft, rules)
    readContacts(&reader, &draft, rules)
    draft.occupation = reader.text("occupation", limit: 100, .flag)
    draft.owner = reader.text("owner", limit: 64)
    draft.adviser = reader.text("adviser", limit: 64)
    draft.sex = kept(&reader, &draft, "gender", .unverifiedSex) { (text) throws(ReadingFault) in try Reading.sex(text) }
    draft.income = kept(&reader, &draft, "income", .unverifiedIncome, Reading.money)
    draft.channel = kept(&reader, &draft, "channel", .unverifiedChannel) { (text) throws(ReadingFault) in
      try Reading.enumeration(Channel.self, text)
    }
    draft.createdOn = kept(&reader, &draft, "created_on", .unverifiedCreatedOn) { (text) throws(ReadingFault) in
      let day = try Reading.day(text)
      guard day <= rules.today else { throw ReadingFault(.dateFuture) }
      return day
    }
    compareWithDocument(&reader, &draft, rules)
    for name in values.keys where !known.contains(name) {
      if let code = DataFields.refusal(of: name) { reader.find(name, code, .reject) }
    }
    let isCompared = !values.keys.filter { ["gender", "birth_date", "national_id"].contains($0) }.isEmpty
    return (draft, reader.findings.filter { values[$0.field] != nil || isNew || isCompared && $0.isComparison })
  }

  /// A value that a reader cannot understand is kept as text, with its code.
  private static func kept<Value>(
    _ reader: inout FieldReader, _ draft: inout CustomerDraft, _ field: String, _ kind: ContactPoint.Kind,
    _ read: (String) throws(ReadingFault) -> Value
  ) -> Value? {
    let before = reader.findings.count
    let value = reader.value(field, .flag, read)
    if reader.findings.count > before, let finding = reader.findings.last, let text = reader.values[field] {
      draft.unverified.append(.init(kind: kind, text: text, code: finding.code))
    }
    return value
  }

  private static func readName(_ reader: inout FieldReader, _ draft: inout CustomerDraft, _ isNew: Bool) {
    let text = reader.values["name"] ?? ""
    if text.isEmpty {
      if isNew || reader.values["name"] != nil { reader.find("name", .nameMissing, .reject) }
      return
    }
    if draft.document?.type != .uscc, PersonName.looksLikeOrganisation(text) { draft.kind = .organisation }
    let isOrganisation = draft.kind == .organisation
    draft.name = reader.value("name") { (text) throws(ReadingFault) in
      try PersonName.parse(text, organisation: isOrganisation).text
    }
  }

  /// Without a type the number tells: a credit code's form makes it one, else it is a resident ID.
  private static func readDocument(
    _ reader: inout FieldReader, _ draft: inout CustomerDraft, _ rules: ResidentID.Rules
  ) {
    let type = kept(&reader, &draft, "id_type", .unverifiedIDType) { (text) throws(ReadingFault) in
      try Reading.enumeration(IDType.self, text)
    }
    guard let number = reader.values["national_id"], !number.isEmpty else {
      if type == .uscc { draft.kind = .organisation }
      return
    }
    let actual = type ?? (USCC.looksLike(number) ? .uscc : .residentID)
    if actual == .uscc { draft.kind = .organisation }
    do {
      let document = try IdentityDocument.parse(actual, number, rules)
      draft.document = .init(type: actual, number: document.number, flag: nil)
    } catch {
      reader.find("national_id", error.code, .flag)
      draft.document = .init(type: actual, number: number, flag: error.code.rawValue)
    }
  }

  private static func readBirth(_ reader: inout FieldReader, _ draft: inout CustomerDraft, _ rules: ResidentID.Rules) {
    draft.birthDate = kept(&reader, &draft, "birth_date", .unverifiedBirthDate) { (text) throws(ReadingFault) in
      let day = try Reading.day(text)
      guard day <= rules.today else { throw ReadingFault(.dateFuture) }
      guard day > earliestBirth else { throw ReadingFault(.birthDateImplausible) }
      return day
    }
  }

  private static func readContacts(
    _ reader: inout FieldReader, _ draft: inout CustomerDraft, _ rules: ResidentID.Rules
  ) {
    draft.mobile = checked(&reader, "mobile") { (text) throws(ReadingFault) in
      try Mobile.parse(text, admitsDemo: rules.admitsDemo).number
    }
    draft.email = checked(&reader, "email") { (text) throws(ReadingFault) in try Email.parse(text).address }
    draft.address = checked(&reader, "address") { (text) throws(ReadingFault) in try Reading.text(text, limit: 300) }
  }

  private static func checked(
    _ reader: inout FieldReader, _ field: String, _ read: (String) throws(ReadingFault) -> String
  ) -> CustomerDraft.Checked? {
    guard let text = reader.values[field], !text.isEmpty else { return nil }
    do {
      return .init(text: try read(text), flag: nil)
    } catch {
      reader.find(field, error.code, .flag)
      return .init(text: text, flag: error.code.rawValue)
    }
  }

  /// A verified resident ID knows its holder's birth date and sex: where the record has none it lends them, where it
  /// has others the record's are flagged.
  private static func compareWithDocument(
    _ reader: inout FieldReader, _ draft: inout CustomerDraft, _ rules: ResidentID.Rules
  ) {
    guard let document = draft.document, document.flag == nil, document.type == .residentID,
      let resident = try? ResidentID.parse(document.number, rules)
    else { return }
    if let birth = draft.birthDate, birth != resident.birthDate {
      draft.birthFlag = ValidationCode.idBirthMismatch.rawValue
      reader.find("birth_date", .idBirthMismatch, .flag)
    }
    if let sex = draft.sex, sex != resident.sex { reader.find("gender", .idSexMismatch, .flag) }
    if draft.birthDate == nil, (reader.values["birth_date"] ?? "").isEmpty { draft.birthDate = resident.birthDate }
    if draft.sex == nil, (reader.values["gender"] ?? "").isEmpty { draft.sex = resident.sex }
  }
}

extension Finding {
  /// Found by comparing two fields, of which a change may give only the other.
  fileprivate var isComparison: Bool {
    code == ValidationCode.idBirthMismatch.rawValue || code == ValidationCode.idSexMismatch.rawValue
  }
}
