import Kernel

/// The register of fields, as data: every column of a file and every member of the API that speaks of a person, and
/// those that are refused by name.
extension DataFields {
  static let table: [DataField] =
    // Our own bookkeeping.
    fields(
      .customers, .internal, owner: .steward,
      "id kind source source_id channel created_on owner adviser unverified version created_at updated_at")
    + fields(
      .customers, .personal, owner: .steward,
      """
      name pinyin gender birth_date occupation income deceased_on relation relation_since lines stages latest_at \
      next_due_on
      """)
    + fields(.customers, .sensitive, .identity, owner: .steward, "id_type national_id")
    + fields(.customers, .sensitive, .contact, owner: .service, "mobile email address")
    // Named so that they are refused by name: no purpose needs the one, the law forbids the other.
    + fields(.customers, .personal, owner: .steward, "marital_status religion")
    + fields(.customers, .secret, .genetic, owner: .compliance, "genetic_test")
    + fields(.customers, .secret, .biometric, owner: .compliance, "face_image")
    + fields(.relationships, .personal, owner: .steward, "from to customer name kind other_is_kind since")
    + fields(.relationships, .internal, owner: .steward, "source")
    + fields(
      .consents, .internal, owner: .compliance,
      """
      id customer purpose category state text_version decided_at given_at guardian by withdrawn_at source evidence \
      withdrawal_evidence
      """)
    + policies + claims + applications + complaints
    + fields(.interactions, .internal, owner: .service, "id source source_id staff staff_name")
    + fields(.interactions, .personal, owner: .service, "customer at channel direction topic")
    + fields(.interactions, .sensitive, owner: .service, "summary")
    + fields(.readings, .secret, .health, owner: .service, "reading")
    + fields(.underwriting, .secret, .health, owner: .underwriter, "health_disclosure family_history")

  private static let policies =
    fields(
      .policies, .internal, owner: .service,
      """
      id policy_no base base_policy_no channel writing_agent servicing_agent underwriter source status_as_of \
      mismatches version updated_at
      """)
    + fields(
      .policies, .personal, owner: .service,
      """
      policyholder insured product product_name line roles status termination_reason phases flags projection \
      applied_on formed_on effective_on delivered_on expires_on suspended_on reinstated_on terminated_on loan \
      automatic_loan_from waived_from reduced_on sum_insured premium premium_mode premium_years grace_days \
      next_due_on suspends_on parties coverages premiums riders
      """)
    + fields(.parties, .personal, owner: .service, "policy_no role customer name statutory benefit rank share")
    + fields(.coverages, .personal, owner: .service, "policy_no benefit sum_insured deductible rate limit")
    + fields(
      .premiums, .personal, owner: .service,
      "policy_no due_on amount received_on method result demanded_on failure_reason")

  private static let applications =
    fields(
      .applications, .internal, owner: .underwriter, "id application_no servicing_agent underwriter source")
    + fields(
      .applications, .personal, owner: .underwriter,
      """
      customer product policy_no stage stage_at at outstanding due_on sum_insured premium applied_on steps
      """)
    + fields(.applications, .sensitive, owner: .underwriter, "asked")

  private static let complaints =
    fields(.complaints, .internal, owner: .compliance, "id reference source handler handler_name about about_name")
    + fields(
      .complaints, .personal, owner: .compliance,
      """
      customer channel topic stage received_at policy policy_no term due_on escalated_at acknowledged_at finding \
      determined_at replied_at cause improvement acknowledge_by reasons
      """)
    + fields(
      .complaints, .sensitive, owner: .compliance, "said term_reason determination reply_proof cause_note")

  private static let claims =
    fields(.claims, .internal, owner: .claims, "id claim_no source handler version updated_at clause_days")
    + fields(
      .claims, .personal, owner: .claims,
      """
      policy policy_no insured product line kind status decision notified_at requested_at loss_on claimed paid \
      decided_on paid_on supplement_asked_on supplement_received_on agreed_on due_on due_kind days_left progress \
      next_actor clock
      """)
    + fields(.claims, .secret, .health, owner: .claims, "diagnosis complex_reason")
    + fields(.claims, .secret, .account, owner: .claims, "account")

  private static func fields(
    _ record: DataRecord, _ grade: Grade, _ category: Category = .none, owner: Role, _ names: String
  ) -> [DataField] {
    names.split(separator: " ").map { DataField(record, String($0), grade, category, owner: owner) }
  }
}
