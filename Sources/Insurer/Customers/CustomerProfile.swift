import Kernel
import Storage

/// A customer as one viewer may see him: sealed values opened, whole or masked by his role's sights.
package struct CustomerProfile: Sendable {
  package struct Contact: Hashable, Sendable {
    package let id: Int64
    package let kind: ContactPoint.Kind
    package let text: String
    package let isMasked: Bool
    /// The code of the rule it breaks; nil when it is verified.
    package let flag: String?
    package let isPrimary: Bool
    package let source: String
  }

  package struct Document: Hashable, Sendable {
    package let id: Int64
    package let type: IDType
    package let number: String
    package let isMasked: Bool
    package let flag: String?
    package let validUntil: Day?
    package let source: String
  }

  package let customer: Customer
  /// Nil where the purpose does not need it.
  package let relation: RelationState?
  package let latestAt: Instant?
  package let contacts: [Contact]
  package let documents: [Document]

  /// Opens with the keys of the person's records; of an erased one nothing sealed is left to show. The record that
  /// the person goes by leads.
  package init(
    _ customer: Customer, contacts: [ContactPoint], documents: [StoredDocument], keys: [ID<Customer>: SealingKey],
    for tx: ReadTx
  ) throws {
    let needs = tx.access.needs
    self.customer = customer.told(to: tx.access)
    relation = needs.shows("relation") ? customer.relation : nil
    latestAt = needs.shows("latest_at") ? customer.latestAt : nil
    let contacts = contacts.filter { $0.customerID == customer.id } + contacts.filter { $0.customerID != customer.id }
    let documents =
      documents.filter { $0.customerID == customer.id } + documents.filter { $0.customerID != customer.id }
    let sees = tx.access.sees
    self.contacts = try contacts.compactMap { point in
      let isWhole = sees.contains(point.kind.sight)
      if point.kind.isUnverifiedText && !isWhole || !needs.shows(point.kind.field) { return nil }
      guard let key = keys[point.customerID] else { return nil }
      let text = try tx.vault.open(point.sealed, with: key)
      return Contact(
        id: point.id, kind: point.kind, text: isWhole ? text : point.kind.mask(text), isMasked: !isWhole,
        flag: point.flag, isPrimary: point.isPrimary, source: point.source)
    }
    self.documents = try documents.compactMap { document in
      guard needs.shows("national_id"), let key = keys[document.customerID] else { return nil }
      let isWhole = sees.contains(.nationalID)
      let number = try tx.vault.open(document.sealed, with: key)
      return Document(
        id: document.id, type: document.type, number: isWhole ? number : Masks.identity(number), isMasked: !isWhole,
        flag: document.flag, validUntil: document.validUntil, source: document.source)
    }
  }

  /// The one to show first of its kind.
  package func contact(_ kind: ContactPoint.Kind) -> Contact? {
    contacts.first { $0.kind == kind && $0.isPrimary } ?? contacts.first { $0.kind == kind }
  }
}

extension ContactPoint.Kind {
  /// A text that no rule could read, kept as it came.
  package var isUnverifiedText: Bool {
    switch self {
    case .mobile, .phone, .email, .wechat, .address: false
    default: true
    }
  }

  package func mask(_ text: String) -> String {
    switch self {
    case .mobile, .phone, .wechat: Masks.mobile(text)
    case .email: Masks.email(text)
    case .address: Masks.address(text)
    default: Masks.identity(text)
    }
  }
}

/// One corrected field: who, when, from what, to what; texts masked like the field itself.
package struct Correction: Hashable, Sendable {
  package let id: Int64
  package let field: String
  package let before: String?
  package let after: String?
  package let at: Instant
  package let actor: String
  package let source: String
  package let reason: String?
}
