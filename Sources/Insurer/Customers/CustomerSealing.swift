import Kernel
import Storage

/// A new customer's sealed values, made before the transaction that stores them: parsing, hashing and sealing are
/// the costly part of an import and need no database (decision 4).
package final class SealedCustomer: Sendable {
  package let draft: CustomerDraft
  package let findings: [Finding]
  let pinyin: Pinyin
  let wrappedKey: [UInt8]
  let contacts: [Contact]
  let document: (type: IDType, sealed: [UInt8], flag: String?)?
  let indexes: [(kind: IndexKind, value: [UInt8])]

  struct Contact: Sendable {
    let kind: ContactPoint.Kind
    let sealed: [UInt8]
    let flag: String?
  }

  package init(_ draft: CustomerDraft, _ findings: [Finding], vault: Vault) throws {
    self.draft = draft
    self.findings = findings
    pinyin = Pinyin(draft.name ?? "")
    let (key, wrapped) = try vault.newCustomerKey()
    wrappedKey = wrapped
    contacts = try draft.contactTexts.map { contact in
      Contact(kind: contact.kind, sealed: try vault.seal(contact.text, with: key), flag: contact.flag)
    }
    document = try draft.document.map { ($0.type, try vault.seal($0.number, with: key), $0.flag) }
    indexes = draft.indexes(vault)
  }

  /// Reads and seals before the transaction, which knows the day and the setting of the demo: what depends on these is
  /// taken as valid here, and looked at again there.
  package static func prepare(_ values: [String: String], vault: Vault) throws -> SealedCustomer {
    let rules = ResidentID.Rules(today: Day(number: 2_932_896), admitsDemo: true)
    let (draft, findings) = CustomerRules.read(values, isNew: true, rules)
    return try SealedCustomer(draft, findings, vault: vault)
  }

  var nationalIDIndex: [UInt8]? { indexes.first { $0.kind == .nationalID }?.value }
  var mobileIndex: [UInt8]? { indexes.first { $0.kind == .mobile }?.value }
}

/// A row that may be new, as far as it is worked out before the transaction that stores it.
package struct PreparedCustomer: Sendable {
  package let sealed: SealedCustomer
  /// Who is already here, as findings; nil while nobody has asked.
  package var duplicates: [Finding]?

  package init(_ sealed: SealedCustomer) { self.sealed = sealed }
}

extension CustomerDraft {
  /// Everything that is sealed as a contact point, unverified texts included.
  var contactTexts: [(kind: ContactPoint.Kind, text: String, flag: String?)] {
    var texts: [(kind: ContactPoint.Kind, text: String, flag: String?)] = []
    if let mobile { texts.append((.mobile, mobile.text, mobile.flag)) }
    if let email { texts.append((.email, email.text, email.flag)) }
    if let address { texts.append((.address, address.text, address.flag)) }
    for text in unverified { texts.append((text.kind, text.text, text.code)) }
    return texts
  }

  /// Blind indexes of the verified values; a flagged value never becomes one (decision 23).
  func indexes(_ vault: Vault) -> [(kind: IndexKind, value: [UInt8])] {
    var indexes: [(kind: IndexKind, value: [UInt8])] = []
    if let document, document.flag == nil { indexes.append((.nationalID, vault.index(.nationalID, document.number))) }
    if let mobile, mobile.flag == nil {
      indexes.append((.mobile, vault.index(.mobile, mobile.text)))
      indexes.append((.mobileLastFour, vault.index(.mobileLastFour, String(mobile.text.suffix(4)))))
    }
    if let email, email.flag == nil { indexes.append((.email, vault.index(.email, email.text))) }
    return indexes
  }
}

/// A record with everything that an edit compares against.
struct CustomerState: Sendable {
  let record: Customer
  let contacts: [ContactPoint]
  let documents: [StoredDocument]

  func contact(_ kind: ContactPoint.Kind) -> ContactPoint? {
    contacts.first { $0.kind == kind && $0.isPrimary } ?? contacts.first { $0.kind == kind }
  }

  static func load(_ ids: [ID<Customer>], in tx: Tx) throws -> [ID<Customer>: CustomerState] {
    let (records, contacts, documents) = try tx.fetch(
      CustomerStore.records(ids), CustomerStore.contacts(of: ids), CustomerStore.documents(of: ids))
    let contactsBy = Dictionary(grouping: contacts, by: \.customerID)
    let documentsBy = Dictionary(grouping: documents, by: \.customerID)
    return Dictionary(
      uniqueKeysWithValues: records.map { record in
        let state = CustomerState(
          record: record, contacts: contactsBy[record.id] ?? [], documents: documentsBy[record.id] ?? [])
        return (record.id, state)
      })
  }
}
