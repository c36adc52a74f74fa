import Insurer
import Kernel

/// One person of the plain model.
struct Somebody: Sendable {
  struct Said: Sendable {
    let purpose: Purpose
    let at: Instant
    let isYes: Bool
    let guardian: Int?
    var endedAt: Instant?
  }

  let id: ID<Customer>
  let name: String
  let mobile: String
  let birth: Day?
  /// The staff number of who owns the relation.
  let owner: String
  /// Places of those who may speak for him.
  var guardians: Set<Int> = []
  var said: [Said] = []
}

/// One contract of the plain model; people by their places.
struct Agreement: Sendable {
  let number: String
  let holder: Int
  let insured: Int
  let agent: String
}

/// Who asks.
struct Viewer: Sendable {
  let name: String
  let role: Role
  /// The agents whose customers and contracts he sees; nil for all.
  let agents: Set<String>?
  let token: String
  let own: Purpose
  var cookies = ""
}

/// What a person is on a surface, and why.
enum Verdict: String, CaseIterable, Sendable { case allowed, masked, scope, consent, guardian, minor }

/// The rules of who is seen, written down once more, slowly: none of the program's rules is called.
struct SurfaceModel: Sendable {
  var people: [Somebody] = []
  var contracts: [Agreement] = []
  /// Who is related to whom.
  var relations: Set<[Int]> = []
  var now: Instant

  private func isChild(_ person: Somebody) -> Bool { person.birth.map { now.day < $0.adding(years: 14) } ?? false }

  /// Whether what was said to a purpose holds; nil when it does, else why not.
  func objection(_ person: Somebody, _ purpose: Purpose, own: Purpose) -> Verdict? {
    if purpose == own { return nil }
    var latest: Somebody.Said?
    for said in person.said where said.purpose == purpose {
      if latest.map({ $0.at <= said.at }) ?? true { latest = said }
    }
    guard let latest, latest.isYes, latest.endedAt.map({ now < $0 }) ?? true else { return .consent }
    if isChild(person) {
      return latest.guardian.map { person.guardians.contains($0) } ?? false ? nil : .guardian
    }
    if latest.guardian != nil { return .guardian }
    if let birth = person.birth, latest.at.day < birth.adding(years: 14) { return .guardian }
    return nil
  }

  /// Whether somebody serves the person: owns the relation, or services a contract that he holds or is insured by.
  func serves(_ viewer: Viewer, _ place: Int) -> Bool {
    guard let agents = viewer.agents else { return true }
    if agents.contains(people[place].owner) { return true }
    return contracts.contains { ($0.holder == place || $0.insured == place) && agents.contains($0.agent) }
  }

  /// A person whose mobile number the surface shows: whole, masked or left out, or not there.
  func verdict(_ viewer: Viewer, _ purpose: Purpose, _ place: Int) -> Verdict {
    guard serves(viewer, place) else { return .scope }
    if let objection = objection(people[place], purpose, own: viewer.own) { return objection }
    return showsMobile(viewer, purpose) ? .allowed : .masked
  }

  /// The same where nothing is masked.
  func presence(_ viewer: Viewer, _ purpose: Purpose, _ place: Int) -> Verdict {
    let verdict = verdict(viewer, purpose, place)
    return verdict == .masked ? .allowed : verdict
  }

  /// A profile opened by its address: a child's not by who sees everybody.
  func profile(_ viewer: Viewer, _ purpose: Purpose, _ place: Int) -> Verdict {
    let verdict = verdict(viewer, purpose, place)
    guard verdict == .allowed || verdict == .masked, viewer.agents == nil, let birth = people[place].birth,
      now.day < birth.adding(years: 18)
    else { return verdict }
    return .minor
  }

  func showsMobile(_ viewer: Viewer, _ purpose: Purpose) -> Bool {
    [.agent, .manager, .service].contains(viewer.role) && purpose != .personalisation
  }

  /// Marketing and health services need neither contracts nor contacts.
  static func needsRecords(_ purpose: Purpose) -> Bool {
    ![.marketing, .healthService, .insuranceSuggestions].contains(purpose)
  }

  /// A contract in a list over a book: by who services it, and by what its holder has agreed to.
  func verdict(_ viewer: Viewer, _ purpose: Purpose, _ contract: Agreement) -> Verdict {
    if let agents = viewer.agents, !agents.contains(contract.agent) { return .scope }
    return objection(people[contract.holder], purpose, own: viewer.own) ?? .allowed
  }

  /// The numbers of a person's contracts that the viewer services.
  func contracts(_ viewer: Viewer, of place: Int) -> Set<String> {
    let found = contracts.filter { contract in
      (contract.holder == place || contract.insured == place) && viewer.agents?.contains(contract.agent) ?? true
    }
    return Set(found.map(\.number))
  }

  /// Whose names are told with a person's relations, and whether whole.
  func related(_ viewer: Viewer, _ purpose: Purpose, of place: Int) -> [ID<Customer>?: Int] {
    var found: [ID<Customer>?: Int] = [:]
    for relation in relations where relation.contains(place) {
      let other = relation[0] == place ? relation[1] : relation[0]
      let isSeen = presence(viewer, purpose, other) == .allowed
      found[isSeen ? people[other].id : nil, default: 0] += 1
    }
    return found
  }
}

/// How many cases came out how, for each surface.
struct SurfaceTally: CustomStringConvertible, Sendable {
  private(set) var counts: [String: [Verdict: Int]] = [:]

  mutating func add(_ surface: String, _ verdict: Verdict, _ count: Int = 1) {
    counts[surface, default: [:]][verdict, default: 0] += count
  }

  func count(_ surface: String, _ verdict: Verdict) -> Int { counts[surface]?[verdict] ?? 0 }

  var total: Int { counts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

  var description: String {
    counts.sorted { $0.key < $1.key }.map { surface, verdicts in
      let parts = Verdict.allCases.compactMap { kind in verdicts[kind].map { "\(kind) \($0)" } }
      return "\(surface): \(parts.joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
