import Kernel

/// A customer record: a person, or an organisation. What the law wants sealed lies beside it, in contact points and
/// identity documents; name, pinyin, sex and birth date are in clear, for search and rules need them (decision 14).
package struct Customer: Identified, Hashable, Sendable {
  package static let idPrefix = "CU"

  package enum Kind: String, Coded {
    case person, organisation
    package var labels: Labels {
      switch self {
      case .person: Labels("个人", "Person")
      case .organisation: Labels("机构", "Organisation", ["单位", "organization"])
      }
    }
  }

  package let id: ID<Customer>
  package var kind: Kind
  /// The one name (姓名).
  package var name: String
  package var pinyin: String
  package var initials: String
  package var sex: Sex?
  package var birthDate: Day?
  /// Set while the birth date is unverified: it is shown, and no rule reads it.
  package var birthFlag: String?
  package var occupation: String?
  /// Yearly.
  package var income: Money?
  package var channel: Channel?
  /// When the source first knew this customer.
  package var createdOn: Day?
  /// The agent who owns the relation (`domain.md`); not who services a policy.
  package var ownerID: ID<StaffMember>?
  package var adviserID: ID<StaffMember>?
  package var deceasedOn: Day?
  package var source: String
  package var sourceKey: String?
  package var relation: RelationState
  package var relationSince: Instant?
  /// The customer's own key, wrapped by the master key; nil once erased.
  package var wrappedKey: [UInt8]?
  /// Bits of the lines held in force, and of the stages open now.
  package var lines: Int64
  package var stages: Int64
  package var latestAt: Instant
  package var nextDueOn: Day?
  package var version: Int64
  package var createdAt: Instant
  package var updatedAt: Instant
}

extension Customer {
  /// As the viewer may know it: an agent is not told who else serves the customer (`domain.md`), nobody what the
  /// purpose does not need.
  package func told(to access: Access) -> Customer {
    let needs = access.needs
    if needs.isWhole, access.role != .agent { return self }
    var told = needs.isWhole ? self : reduced(to: needs)
    guard access.role == .agent else { return told }
    if ownerID?.raw != access.staffID { told.ownerID = nil }
    if adviserID?.raw != access.staffID { told.adviserID = nil }
    return told
  }

  /// Without what a purpose does not need. What cannot be absent here (the state of the relation, the newest moment)
  /// is left out by `CustomerProfile` and `CustomerLine`.
  private func reduced(to needs: Needs) -> Customer {
    var told = self
    if !needs.shows("gender") { told.sex = nil }
    if !needs.shows("birth_date") { (told.birthDate, told.birthFlag) = (nil, nil) }
    if !needs.shows("occupation") { told.occupation = nil }
    if !needs.shows("income") { told.income = nil }
    if !needs.shows("deceased_on") { told.deceasedOn = nil }
    if !needs.shows("relation_since") { told.relationSince = nil }
    if !needs.shows("lines") { told.lines = 0 }
    if !needs.shows("stages") { told.stages = 0 }
    if !needs.shows("next_due_on") { told.nextDueOn = nil }
    return told
  }

  /// Who owns the relation, who advises.
  package var staff: [ID<StaffMember>] { [ownerID, adviserID].compactMap { $0 } }
}

/// A person as the stores take it (decision 11): one record, or several that were found to be one person.
/// New rows go to `id`; reads name all `records`.
package struct PersonRef: Hashable, Sendable {
  package let id: ID<Customer>
  package let records: [ID<Customer>]

  package init(_ id: ID<Customer>, records: [ID<Customer>]? = nil) {
    self.id = id
    self.records = records ?? [id]
  }

  package var isJoined: Bool { records.count > 1 }
}

extension RelationState {
  /// As the book stores it.
  package var number: Int64 { Int64(RelationState.allCases.firstIndex(of: self) ?? 0) }

  package init?(number: Int64) {
    guard RelationState.allCases.indices.contains(Int(number)) else { return nil }
    self = RelationState.allCases[Int(number)]
  }
}

extension Stage {
  /// Its bit in the book's and the customer's `stages`.
  package var bit: Int64 { 1 << Int64(Stage.allCases.firstIndex(of: self) ?? 0) }

  package static func stages(in bits: Int64) -> [Stage] { allCases.filter { bits & $0.bit != 0 } }
}

extension Line {
  /// Its bit in the book's and the customer's `lines`.
  package var bit: Int64 { 1 << Int64(Line.allCases.firstIndex(of: self) ?? 0) }

  package static func lines(in bits: Int64) -> [Line] { allCases.filter { bits & $0.bit != 0 } }
}

/// How a customer can be reached. What a file or form said and no rule could read is kept beside it as `unverified…`.
package struct ContactPoint: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case mobile, phone, email, wechat, address
    case unverifiedBirthDate = "unverified_birth_date"
    case unverifiedSex = "unverified_gender"
    case unverifiedChannel = "unverified_channel"
    case unverifiedCreatedOn = "unverified_created_on"
    case unverifiedIncome = "unverified_income"
    case unverifiedIDType = "unverified_id_type"
    case unverifiedOwner = "unverified_owner"

    /// The field of the register that it is a value of.
    package var field: String {
      switch self {
      case .mobile, .phone, .wechat: "mobile"
      case .email, .address: rawValue
      default: String(rawValue.dropFirst("unverified_".count))
      }
    }

    /// Which right lets a viewer read it whole.
    package var sight: Sight {
      switch self {
      case .mobile, .phone, .wechat: .mobile
      case .email: .email
      case .address: .address
      default: .nationalID
      }
    }
  }

  package let customerID: ID<Customer>
  package let id: Int64
  package let kind: Kind
  package let sealed: [UInt8]
  /// The code of the rule it breaks; nil when it is verified.
  package let flag: String?
  package let isPrimary: Bool
  package let since: Instant
  package let source: String
}

/// An identity document as stored: its number sealed.
package struct StoredDocument: Hashable, Sendable {
  package let customerID: ID<Customer>
  package let id: Int64
  package let type: IDType
  package let sealed: [UInt8]
  package let flag: String?
  package let validUntil: Day?
  package let since: Instant
  package let source: String
}
