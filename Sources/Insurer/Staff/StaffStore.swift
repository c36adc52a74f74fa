import Kernel
import Storage

enum StaffStore {
  private static let columns: SQL = """
    s.id, s.staff_no, s.name, s.team_id, s.branch_id, s.role, s.channel, s.registration_no, s.qualification,
    s.joined_on, s.left_on, s.mobile, s.mobile_index, s.source, s.version
    """

  private static func decode(_ row: Row) throws -> StaffMember {
    StaffMember(
      id: row.id(0), staffNo: row.text(1), name: row.text(2), teamID: row.idOrNil(3), branchID: row.idOrNil(4),
      role: try row.code(5), channel: row.textOrNil(6).flatMap(Channel.init(rawValue:)),
      registrationNo: row.textOrNil(7), qualification: row.textOrNil(8), joinedOn: row.dayOrNil(9),
      leftOn: row.dayOrNil(10), mobile: row.blobOrNil(11), mobileIndex: row.blobOrNil(12), source: row.text(13),
      version: row.int(14))
  }

  static func find(_ id: ID<StaffMember>) -> Query<StaffMember?> {
    .first("SELECT \(columns) FROM staff s WHERE s.id = \(id)", decode)
  }

  static func some(_ ids: [ID<StaffMember>]) -> Query<[StaffMember]> {
    .all("SELECT \(columns) FROM staff s WHERE s.id IN \(list: ids)", decode)
  }

  static func byNumbers(_ numbers: [String]) -> Query<[StaffMember]> {
    .all("SELECT \(columns) FROM staff s WHERE s.staff_no IN \(list: numbers)", decode)
  }

  /// Team and branch of some members of staff.
  static func groups(of ids: [Int64]) -> Query<[Int64: [Int64]]> {
    Query<[(Int64, Int64?, Int64?)]>.all("SELECT id, team_id, branch_id FROM staff WHERE id IN \(list: ids)") { row in
      (row.int(0), row.intOrNil(1), row.intOrNil(2))
    }.map { rows in Dictionary(uniqueKeysWithValues: rows.map { ($0.0, [$0.1, $0.2].compactMap { $0 }) }) }
  }

  static func numbers(of ids: [ID<StaffMember>]) -> Query<[ID<StaffMember>: String]> {
    Query<[(ID<StaffMember>, String)]>.all("SELECT s.id, s.staff_no FROM staff s WHERE s.id IN \(list: ids)") {
      ($0.id(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  static func names(_ ids: [Int64]) -> Query<[Int64: String]> {
    guard !ids.isEmpty else { return .given([:]) }
    return Query<[(Int64, String)]>.all("SELECT id, name FROM staff WHERE id IN \(list: ids)") {
      ($0.int(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  static func entries(_ ids: [ID<StaffMember>]) -> Query<[ID<StaffMember>: StaffEntry]> {
    Query<[(ID<StaffMember>, StaffEntry)]>.all("SELECT id, staff_no, name FROM staff WHERE id IN \(list: ids)") {
      ($0.id(0), StaffEntry(staffNo: $0.text(1), name: $0.text(2)))
    }.map { Dictionary($0) { first, _ in first } }
  }

  static let branches: Query<[Branch]> = .all("SELECT id, name FROM branches ORDER BY name") { row in
    Branch(id: row.id(0), name: row.text(1))
  }

  static let teams: Query<[Team]> = .all("SELECT id, name, branch_id FROM teams ORDER BY branch_id, name") { row in
    Team(id: row.id(0), name: row.text(1), branchID: row.id(2))
  }

  private static let lineColumns: SQL = """
    s.id, s.staff_no, s.name, t.name, b.name, s.role, s.channel, s.registration_no, s.qualification, s.joined_on,
    s.left_on, s.mobile
    FROM staff s LEFT JOIN teams t ON t.id = s.team_id LEFT JOIN branches b ON b.id = s.branch_id
    """

  private static func decodeLine(_ row: Row) throws -> (line: StaffLine, mobile: [UInt8]?) {
    let line = StaffLine(
      id: row.id(0), staffNo: row.text(1), name: row.text(2), team: row.textOrNil(3), branch: row.textOrNil(4),
      role: try row.code(5), channel: row.textOrNil(6).flatMap(Channel.init(rawValue:)),
      registrationNo: row.textOrNil(7), qualification: row.textOrNil(8), joinedOn: row.dayOrNil(9),
      leftOn: row.dayOrNil(10))
    return (line, row.blobOrNil(11))
  }

  /// Lines after `number` in the order of staff numbers; with their sealed mobiles.
  static func page(
    after number: String, role: Role?, limit: Int
  ) -> Query<[(line: StaffLine, mobile: [UInt8]?)]> {
    let filter: SQL = role.map { "AND s.role = \($0.rawValue)" } ?? ""
    return .all(
      "SELECT \(lineColumns) WHERE s.staff_no > \(number) \(filter) ORDER BY s.staff_no LIMIT \(limit)", decodeLine)
  }

  static func lines(of number: String) -> Query<[(line: StaffLine, mobile: [UInt8]?)]> {
    .all("SELECT \(lineColumns) WHERE s.staff_no = \(number)", decodeLine)
  }

  /// Those of a role in a team or branch who have not left, by number.
  static func present(_ role: Role, in group: Int64, on today: Day) -> Query<[StaffMember]> {
    .all(
      """
      SELECT \(columns) FROM staff s
      WHERE (s.team_id = \(group) OR s.branch_id = \(group)) AND s.role = \(role.rawValue)
        AND (s.left_on IS NULL OR s.left_on > \(today))
      ORDER BY s.staff_no LIMIT 500
      """, decode)
  }

  static func setLeft(_ id: ID<StaffMember>, on day: Day?, in tx: Tx) throws {
    try tx.run(
      "UPDATE staff SET left_on = \(day), version = version + 1, updated_at = \(tx.now) WHERE id = \(id)")
  }

  static func insert(_ branches: [Branch], in tx: Tx) throws {
    try tx.insert(into: "branches", columns: ["id", "name"], rows: branches.map { [$0.id.sqlValue, .text($0.name)] })
  }

  static func insert(_ teams: [Team], in tx: Tx) throws {
    try tx.insert(
      into: "teams", columns: ["id", "name", "branch_id"],
      rows: teams.map { [$0.id.sqlValue, .text($0.name), $0.branchID.sqlValue] })
  }

  /// Sealed mobiles by raw id.
  static func mobiles() -> Query<[(Int64, [UInt8])]> {
    .all("SELECT id, mobile FROM staff WHERE mobile IS NOT NULL ORDER BY id") { ($0.int(0), $0.blob(1)) }
  }

  static func setMobileIndex(_ value: [UInt8], of id: Int64, in tx: Tx) throws {
    try tx.run("UPDATE staff SET mobile_index = \(value) WHERE id = \(id)")
  }

  /// Replaces rows of members of staff; new ones are added.
  static func save(_ members: [StaffMember], replacing: [ID<StaffMember>], in tx: Tx) throws {
    if !replacing.isEmpty { try tx.run("DELETE FROM staff WHERE id IN \(list: replacing)") }
    try tx.insert(
      into: "staff",
      columns: [
        "id", "staff_no", "name", "team_id", "branch_id", "role", "channel", "registration_no", "qualification",
        "joined_on", "left_on", "mobile", "mobile_index", "source", "version", "updated_at",
      ],
      rows: members.map { member in
        [
          member.id.sqlValue, .text(member.staffNo), .text(member.name), member.teamID.sqlValue,
          member.branchID.sqlValue, .text(member.role.rawValue), (member.channel?.rawValue).sqlValue,
          member.registrationNo.sqlValue, member.qualification.sqlValue, member.joinedOn.sqlValue,
          member.leftOn.sqlValue, member.mobile.sqlValue, member.mobileIndex.sqlValue, .text(member.source),
          .int(member.version), tx.now.sqlValue,
        ]
      })
  }

  /// Customers in the book of any of these members of staff: whose rows move when somebody changes his group.
  static func customers(inBooksOf ids: [Int64]) -> Query<[Int64]> {
    .all("SELECT DISTINCT customer_id FROM book WHERE scope IN \(list: ids)") { $0.int(0) }
  }
}
