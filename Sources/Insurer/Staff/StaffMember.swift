import Kernel

/// A branch office; teams belong to one.
package struct Branch: Sendable {
  package let id: ID<Branch>
  package let name: String
}

package struct Team: Sendable {
  package let id: ID<Team>
  package let name: String
  package let branchID: ID<Branch>
}

/// Somebody who works for the insurer: agents, advisers, claims handlers, managers, …
package struct StaffMember: Identified, Hashable, Sendable {
  package static let idPrefix = "ST"

  package let id: ID<StaffMember>
  /// The number by which files refer to this person.
  package var staffNo: String
  package var name: String
  package var teamID: ID<Team>?
  package var branchID: ID<Branch>?
  package var role: Role
  package var channel: Channel?
  /// Practice registration (执业登记).
  package var registrationNo: String?
  /// Sales qualification level; its scale is the company's.
  package var qualification: String?
  package var joinedOn: Day?
  package var leftOn: Day?
  /// Sealed by the store key.
  package var mobile: [UInt8]?
  package var mobileIndex: [UInt8]?
  package var source: String
  package var version: Int64
}

extension Branch: Identified, Hashable { package static let idPrefix = "BR" }
extension Team: Identified, Hashable { package static let idPrefix = "TM" }

/// A member of staff in another record: both nil for somebody who is not known.
package struct StaffEntry: Hashable, Sendable {
  package let staffNo: String?
  package let name: String?

  package init(staffNo: String?, name: String?) {
    self.staffNo = staffNo
    self.name = name
  }
}

/// A staff row as lists show it.
package struct StaffLine: Sendable {
  package let id: ID<StaffMember>
  package let staffNo: String
  package let name: String
  package let team: String?
  package let branch: String?
  package let role: Role
  package let channel: Channel?
  package let registrationNo: String?
  package let qualification: String?
  package let joinedOn: Day?
  package let leftOn: Day?
  /// Masked unless the viewer sees mobiles whole.
  package var mobile: String?
}

/// What a file or form says of a member of staff, read and checked.
package struct StaffDraft: Sendable {
  package var staffNo: String
  package var name: String
  package var team: String?
  package var branch: String?
  package var role: Role
  package var channel: Channel?
  package var registrationNo: String?
  package var qualification: String?
  package var joinedOn: Day?
  package var leftOn: Day?
  package var mobile: String?
  /// Whether a blank day of leaving takes back one that is here: where the source has changed it to a blank.
  package var clearsLeft = false

  /// - Returns: nil when a finding rejects the row.
  package static func read(
    _ values: [String: String], admitsDemo: Bool
  ) -> (draft: StaffDraft?, findings: [Finding]) {
    var reader = FieldReader(values)
    let staffNo = reader.text("staff_no", required: true, limit: 64)
    let name = reader.value("name", required: true) { (text) throws(ReadingFault) in try PersonName.parse(text).text }
    let role = reader.value("role", required: true) { (text) throws(ReadingFault) in try Role.reading(text) }
    let joined = reader.day("joined_on", .flag)
    let left = reader.day("left_on", .flag)
    if let joined, let left, left < joined { reader.find("left_on", .dateOrder, .flag) }
    let mobile = reader.value("mobile", .flag) { (text) throws(ReadingFault) in
      try Mobile.parse(text, admitsDemo: admitsDemo).number
    }
    let team = reader.text("team")
    let branch = reader.text("branch")
    if team != nil, branch == nil { reader.find("branch", .required, .reject) }
    let channel = reader.enumeration(Channel.self, "channel", .flag)
    let registration = reader.text("registration_no", limit: 64)
    let qualification = reader.text("qualification", limit: 64)
    guard !reader.isRejected, let staffNo, let name, let role else { return (nil, reader.findings) }
    let draft = StaffDraft(
      staffNo: staffNo, name: name, team: team, branch: branch, role: role, channel: channel,
      registrationNo: registration, qualification: qualification, joinedOn: joined, leftOn: left, mobile: mobile)
    return (draft, reader.findings)
  }
}

extension Role {
  /// The role's code, or its Chinese name.
  package static func reading(_ text: String) throws(ReadingFault) -> Role {
    if let role = Role(rawValue: text.lowercased()) { return role }
    switch text {
    case "代理人", "营销员", "业务员", "客户经理": return .agent
    case "顾问", "专属顾问": return .adviser
    case "主管", "经理", "团队长": return .manager
    case "客服", "客服专员": return .service
    case "理赔", "理赔员": return .claims
    case "核保", "核保员": return .underwriter
    case "数据管理员", "数据管家": return .steward
    case "分析师", "分析": return .analyst
    case "合规": return .compliance
    case "管理员", "系统管理员": return .admin
    default: throw ReadingFault(.enumUnknown)
    }
  }
}
