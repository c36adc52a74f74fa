/// The numbers of the law and of filed clauses that rules use (decision 22). The raw value is the catalogue's
/// `parameter`.
package enum LegalParameter: String, CaseIterable, Sendable {
  /// Days after a premium's due date during which cover continues.
  case graceDays = "grace_days"
  /// Days after a formal demand has reached the policyholder.
  case demandDays = "demand_days"
  /// Years of suspension after which the insurer may rescind.
  case reinstatementYears = "reinstatement_years"
  /// Years from formation after which the insurer may no longer rescind for non-disclosure.
  case contestabilityYears = "contestability_years"
  /// Days after learning of a ground of rescission in which the right must be used.
  case rescissionKnowledgeDays = "rescission_knowledge_days"
  /// Days for a determination where the policy's own clause is not known.
  case determinationClauseDays = "determination_clause_days"
  /// Days for a determination that is marked complex.
  case determinationComplexDays = "determination_complex_days"
  /// Days to pay after agreement on the benefit.
  case paymentDays = "payment_days"
  /// Days to send the refusal letter after the determination.
  case refusalLetterDays = "refusal_letter_days"
  /// Days after which the certain part is paid in advance.
  case advancePaymentDays = "advance_payment_days"
  /// Days after which the handler is reminded of that; a rule of ours.
  case advancePromptDays = "advance_prompt_days"
  case limitationLifeYears = "limitation_life_years"
  case limitationOtherYears = "limitation_other_years"
  case suicideYears = "suicide_years"
  case surrenderValueDays = "surrender_value_days"
  case retentionShortYears = "retention_short_years"
  case retentionLongYears = "retention_long_years"
  /// The shortest cooling-off period of long-term health insurance.
  case coolingOffMinimumDays = "cooling_off_minimum_days"
  /// The longest waiting period of health insurance.
  case waitingMaximumDays = "waiting_maximum_days"
  /// Days to decide a complaint and tell the customer.
  case complaintDecisionDays = "complaint_decision_days"
  /// The same where the matter is complex.
  case complaintComplexDays = "complaint_complex_days"
  /// Days added where somebody above approves it.
  case complaintSpecialDays = "complaint_special_days"
  /// The day on which those above are told; a rule of ours.
  case complaintEscalationDays = "complaint_escalation_days"
  /// Working days to tell the customer that it is looked into; a rule of ours.
  case complaintAcknowledgementDays = "complaint_acknowledgement_days"
  /// Days after an agent has left in which his customers with contracts of more than a year are told.
  case departureNoticeDays = "departure_notice_days"
  /// Days before their end on which those above are told of notices still open; a rule of ours.
  case departureEscalationDays = "departure_escalation_days"
}
