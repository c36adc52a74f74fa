import Kernel
import Storage

/// Complaints that another system has taken down, known by its reference; what becomes of them is said here.
package enum ComplaintsKind: RecordKind {
  package static let name = "complaints"
  package static let key = ["reference"]
  package static let fields: [ImportField] = [
    ImportField("reference", required: true), ImportField("customer", required: true),
    ImportField("channel", required: true), ImportField("topic", required: true),
    ImportField("said", required: true, sealed: true, form: .prose), ImportField("received_at"),
    ImportField("policy_no"), ImportField("about"),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let found = try References.find(
      rows, .init(customers: ["customer"], staff: ["about"], policies: ["policy_no"]), source: source, in: tx)
    let known = try SourceMemory.find(name, keys: rows.map(\.key), source: source, in: tx)
    return try rows.map { row in
      // What was taken down stands; another wording of it is to be looked at.
      if let before = known[row.key] {
        let flags = (row.changed ?? []).sorted().map { FieldError($0, .valueConflict) }
        return RowOutcome(.unchanged, entity: before.entity, customer: before.customer, flags: flags)
      }
      if let waiting = waiting(row, found) { return waiting }
      return try RowOutcome.of {
        let complaint = try Complaints.open(try read(row, found, source: source, now: tx.now), in: tx)
        return RowOutcome(.created, entity: complaint.id.raw, customer: complaint.customerID.raw)
      }
    }
  }

  private static func waiting(_ row: ImportRow, _ found: PolicyReferences) -> RowOutcome? {
    if let key = row["customer"], found.customers[key] == nil {
      return RowOutcome(.waiting(kind: CustomersKind.name, key: key))
    }
    if let number = row["policy_no"], found.policies[number] == nil {
      return RowOutcome(.waiting(kind: PoliciesKind.name, key: number))
    }
    if let number = row["about"], found.staff[number] == nil {
      return RowOutcome(.waiting(kind: StaffKind.name, key: number))
    }
    return nil
  }

  /// - Throws: `invalid` with the fields' codes.
  private static func read(
    _ row: ImportRow, _ found: PolicyReferences, source: String, now: Instant
  ) throws -> NewComplaint {
    var reader = FieldReader(row.values)
    let customer = reader.text("customer", required: true).flatMap { found.customers[$0] }
    let channel = reader.enumeration(ComplaintChannel.self, "channel", required: true)
    let topic = reader.enumeration(ComplaintTopic.self, "topic", required: true)
    let received = reader.instant("received_at")
    guard reader.findings.isEmpty, let customer, let channel, let topic else {
      throw AppError.invalid(reader.findings.map(\.error))
    }
    var new = NewComplaint(customer, channel, topic, said: row["said"] ?? "")
    // A sender's clock may be a little ahead: what is more than that was refused with the event.
    new.receivedAt = received.map { $0 > now && $0 <= now + 300 ? now : $0 }
    (new.reference, new.about, new.source) = (row["reference"], row["about"], source)
    new.policy = row["policy_no"].flatMap { found.policies[$0]?.id }
    return new
  }
}
