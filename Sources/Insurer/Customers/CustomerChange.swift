import Kernel
import Storage

/// What an edit, or a newer row of a file, changes of a record: the new record, the sealed values to end and to add,
/// and each field's text before and after. Nothing is written here.
struct CustomerChange {
  struct Field: Hashable {
    let name: String
    let before: String?
    let after: String?
  }

  let state: CustomerState
  var after: Customer
  var fields: [Field] = []
  var endedContacts: [ContactPoint] = []
  var endedDocuments: [StoredDocument] = []
  var newContacts: [(kind: ContactPoint.Kind, text: String, flag: String?)] = []
  var newDocument: CustomerDraft.Document?
  /// All blind indexes of the record as they are to be, when one of them changes.
  var indexes: [(kind: IndexKind, value: [UInt8])]?

  var isEmpty: Bool { fields.isEmpty }
  /// Whether lists and search show another text, or other people may see the record.
  var touchesBook: Bool {
    after.name != state.record.name || after.ownerID != state.record.ownerID
      || after.adviserID != state.record.adviserID
  }

  /// Whether it may be another age that rules read.
  var changesAge: Bool {
    after.birthDate != state.record.birthDate || after.birthFlag != state.record.birthFlag
  }

  /// Compares a draft's given fields with the record. A field that was given blank is cleared.
  ///
  /// - Parameter owner: the member of staff that the draft's `owner` names; `adviser` likewise.
  init(
    _ state: CustomerState, _ draft: CustomerDraft, owner: StaffMember?, adviser: StaffMember?, vault: Vault
  ) throws {
    self.state = state
    after = state.record
    guard let wrapped = state.record.wrappedKey else { throw AppError.conflict("ERASED", "the record was erased") }
    let key = try vault.unwrap(wrapped)
    comparePlain(draft)
    compareStaff(draft, owner, adviser)
    try compareContacts(draft, key, vault)
    try compareDocument(draft, key, vault)
    if indexes != nil { indexes = try allIndexes(key, vault) }
  }

  private mutating func comparePlain(_ draft: CustomerDraft) {
    let old = state.record
    if let name = draft.name, name != old.name {
      let pinyin = Pinyin(name)
      (after.name, after.pinyin, after.initials) = (name, pinyin.key, pinyin.initials)
      after.kind = draft.kind
      note("name", old.name, name)
    }
    let isCompared = draft.given.contains("national_id")
    if draft.given.contains("gender") || isCompared && old.sex == nil, draft.sex != old.sex {
      after.sex = draft.sex
      note("gender", old.sex?.rawValue, draft.sex?.rawValue)
    }
    if draft.given.contains("birth_date") || isCompared,
      draft.birthDate != old.birthDate || draft.birthFlag != old.birthFlag
    {
      if draft.birthDate != old.birthDate {
        note("birth_date", old.birthDate?.description, draft.birthDate?.description)
      } else {
        note("birth_date", old.birthFlag, draft.birthFlag)
      }
      (after.birthDate, after.birthFlag) = (draft.birthDate, draft.birthFlag)
    }
    if draft.given.contains("occupation"), draft.occupation != old.occupation {
      after.occupation = draft.occupation
      note("occupation", old.occupation, draft.occupation)
    }
    if draft.given.contains("income"), draft.income != old.income {
      after.income = draft.income
      note("income", old.income?.yuan, draft.income?.yuan)
    }
    if draft.given.contains("channel"), draft.channel != old.channel {
      after.channel = draft.channel
      note("channel", old.channel?.rawValue, draft.channel?.rawValue)
    }
    if draft.given.contains("created_on"), draft.createdOn != old.createdOn {
      after.createdOn = draft.createdOn
      note("created_on", old.createdOn?.description, draft.createdOn?.description)
    }
  }

  private mutating func compareStaff(_ draft: CustomerDraft, _ owner: StaffMember?, _ adviser: StaffMember?) {
    let old = state.record
    if draft.given.contains("owner"), owner?.id != old.ownerID {
      after.ownerID = owner?.id
      note("owner", old.ownerID?.description, owner?.id.description)
    }
    if draft.given.contains("adviser"), adviser?.id != old.adviserID {
      after.adviserID = adviser?.id
      note("adviser", old.adviserID?.description, adviser?.id.description)
    }
  }

  private mutating func note(_ field: String, _ before: String?, _ after: String?) {
    fields.append(Field(name: field, before: before, after: after))
  }

  private mutating func compareContacts(_ draft: CustomerDraft, _ key: SealingKey, _ vault: Vault) throws {
    let kept: [(String, ContactPoint.Kind, CustomerDraft.Checked?)] = [
      ("mobile", .mobile, draft.mobile), ("email", .email, draft.email), ("address", .address, draft.address),
    ]
    for (field, kind, new) in kept where draft.given.contains(field) {
      let old = state.contact(kind)
      let text = try old.map { try vault.open($0.sealed, with: key) }
      guard text != new?.text || old?.flag != new?.flag else { continue }
      note(field, text, new?.text)
      if let old { endedContacts.append(old) }
      if let new { newContacts.append((kind, new.text, new.flag)) }
      if kind != .address { indexes = [] }
    }
    try compareUnverified(draft, key, vault)
  }

  /// Texts that no rule could read: a new one replaces the old, a readable value ends it.
  private mutating func compareUnverified(_ draft: CustomerDraft, _ key: SealingKey, _ vault: Vault) throws {
    let fields: [(String, ContactPoint.Kind)] = [
      ("birth_date", .unverifiedBirthDate), ("gender", .unverifiedSex), ("channel", .unverifiedChannel),
      ("created_on", .unverifiedCreatedOn), ("income", .unverifiedIncome), ("id_type", .unverifiedIDType),
      ("owner", .unverifiedOwner),
    ]
    for (field, kind) in fields where draft.given.contains(field) {
      let old = state.contact(kind)
      let new = draft.unverified.first { $0.kind == kind }
      let text = try old.map { try vault.open($0.sealed, with: key) }
      guard text != new?.text else { continue }
      if !self.fields.contains(where: { $0.name == field }) { note(field, text, new?.text) }
      if let old { endedContacts.append(old) }
      if let new { newContacts.append((kind, new.text, new.code)) }
    }
  }

  private mutating func compareDocument(_ draft: CustomerDraft, _ key: SealingKey, _ vault: Vault) throws {
    guard draft.given.contains("national_id") else { return }
    let old = state.documents.first
    let number = try old.map { try vault.open($0.sealed, with: key) }
    guard number != draft.document?.number || old?.type != draft.document?.type || old?.flag != draft.document?.flag
    else { return }
    note("national_id", number, draft.document?.number)
    if let old { endedDocuments.append(old) }
    newDocument = draft.document
    indexes = []
  }

  func allIndexes(_ key: SealingKey, _ vault: Vault) throws -> [(kind: IndexKind, value: [UInt8])] {
    var whole = CustomerDraft(given: [])
    func current(_ kind: ContactPoint.Kind) throws -> CustomerDraft.Checked? {
      if let new = newContacts.first(where: { $0.kind == kind }) { return .init(text: new.text, flag: new.flag) }
      guard let old = state.contact(kind), !endedContacts.contains(old) else { return nil }
      return .init(text: try vault.open(old.sealed, with: key), flag: old.flag)
    }
    whole.mobile = try current(.mobile)
    whole.email = try current(.email)
    if let newDocument {
      whole.document = newDocument
    } else if let old = state.documents.first, !endedDocuments.contains(old) {
      whole.document = .init(type: old.type, number: try vault.open(old.sealed, with: key), flag: old.flag)
    }
    return whole.indexes(vault)
  }
}
