import Kernel
import Storage

/// The door to consents: what a person said to which purpose, and what holds of it now.
package enum Consents {
  package static let given = EventKind("consent_given")
  package static let refused = EventKind("consent_refused")
  package static let withdrawn = EventKind("consent_withdrawn")
  package static let kinds = [given, refused, withdrawn]

  // MARK: Reading

  /// A person's standings, one for each row of the register that asks for consent, and all his decisions.
  package struct Sheet: Sendable {
    package let standings: [ConsentStanding]
    /// Newest first.
    package let history: [Consent]
    package let person: ConsentPerson
  }

  /// - Throws: `notFound` when the viewer may not see the person.
  package static func sheet(_ id: ID<Customer>, in tx: ReadTx) throws -> Sheet {
    try tx.access.require(.read(.consent))
    let record = try Customers.find(id, in: tx)
    let person = try tx.fetch(Customers.person(id))
    let (sealed, guardians) = try tx.fetch(
      ConsentStore.visible(of: person.records), Relationships.guardians(of: person.records))
    let keys = tx.access.sees.contains(.note) ? try Customers.sealingKeys(of: person.records, in: tx) : [:]
    let facts = ConsentPerson(
      birthDate: record.birthFlag == nil ? record.birthDate : nil, deceasedOn: record.deceasedOn,
      guardians: guardians.values.reduce(into: []) { $0.formUnion($1) })
    let history = try sealed.map { try opened($0, keys, tx) }
    let standings = Purposes.ofConsent.map { ConsentRules.standing($0, history, of: facts, at: tx.now) }
    return Sheet(standings: standings, history: history, person: facts)
  }

  /// Which purposes of consent hold for a person now: one short look, for the head of his pages.
  /// What holds now, as the viewer may know it: nil for who may not, and of an organisation.
  package static func told(of customer: Customer, to access: Access, at now: Instant) -> Query<Set<Purpose>?> {
    guard customer.kind == .person, access.permissions.contains(.read(.consent)) else { return .given(nil) }
    return held(customer.id, at: now).map { $0 }
  }

  package static func held(_ id: ID<Customer>, at now: Instant) -> Query<Set<Purpose>> {
    ConsentStore.bits(of: id, at: now).map { bits in
      Set(Purposes.ofConsent.filter { bits & $0.words.bit != 0 }.map(\.purpose))
    }
  }

  static func opened(
    _ sealed: ConsentStore.Sealed, _ keys: [ID<Customer>: SealingKey], _ tx: ReadTx
  ) throws -> Consent {
    var consent = sealed.consent
    guard let key = keys[consent.customerID] else { return consent }
    consent.evidence = try sealed.evidence.map { try tx.vault.open($0, with: key) }
    consent.withdrawalEvidence = try sealed.withdrawalEvidence.map { try tx.vault.open($0, with: key) }
    return consent
  }

  // MARK: Acts

  /// Takes down a yes to the present words. Said already by the same speaker to the same words, nothing happens.
  /// - Throws: `notFound` when the viewer may not see the person; `invalid` with the field's code.
  @discardableResult
  package static func give(
    _ input: ConsentInput, for customer: ID<Customer>, source: String = "anban", in tx: Tx
  ) throws -> Consent {
    try decide(.given, input, for: customer, source: source, in: tx)
  }

  /// Takes down a no. Said already, nothing happens until the person may be asked again.
  @discardableResult
  package static func refuse(
    _ input: ConsentInput, for customer: ID<Customer>, source: String = "anban", in tx: Tx
  ) throws -> Consent {
    try decide(.refused, input, for: customer, source: source, in: tx)
  }

  private static func decide(
    _ state: Consent.State, _ input: ConsentInput, for customer: ID<Customer>, source: String, in tx: Tx
  ) throws -> Consent {
    try tx.access.require(.write(.consent))
    try Customers.lock([customer], in: tx)
    let sheet = try sheet(customer, in: tx)
    let purpose = Purposes.find(input.purpose, input.category)
    if let fault = ConsentRules.fault(purpose, input, of: sheet.person, today: tx.today) {
      throw AppError.invalid([Finding(fault.field, fault.code, .reject).error])
    }
    let evidence = try checked(input.evidence)
    guard let purpose, let standing = sheet.standing(of: input.purpose, input.category) else {
      throw AppError.broken("a purpose that asks for consent has no standing")
    }
    if let latest = standing.consent, isRepeated(state, standing, latest, input, now: tx.now) { return latest }
    let consent = Consent(
      id: tx.newID(), customerID: customer, purpose: input.purpose, category: input.category, state: state,
      textVersion: input.textVersion, textHash: purpose.words.hash, decidedAt: tx.now, guardianID: input.guardian,
      takenBy: tx.access.actor, evidence: evidence, source: source)
    try ConsentStore.insert([consent], keys: try Customers.sealingKeys(of: [customer], in: tx), in: tx)
    record(consent, in: tx)
    try compute([customer], in: tx)
    return consent
  }

  private static func checked(_ evidence: String?) throws -> String? {
    var reader = FieldReader(["evidence": evidence ?? ""])
    let text = reader.text("evidence", limit: 1_000)
    if !reader.findings.isEmpty { throw AppError.invalid(reader.findings.map(\.error)) }
    return text
  }

  private static func isRepeated(
    _ state: Consent.State, _ standing: ConsentStanding, _ latest: Consent, _ input: ConsentInput, now: Instant
  ) -> Bool {
    guard latest.textVersion == input.textVersion, latest.guardianID == input.guardian else { return false }
    switch state {
    case .given: return standing.state == .given
    case .refused: return standing.state == .refused && (standing.askFrom ?? now) > now
    case .withdrawn: return false
    }
  }

  /// Takes a yes back, at once. Withdrawn already, nothing happens.
  /// - Throws: `notFound` when the viewer may not see the person; `conflict` `CONSENT_NOT_GIVEN` when there is no yes.
  @discardableResult
  package static func withdraw(
    _ purpose: Purpose, _ category: Category, for customer: ID<Customer>, evidence: String? = nil, in tx: Tx
  ) throws -> Consent {
    try tx.access.require(.write(.consent))
    try Customers.lock([customer], in: tx)
    let standing = try sheet(customer, in: tx).standing(of: purpose, category)
    guard var consent = standing?.consent, consent.state != .refused else {
      throw AppError.conflict("CONSENT_NOT_GIVEN", "there is no consent to withdraw")
    }
    if consent.state == .withdrawn, consent.withdrawnAt ?? tx.now <= tx.now { return consent }
    consent.state = .withdrawn
    consent.withdrawnAt = tx.now
    consent.withdrawalTakenBy = tx.access.actor
    consent.withdrawalEvidence = try checked(evidence)
    try ConsentStore.withdraw(consent, keys: try Customers.sealingKeys(of: [consent.customerID], in: tx), in: tx)
    record(consent, in: tx)
    try compute([consent.customerID], in: tx)
    return consent
  }

  /// What was said, in the log of the person: when, to which words, by whom.
  static func record(_ consent: Consent, in tx: Tx) {
    var facts = [
      "purpose": consent.purpose.rawValue, "category": consent.category.rawValue,
      "text_version": "\(consent.textVersion)", "consent": consent.id.description,
    ]
    if let guardian = consent.guardianID { facts["guardian"] = guardian.description }
    let kind: EventKind =
      switch consent.state {
      case .given: given
      case .refused: refused
      case .withdrawn: withdrawn
      }
    tx.record(
      kind, customer: consent.customerID.raw, at: consent.withdrawnAt ?? consent.decidedAt, source: consent.source,
      facts: facts)
  }
}

extension Consents.Sheet {
  package func standing(of purpose: Purpose, _ category: Category) -> ConsentStanding? {
    standings.first { $0.purpose.purpose == purpose && $0.purpose.category == category }
  }
}
