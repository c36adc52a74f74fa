import Kernel

extension FactCatalog {
  static let table: [Fact] =
    people + household + policies + sums + phases + premiums + claims + contacts + consents + walls

  private static let people: [Fact] = [
    fact(
      "person.age", .person, .number, .years, .derived, .customer, "birth_date", reading: .years,
      of: ["customers.birth_date"]),
    fact(
      "person.birthday", .person, .birthday, .none, .anchor, .person, "birthday", for: .service,
      of: ["customers.birth_date"]),
    fact("person.sex", .person, .code, .none, .anchor, .customer, "sex", vocabulary: .sex, of: ["customers.gender"]),
    fact(
      "person.kind", .person, .code, .none, .anchor, .customer, "kind", vocabulary: .customerKind,
      of: ["customers.kind"]),
    fact(
      "person.channel", .person, .code, .none, .anchor, .customer, "channel", vocabulary: .channel,
      of: ["customers.channel"]),
    fact(
      "person.income", .person, .money, .fen, .anchor, .customer, "income_fen", of: ["customers.income"]),
    fact(
      "person.relation", .person, .code, .none, .anchor, .customer, "relation", vocabulary: .relation,
      of: ["customers.relation"]),
    fact("person.stages", .person, .set, .none, .anchor, .book, "stages", vocabulary: .stage, of: ["customers.stages"]),
    fact("person.known_since", .person, .day, .none, .anchor, .customer, "created_on", of: ["customers.created_on"]),
    fact(
      "person.known_years", .person, .number, .years, .derived, .customer, "created_on", reading: .years,
      of: ["customers.created_on"]),
    fact("person.deceased_on", .person, .day, .none, .anchor, .customer, "deceased_on", of: ["customers.deceased_on"]),
  ]

  /// What is recorded on the person's own side; other members' cover and money need their authorisation.
  private static let household: [Fact] = [
    count("household.relatives", .household, .person, "relatives"),
    count("household.spouses", .household, .person, "spouses"),
    count("household.children", .household, .person, "children"),
    count("household.parents", .household, .person, "parents"),
    count("household.wards", .household, .person, "wards"),
    count("household.referrals", .household, .person, "referrals", for: .service),
    flag("household.is_referred", .household, .person, "is_referred", for: .service),
  ]

  private static let policies: [Fact] = [
    fact("policies.lines", .policies, .set, .none, .anchor, .book, "lines", vocabulary: .line, of: ["customers.lines"]),
    fact("policies.held_lines", .policies, .set, .none, .anchor, .contract, "held_lines", vocabulary: .line),
    fact("policies.insured_lines", .policies, .set, .none, .anchor, .contract, "insured_lines", vocabulary: .line),
    count("policies.all", .policies, .contract, "policies"),
    count("policies.held", .policies, .contract, "held"),
    count("policies.in_force", .policies, .contract, "in_force"),
    count("policies.insured_in_force", .policies, .contract, "insured_in_force"),
    count("policies.riders", .policies, .contract, "riders"),
    count("policies.not_yet_effective", .policies, .contract, "not_yet_effective"),
    count("policies.suspended", .policies, .contract, "suspended"),
    count("policies.terminated", .policies, .contract, "terminated"),
    count("policies.surrendered", .policies, .contract, "surrendered"),
    day("policies.first_effective_on", .policies, .contract, "first_effective_on"),
    fact(
      "policies.tenure", .policies, .number, .years, .derived, .contract, "first_effective_on", reading: .years),
    days("policies.since_latest", .policies, .contract, "latest_effective_on", .daysSince),
    days("policies.since_ended", .policies, .contract, "latest_ended_on", .daysSince),
    days("policies.expires_in", .policies, .contract, "next_expiry_on", .daysUntil),
    flag("policies.pledged", .policies, .contract, "pledged"),
    flag("policies.frozen", .policies, .contract, "frozen"),
    count("policies.mismatched", .policies, .contract, "mismatched"),
  ]

  private static let sums: [Fact] = [
    money("sums.annual_premium", .sums, .contract, "annual_premium_fen"),
    money("sums.single_premium", .sums, .contract, "single_premium_fen"),
    money("sums.life", .sums, .contract, "sum_life_fen"),
    money("sums.critical_illness", .sums, .contract, "sum_critical_illness_fen"),
    money("sums.medical", .sums, .contract, "sum_medical_fen"),
    money("sums.accident", .sums, .contract, "sum_accident_fen"),
    money("sums.annuity", .sums, .contract, "sum_annuity_fen"),
    money("sums.education", .sums, .contract, "sum_education_fen"),
    money("sums.loan", .sums, .contract, "loan_fen"),
  ]

  private static let phases: [Fact] = [
    count("phases.cooling_off", .phases, .window, .contract, "cooling_off"),
    count("phases.grace", .phases, .window, .contract, "grace"),
    count("phases.automatic_premium_loan", .phases, .window, .contract, "automatic_loan"),
    count("phases.waived", .phases, .window, .contract, "waived"),
    count("phases.reduced_paid_up", .phases, .window, .contract, "reduced_paid_up"),
    count("phases.paid_up", .phases, .window, .contract, "paid_up"),
  ]

  private static let premiums: [Fact] = [
    days("premiums.due_in", .premiums, .contract, "next_due_on", .daysUntil),
    days("premiums.suspends_in", .premiums, .contract, "suspends_on", .daysUntil),
    count("premiums.overdue", .premiums, .window, .contract, "overdue"),
    money("premiums.overdue_amount", .premiums, .window, .contract, "overdue_fen"),
    count("premiums.failed_90", .premiums, .window, .contract, "failed_90"),
    count("premiums.failed_365", .premiums, .window, .contract, "failed_365"),
    count("premiums.paid", .premiums, .contract, "premiums_paid"),
    money("premiums.paid_365", .premiums, .window, .contract, "paid_365_fen", change: "premiums.paid_change"),
    fact("premiums.paid_change", .premiums, .number, .percent, .window, .contract, "paid_change"),
    days("premiums.since_paid", .premiums, .contract, "last_paid_on", .daysSince),
    count("premiums.debited_730", .premiums, .window, .contract, "debit_730"),
    count("premiums.voluntary_730", .premiums, .window, .contract, "voluntary_730"),
    fact(
      "premiums.lead_days", .premiums, .number, .days, .anchor, .contract, "lead_days", for: .personalisation),
    fact(
      "premiums.usual_month", .premiums, .number, .month, .anchor, .contract, "usual_month", for: .personalisation),
  ]

  private static let claims: [Fact] = [
    count("claims.all", .claims, .contract, "claims"),
    count("claims.open", .claims, .contract, "open_claims"),
    count("claims.notified_365", .claims, .window, .contract, "claims_365"),
    count("claims.declined", .claims, .contract, "declined_claims"),
    money("claims.claimed", .claims, .contract, "claimed_fen"),
    money("claims.paid", .claims, .contract, "paid_claims_fen"),
    money("claims.paid_365", .claims, .window, .contract, "paid_claims_365_fen"),
    days("claims.since_latest", .claims, .contract, "last_claim_on", .daysSince),
    days("claims.since_decision", .claims, .contract, "last_decision_on", .daysSince),
    days("claims.decision_due_in", .claims, .contract, "claim_due_on", .daysUntil),
    count(
      "claims.critical_illness", .claims, .contract, "illness_claims", for: .claims,
      uses: [.claims, .underwriting], category: .health),
  ]

  private static let contacts: [Fact] = [
    count("contacts.all_30", .contacts, .window, .person, "contacts_30", for: .service),
    count("contacts.all_90", .contacts, .window, .person, "contacts_90", for: .service),
    count("contacts.all_365", .contacts, .window, .person, "contacts_365", for: .service),
    count("contacts.enquiries_30", .contacts, .window, .person, "enquiries_30", for: .service),
    count(
      "contacts.enquiries_90", .contacts, .window, .person, "enquiries_90", for: .service,
      change: "contacts.enquiry_change"),
    count("contacts.enquiries_365", .contacts, .window, .person, "enquiries_365", for: .service),
    fact(
      "contacts.enquiry_change", .contacts, .number, .percent, .window, .person, "enquiry_change",
      for: .personalisation),
    count("contacts.outgoing_90", .contacts, .window, .person, "outgoing_90", for: .service),
    count("contacts.outgoing_365", .contacts, .window, .person, "outgoing_365", for: .service),
    count("contacts.phone_365", .contacts, .window, .person, "phone_365", for: .service),
    count("contacts.wechat_365", .contacts, .window, .person, "wechat_365", for: .service),
    count("contacts.app_365", .contacts, .window, .person, "app_365", for: .service),
    count("contacts.branch_365", .contacts, .window, .person, "branch_365", for: .service),
    count("contacts.visit_365", .contacts, .window, .person, "visit_365", for: .service),
    count("contacts.sms_365", .contacts, .window, .person, "sms_365", for: .service),
    count("contacts.email_365", .contacts, .window, .person, "email_365", for: .service),
    count("contacts.web_365", .contacts, .window, .person, "web_365", for: .service),
    day("contacts.first_on", .contacts, .person, "first_contact_on", for: .service),
    days("contacts.since_any", .contacts, .person, "last_contact_on", .daysSince, for: .service),
    days("contacts.since_enquiry", .contacts, .person, "last_enquiry_on", .daysSince, for: .service),
    days("contacts.since_outgoing", .contacts, .person, "last_outgoing_on", .daysSince, for: .service),
    days("contacts.since_visit", .contacts, .person, "last_visit_on", .daysSince, for: .service),
  ]

  private static let consents: [Fact] = [
    agreed("consent.marketing", to: .marketing),
    agreed("consent.personalisation", to: .personalisation),
    agreed("consent.health_service", to: .healthService),
    agreed("consent.insurance_suggestions", to: .insuranceSuggestions),
    day("consent.given_on", .consent, .person, "last_consent_on", for: .quality),
    day("consent.refused_on", .consent, .person, "last_refusal_on", for: .quality),
    day("consent.withdrawn_on", .consent, .person, "last_withdrawal_on", for: .quality),
  ]

  /// What no condition may name, and by which article.
  private static let walls: [Fact] = [
    walled("genetic.test_result", .genetic, "健康保险管理办法", "38", for: .underwriting),
    walled("genetic.risk", .genetic, "健康保险管理办法", "38", for: .underwriting),
    walled("health.diagnosis", .health, "个人信息保护法", "28", for: .claims),
    walled("health.disclosure", .health, "个人信息保护法", "28", for: .underwriting),
    walled("health.readings", .health, "个人信息保护法", "29", for: .healthService),
  ]
}
