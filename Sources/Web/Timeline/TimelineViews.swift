import Insurer
import Kernel
import Storage

/// Which of the timeline's filters an event belongs to; each has its hue.
enum EventFamily: String, CaseIterable {
  case policy, money, claim, contact, system

  init(_ kind: EventKind) {
    switch kind.rawValue.prefix(while: { $0 != "_" }) {
    case "policy", "policyholder", "party", "coverage": self = .policy
    case "premium": self = .money
    case "claim": self = .claim
    case "contact": self = .contact
    default: self = .system
    }
  }

  var icon: String {
    switch self {
    case .policy: "policy"
    case .money: "premium"
    case .claim: "claim"
    case .contact: "phone"
    case .system: "system"
    }
  }

  var kinds: [EventKind] { EventFamily.known.filter { EventFamily($0) == self } }

  /// Every kind that a customer's timeline may show.
  static let known: [EventKind] =
    EventKind.ofContracts + [
      Customers.created, Customers.corrected, CustomerBook.relationChanged, Relationships.recorded, Relationships.ended,
    ] + Consents.kinds + Grants.kinds + Tasks.kinds + Leads.kinds + Applications.kinds + Premiums.kinds
    + Complaints.kinds + DepartureNotices.kinds

  /// The filters above a timeline.
  static func choices(_ current: EventFamily?, base: String, _ words: Words) -> [Choice] {
    [Choice(words["timeline.all"], base, isCurrent: current == nil)]
      + allCases.map {
        Choice(
          words["timeline.family.\($0.rawValue)"], "\(base)?family=\($0.rawValue)", isCurrent: $0 == current,
          icon: $0.icon)
      }
  }
}

extension ContactChannel {
  var icon: String {
    switch self {
    case .phone: "phone"
    case .wechat: "wechat"
    case .app: "app"
    case .branch: "branch"
    case .visit: "visit"
    case .sms: "sms"
    case .email: "email"
    case .web: "web"
    }
  }
}

/// How entries of the log become sentences in one language.
struct Sentences {
  let format: Format
  /// How whoever acted is called.
  var names: [Actor: String] = [:]
  /// Policies by raw id, to say which one it was.
  var policies: [Int64: String] = [:]

  private var words: Words { format.words }

  func row(_ entry: TimelineEntry) -> TimelineRow {
    let family = EventFamily(entry.kind)
    if let contact = entry.contact { return row(entry, contact) }
    let sentence = words.of("events", entry.kind.rawValue) ?? entry.kind.rawValue
    return TimelineRow(
      icon: entry.kind == Customers.corrected ? "edit" : family.icon, family: family.rawValue,
      channel: words["timeline.family.\(family.rawValue)"],
      sentence: Words.fill(sentence) { value($0, of: entry) }, detail: detail(entry), source: source(entry),
      href: href(entry, family), at: format.moment(entry.happenedAt))
  }

  private func row(_ entry: TimelineEntry, _ contact: InteractionLine) -> TimelineRow {
    let interaction = contact.interaction
    let direction = words.label(interaction.direction)
    return TimelineRow(
      icon: interaction.channel.icon, family: EventFamily.contact.rawValue, channel: words.label(interaction.channel),
      sentence: interaction.topic.map { words.of("topics", $0) ?? $0 } ?? words["events.contact"],
      detail: interaction.summary,
      source: [direction, contact.staff].compactMap { $0 }.joined(separator: " · "),
      at: format.moment(entry.happenedAt))
  }

  /// Which policy it was, or whose claim when it is another insured's.
  private func detail(_ entry: TimelineEntry) -> String? {
    entry.insured.map { words.fill("timeline.insured", $0.shown) } ?? policies[entry.subject]
  }

  private func value(_ hole: String, of entry: TimelineEntry) -> String? {
    if hole == "amount" { return entry.amount.map(format.money) }
    guard let fact = entry.facts[hole] else { return nil }
    switch hole {
    case "fields":
      return fact.split(separator: ",").map { words.field(String($0)) }.joined(separator: words["timeline.and"])
    case "before", "after", "from", "to": return code(fact, of: entry.kind)
    case "role": return PartyRole(rawValue: fact).map { words.label($0) }
    case "kind":
      // From the side of this person: at the other end the word is the opposite one.
      guard let kind = RelationshipKind(rawValue: fact) else { return fact }
      return entry.facts["inverse"] == nil ? words["relationships.of.\(kind.rawValue)"] : words.label(kind)
    case "channel": return ContactChannel(rawValue: fact).map { words.label($0) }
    case "stage": return ApplicationStage(rawValue: fact).map { words.label($0) } ?? fact
    case "grant_kind": return GrantKind(rawValue: fact).map { words.label($0) } ?? fact
    case "failure_reason":
      return words.fill("timeline.because", DebitFailure(rawValue: fact).map { words.label($0) } ?? fact)
    case "way": return NoticeWay(rawValue: fact).map { words.label($0) } ?? fact
    case "complaint_channel": return ComplaintChannel(rawValue: fact).map { words.label($0) } ?? fact
    case "complaint_topic": return ComplaintTopic(rawValue: fact).map { words.label($0) } ?? fact
    case "finding": return ComplaintFinding(rawValue: fact).map { words.label($0) } ?? fact
    case "cause": return RootCause(rawValue: fact).map { words.label($0) } ?? fact
    case "promiser": return Promiser(rawValue: fact).map { words.label($0) } ?? fact
    case "purpose": return words.of("purposes", fact) ?? fact
    case "benefit": return Benefit(rawValue: fact).map { words.label($0) } ?? fact
    default: return fact
    }
  }

  private func code(_ text: String, of kind: EventKind) -> String {
    if kind == CustomerBook.relationChanged { return RelationState(rawValue: text).map { words.label($0) } ?? text }
    if let status = PolicyStatus(rawValue: text) { return words.label(status) }
    return ClaimStatus(rawValue: text).map { words.label($0) } ?? text
  }

  /// A person where one acted here; else the system that told us.
  private func source(_ entry: TimelineEntry) -> String {
    if entry.source == "anban" || entry.source.isEmpty { return names[entry.actor] ?? words["timeline.here"] }
    return words.of("sources", entry.source) ?? entry.source
  }

  private func href(_ entry: TimelineEntry, _ family: EventFamily) -> String? {
    guard entry.subject != 0 else { return nil }
    switch family {
    case .policy, .money: return "/policies/\(ID<Policy>(entry.subject))"
    case .claim: return "/claims/\(ID<Claim>(entry.subject))"
    case .contact, .system: return nil
    }
  }
}
