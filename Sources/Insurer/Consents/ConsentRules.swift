import Kernel

/// Whether a person's decisions are a basis for a purpose at a moment: pure, with reasons.
package enum ConsentRules {
  /// Under this age only a guardian's consent holds (PIPL 31).
  package static let ownAge = 14

  /// The first day on which one speaks for oneself.
  package static func ownFrom(_ birth: Day) -> Day { birth.adding(years: ownAge) }

  /// How the person stands to one row of the register: the latest decision counts.
  package static func standing(
    _ purpose: ProcessingPurpose, _ decisions: [Consent], of person: ConsentPerson, at now: Instant
  ) -> ConsentStanding {
    guard purpose.basis == .consent else { return make(purpose, .notNeeded, [Reason("consent.not_needed", pipl13)]) }
    let latest = decisions.filter {
      $0.purpose == purpose.purpose && $0.category == purpose.category && $0.decidedAt <= now
    }.max { ($0.decidedAt, $0.id) < ($1.decidedAt, $1.id) }
    if let day = person.deceasedOn, day <= now.day {
      return make(purpose, .deceased, [Reason("consent.deceased", Citation("PIPL", "49"), [.day("on", day)])], latest)
    }
    guard let latest else {
      return make(purpose, .notAsked, [Reason("consent.not_asked", pipl13)], ask: now)
    }
    switch latest.state {
    case .refused: return saidNo(purpose, .refused, latest, at: latest.decidedAt)
    case .withdrawn where latest.withdrawnAt ?? latest.decidedAt <= now:
      return saidNo(purpose, .withdrawn, latest, at: latest.withdrawnAt ?? latest.decidedAt)
    case .given, .withdrawn: return saidYes(purpose, latest, person, now)
    }
  }

  private static let pipl13 = Citation("PIPL", "13")

  private static func make(
    _ purpose: ProcessingPurpose, _ state: ConsentStanding.State, _ reasons: [Reason], _ consent: Consent? = nil,
    until: Instant? = nil, ask: Instant? = nil
  ) -> ConsentStanding {
    ConsentStanding(
      purpose: purpose, state: state, until: until, askFrom: ask, consent: consent, reasons: reasons)
  }

  /// Who said no is left in peace for a while; other words may be shown at once.
  private static func saidNo(
    _ purpose: ProcessingPurpose, _ state: ConsentStanding.State, _ latest: Consent, at moment: Instant
  ) -> ConsentStanding {
    let peace = moment + ProcessingPurpose.coolDownDays * 86_400
    let reason = Reason(
      "consent.\(state.rawValue)", Citation("网络数据安全管理条例", "22"),
      [.day("on", moment.day), .number("cool_down_days", ProcessingPurpose.coolDownDays)])
    return make(purpose, state, [reason], latest, ask: isSame(purpose, latest) ? peace : moment)
  }

  /// Whether what was shown says the same as what is shown now.
  private static func isSame(_ purpose: ProcessingPurpose, _ consent: Consent) -> Bool {
    purpose.words(consent.textVersion)?.place == purpose.words.place
  }

  private static func saidYes(
    _ purpose: ProcessingPurpose, _ latest: Consent, _ person: ConsentPerson, _ now: Instant
  ) -> ConsentStanding {
    guard isSame(purpose, latest) else {
      let facts: [Reason.Fact] = [.number("shown", latest.textVersion), .number("current", purpose.words.version)]
      return make(
        purpose, .wordsChanged, [Reason("consent.words_changed", Citation("PIPL", "14"), facts)], latest, ask: now)
    }
    let pipl31 = Citation("PIPL", "31")
    let ownFrom = person.birthDate.map(ownFrom)
    let facts = ownFrom.map { [Reason.Fact.day("own_from", $0)] } ?? []
    if let ownFrom, now.day < ownFrom {
      guard let guardian = latest.guardianID, person.guardians.contains(guardian) else {
        return make(
          purpose, .guardianNeeded, [Reason("consent.guardian_needed", pipl31, facts)], latest, ask: now)
      }
      return make(
        purpose, .given, [Reason("consent.by_guardian", pipl31, facts)], latest, until: Instant(ownFrom))
    }
    // A child's own word was none, and a guardian's ends with childhood.
    if latest.guardianID != nil || ownFrom.map({ latest.decidedAt.day < $0 }) ?? false {
      return make(purpose, .ownNeeded, [Reason("consent.own_needed", pipl31, facts)], latest, ask: now)
    }
    let given = Reason("consent.given", Citation("PIPL", "14"), [.day("on", latest.decidedAt.day)])
    return make(purpose, .given, [given], latest, until: latest.withdrawnAt)
  }

  /// What stands against taking a yes or a no from this speaker; nil when nothing does.
  package static func fault(
    _ purpose: ProcessingPurpose?, _ input: ConsentInput, of person: ConsentPerson, today: Day
  ) -> (field: String, code: ValidationCode)? {
    guard let purpose, purpose.basis == .consent else { return ("purpose", .consentNotNeeded) }
    guard input.textVersion == purpose.words.version else { return ("text_version", .wordsChanged) }
    if let day = person.deceasedOn, day <= today { return ("customer", .personDeceased) }
    if let birth = person.birthDate, today < ownFrom(birth) {
      guard let guardian = input.guardian else { return ("guardian", .guardianRequired) }
      return person.guardians.contains(guardian) ? nil : ("guardian", .guardianUnknown)
    }
    return input.guardian == nil ? nil : ("guardian", .ownConsentRequired)
  }

  /// A person's bits, and until when they are to be believed.
  package static func basis(_ standings: [ConsentStanding]) -> (bits: Int64, until: Instant) {
    let held = standings.filter { $0.state == .given }
    return (
      held.reduce(0) { $0 | $1.purpose.words.bit }, held.compactMap(\.until).min() ?? Instant(microseconds: .max)
    )
  }
}
