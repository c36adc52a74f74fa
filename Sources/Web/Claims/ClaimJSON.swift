import Insurer
import Kernel
import Storage

/// A claim as the API writes it: fields named as the columns of files, the progress and its clock beside them.
enum ClaimJSON {
  static func references(_ claims: [Claim], _ references: References, _ tx: ReadTx) throws -> References.Found {
    try references.find(claims.compactMap(\.handlerID), claims.map(\.productID), in: tx)
  }

  /// - Parameter insured: the insured, where the viewer may see that person.
  static func write(
    _ claim: Claim, insured: ID<Customer>?, _ references: References.Found, to json: inout JSONWriter
  ) {
    json.field("id", claim.id)
    json.field("claim_no", claim.claimNo)
    json.field("policy", claim.policyID)
    json.field("policy_no", claim.policyNo)
    json.field("insured", insured)
    json.field("product", references.code(claim.productID))
    json.field("line", claim.line)
    json.field("kind", claim.kind)
    json.field("diagnosis", claim.diagnosis)
    json.field("status", claim.status)
    json.field("source", claim.source)
    json.field("decision", claim.decision)
    json.field("notified_at", claim.notifiedAt)
    json.field("requested_at", claim.requestedAt)
    json.field("loss_on", claim.lossOn)
    json.field("claimed", claim.claimed)
    json.field("paid", claim.paid)
    json.field("decided_on", claim.decidedOn)
    json.field("paid_on", claim.paidOn)
    json.field("handler", references.number(claim.handlerID))
    json.field("clause_days", claim.clauseDays)
    json.field("complex_reason", claim.complexReason)
    json.field("supplement_asked_on", claim.supplementAskedOn)
    json.field("supplement_received_on", claim.supplementReceivedOn)
    json.field("agreed_on", claim.agreedOn)
  }

  static func write(_ progress: ClaimProgress, to json: inout JSONWriter) {
    let clock = progress.clock
    json.field("due_on", clock.next?.day)
    json.field("due_kind", clock.next?.subject)
    json.field("days_left", clock.daysLeft)
    json.array("progress", progress.lines) { json, line in
      json.object {
        $0.field("step", line.step)
        $0.field("state", line.state)
        $0.field("day", line.day)
        $0.field("deadline", line.deadline?.day)
        if line.isMissed { $0.field("missed", true) }
      }
    }
    json.field("next_actor", progress.nextActor)
    json.object("clock") { write(clock, to: &$0) }
  }

  private static func write(_ clock: ClaimClock, to json: inout JSONWriter) {
    json.field("today", clock.today)
    json.field("started_on", clock.startedOn)
    json.field("paused_days", clock.pausedDays)
    json.field("paused_since", clock.pausedSince)
    let deadlines = [clock.determination, clock.payment, clock.refusalLetter, clock.advancePayment].compactMap { $0 }
    json.array("deadlines", deadlines) { json, deadline in
      json.object {
        $0.field("kind", deadline.subject)
        $0.field("day", deadline.day)
        $0.field("days", deadline.days)
        $0.field("citation", ReasonJSON.text(deadline.citation))
        $0.field("done_on", deadline.doneOn)
      }
    }
  }
}
