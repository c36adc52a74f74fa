import Kernel
import Storage

/// Members of staff, their teams and branches. They come by import and the command line; pages list them.
package enum Staff {
  package static let imported = EventKind("staff_imported")

  package static func find(_ id: ID<StaffMember>) -> Query<StaffMember?> { StaffStore.find(id) }
  package static func names(_ ids: [Int64]) -> Query<[Int64: String]> { StaffStore.names(ids) }
  /// The numbers by which files refer to some members of staff.
  package static func numbers(of ids: [ID<StaffMember>]) -> Query<[ID<StaffMember>: String]> {
    StaffStore.numbers(of: ids)
  }
  /// How answers name members of staff.
  package static func entries(_ ids: [ID<StaffMember>]) -> Query<[ID<StaffMember>: StaffEntry]> {
    StaffStore.entries(ids)
  }
  package static func some(_ ids: [ID<StaffMember>]) -> Query<[StaffMember]> { StaffStore.some(ids) }
  package static func byNumbers(_ numbers: [String]) -> Query<[StaffMember]> { StaffStore.byNumbers(numbers) }
  /// Raw ids of team and branch, by member.
  package static func groups(of ids: [Int64]) -> Query<[Int64: [Int64]]> { StaffStore.groups(of: ids) }
  package static var branches: Query<[Branch]> { StaffStore.branches }
  package static var teams: Query<[Team]> { StaffStore.teams }

  /// Those of a role in a team or branch (its raw id) who have not left, by number.
  package static func present(_ role: Role, in group: Int64, on today: Day) -> Query<[StaffMember]> {
    StaffStore.present(role, in: group, on: today)
  }

  /// Notes the day on which somebody leaves, or that he stays. `Departures` decides it.
  static func setLeft(_ id: ID<StaffMember>, on day: Day?, in tx: Tx) throws {
    try StaffStore.setLeft(id, on: day, in: tx)
  }

  /// Lines after a staff number, at most `limit`.
  package static func list(
    after number: String = "", role: Role? = nil, limit: Int, in tx: ReadTx
  ) throws -> [StaffLine] {
    try tx.access.require(.read(.staff))
    return try tx.fetch(StaffStore.page(after: number, role: role, limit: limit)).map { try shown($0, $1, tx) }
  }

  /// One line by its staff number.
  package static func line(_ number: String, in tx: ReadTx) throws -> StaffLine {
    try tx.access.require(.read(.staff))
    guard let (line, sealed) = try tx.fetch(StaffStore.lines(of: number)).first else {
      throw AppError.notFound("member of staff")
    }
    return try shown(line, sealed, tx)
  }

  private static func shown(_ line: StaffLine, _ sealed: [UInt8]?, _ tx: ReadTx) throws -> StaffLine {
    var line = line
    line.mobile = try sealed.map { sealed in
      let number = String(decoding: try tx.vault.openFromStore(sealed), as: UTF8.self)
      return tx.access.sees.contains(.mobile) ? number : Masks.mobile(number)
    }
    return line
  }

  /// What one draft became.
  package enum Outcome: Hashable, Sendable {
    case created(ID<StaffMember>)
    case updated(ID<StaffMember>)
    case unchanged(ID<StaffMember>)
  }

  /// Takes in drafts, known by their staff numbers; teams and branches are made as they are named. A member who
  /// changes his team takes his customers' visibility along.
  /// - Returns: one outcome a draft, and the raw ids of customers whose book has to be refreshed.
  package static func upsert(
    _ drafts: [StaffDraft], source: String, in tx: Tx
  ) throws -> (outcomes: [Outcome], moved: [Int64]) {
    try tx.access.require(.write(.staff))
    let (known, branches, teams) = try tx.fetch(
      StaffStore.byNumbers(drafts.map(\.staffNo)), StaffStore.branches, StaffStore.teams)
    var groups = Groups(branches: branches, teams: teams)
    var byNumber = Dictionary(uniqueKeysWithValues: known.map { ($0.staffNo, $0) })
    var saved: [String: StaffMember] = [:]
    var outcomes: [Outcome] = []
    var regrouped: [Int64] = []
    for draft in drafts {
      let old = byNumber[draft.staffNo]
      let new = try member(draft, old, source, &groups, tx)
      if let old, same(old, new, tx) {
        outcomes.append(.unchanged(old.id))
        continue
      }
      if let old, old.teamID != new.teamID || old.branchID != new.branchID { regrouped.append(old.id.raw) }
      outcomes.append(old == nil ? .created(new.id) : .updated(new.id))
      byNumber[draft.staffNo] = new
      saved[draft.staffNo] = new
    }
    try StaffStore.insert(groups.newBranches, in: tx)
    try StaffStore.insert(groups.newTeams, in: tx)
    try StaffStore.save(
      Array(saved.values),
      replacing: known.map(\.id).filter { id in
        saved.values.contains { $0.id == id }
      }, in: tx)
    if !saved.isEmpty { tx.recordSystem(imported, facts: ["count": String(saved.count), "source": source]) }
    guard !regrouped.isEmpty else { return (outcomes, []) }
    return (outcomes, try tx.fetch(StaffStore.customers(inBooksOf: regrouped)))
  }

  private static func member(
    _ draft: StaffDraft, _ old: StaffMember?, _ source: String, _ groups: inout Groups, _ tx: Tx
  ) throws -> StaffMember {
    let branch = draft.branch.map { groups.branch($0, tx) }
    let team = draft.team.flatMap { name in branch.map { groups.team(name, $0, tx) } }
    return StaffMember(
      id: old?.id ?? tx.newID(), staffNo: draft.staffNo, name: draft.name, teamID: team, branchID: branch,
      role: draft.role, channel: draft.channel, registrationNo: draft.registrationNo,
      qualification: draft.qualification, joinedOn: draft.joinedOn,
      leftOn: draft.leftOn ?? (draft.clearsLeft ? nil : old?.leftOn),
      mobile: try draft.mobile.map { try tx.vault.sealForStore(Array($0.utf8)) },
      mobileIndex: draft.mobile.map { tx.vault.index(.mobile, $0) }, source: source, version: (old?.version ?? 0) + 1)
  }

  /// Sealing is random: mobiles are compared by their index values.
  private static func same(_ old: StaffMember, _ new: StaffMember, _ tx: Tx) -> Bool {
    var copy = new
    copy.mobile = old.mobile
    copy.source = old.source
    copy.version = old.version
    return copy == old
  }

  /// Branches and teams by name, with those that had to be made.
  private struct Groups {
    private var branches: [String: ID<Branch>]
    private var teams: [String: ID<Team>]
    private(set) var newBranches: [Branch] = []
    private(set) var newTeams: [Team] = []

    init(branches: [Branch], teams: [Team]) {
      self.branches = Dictionary(uniqueKeysWithValues: branches.map { ($0.name, $0.id) })
      self.teams = Dictionary(uniqueKeysWithValues: teams.map { ("\($0.branchID.raw)/\($0.name)", $0.id) })
    }

    mutating func branch(_ name: String, _ tx: Tx) -> ID<Branch> {
      if let id = branches[name] { return id }
      let branch = Branch(id: tx.newID(), name: name)
      branches[name] = branch.id
      newBranches.append(branch)
      return branch.id
    }

    mutating func team(_ name: String, _ branch: ID<Branch>, _ tx: Tx) -> ID<Team> {
      let key = "\(branch.raw)/\(name)"
      if let id = teams[key] { return id }
      let team = Team(id: tx.newID(), name: name, branchID: branch)
      teams[key] = team.id
      newTeams.append(team)
      return team.id
    }
  }
}
