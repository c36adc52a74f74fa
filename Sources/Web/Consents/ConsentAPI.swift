import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/purposes` and `/api/v1/customers/{id}/consents`: what data is processed for, and what a person said to it.
enum ConsentAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/purposes", scope: .read(.consent), for: .nobody) { call in
      try call.noQuery()
      return JSONWriter.page(Purposes.all, next: nil) { ConsentJSON.write($1, to: &$0) }
    }
    routes.api(.get, "/customers/{id}/consents", scope: .read(.consent), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Customer.self)
      return try await call.read { tx in
        let sheet = try Consents.sheet(id, in: tx)
        tx.logAccess(AccessRecord(.view, subjects: [id.raw], what: "consents"))
        return JSONWriter.record { ConsentJSON.write(sheet, to: &$0) }
      }.response()
    }
    routes.api(.post, "/customers/{id}/consents", scope: .write(.consent), for: .own, decide)
    routes.api(.post, "/customers/{id}/consents/withdrawal", scope: .write(.consent), for: .own, withdraw)
  }

  enum Decision: String, CaseIterable { case given, refused }

  private static func decide(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let ((subject, decision, version, guardian), bytes) = try await call.object { fields in
      let (subject, decision) = (Subject(&fields), fields.code("decision", of: Decision.self))
      let version = fields.int("text_version")
      if version == nil { fields.fail("text_version", ValidationCode.required.rawValue, "the words shown are needed") }
      let guardian = [nil, .null].contains(fields.value("guardian")) ? nil : fields.id("guardian", of: Customer.self)
      return (subject, decision, version, guardian)
    }
    let (purpose, category) = try subject.named
    guard let decision, let version, let shown = Int(exactly: version) else {
      throw AppError.broken("a field that has to be there went through")
    }
    let input = ConsentInput(purpose, category, textVersion: shown, guardian: guardian, evidence: subject.evidence)
    return try await call.actOnce(bytes) { tx in
      let consent =
        decision == .given
        ? try Consents.give(input, for: id, source: "api", in: tx)
        : try Consents.refuse(input, for: id, source: "api", in: tx)
      return answer(consent, status: 201)
    }
  }

  private static func withdraw(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (subject, bytes) = try await call.object { Subject(&$0) }
    let (purpose, category) = try subject.named
    return try await call.actOnce(bytes) { tx in
      answer(try Consents.withdraw(purpose, category, for: id, evidence: subject.evidence, in: tx), status: 200)
    }
  }

  /// What a decision and its withdrawal both say: of which consent they speak, and what shows it.
  private struct Subject: Sendable {
    private let purpose: Purpose?
    private let category: Kernel.Category?
    let evidence: String?

    init(_ fields: inout JSONFields) {
      purpose = fields.code("purpose", of: Purpose.self)
      category = fields.code("category", of: Kernel.Category.self)
      evidence = fields.texts([.text("evidence")])["evidence"]
    }

    /// After `finish` they are there.
    var named: (Purpose, Kernel.Category) {
      get throws {
        guard let purpose, let category else { throw AppError.broken("a field that has to be there went through") }
        return (purpose, category)
      }
    }
  }

  private static func answer(_ consent: Consent, status: Int) -> KeptAnswer {
    KeptAnswer(
      status: status, location: status == 201 ? "/api/v1/customers/\(consent.customerID)/consents" : "",
      body: JSONWriter.record { ConsentJSON.write(consent, to: &$0) }.bytes)
  }
}

enum ConsentJSON {
  static func write(_ purpose: ProcessingPurpose, to json: inout JSONWriter) {
    json.field("purpose", purpose.purpose)
    json.field("category", purpose.category)
    json.field("legal_basis", purpose.basis)
    json.field("text_version", purpose.words.version)
    json.object("text") { json in
      json.field("zh-Hans", purpose.words.zh.text)
      json.field("en", purpose.words.en.text)
    }
    if let zh = purpose.words.zh.necessity, let en = purpose.words.en.necessity {
      json.object("necessity") { json in
        json.field("zh-Hans", zh)
        json.field("en", en)
      }
    }
    json.array("fields", purpose.fields) { $0.string($1) }
    json.field("retention_days", purpose.retentionDays)
    if purpose.basis == .consent { json.field("cool_down_days", ProcessingPurpose.coolDownDays) }
  }

  static func write(_ sheet: Consents.Sheet, to json: inout JSONWriter) {
    json.array("items", sheet.standings) { json, standing in
      json.object { json in
        json.field("purpose", standing.purpose.purpose)
        json.field("category", standing.purpose.category)
        json.field("state", standing.state)
        json.field("holds", standing.holds)
        json.field("until", standing.until)
        json.field("ask_from", standing.askFrom)
        json.field("text_version", standing.purpose.words.version)
        json.array("reasons", standing.reasons) { json, reason in
          json.object { ReasonJSON.write(reason, to: &$0) }
        }
      }
    }
    json.array("history", sheet.history) { json, consent in json.object { write(consent, to: &$0) } }
  }

  static func write(_ consent: Consent, to json: inout JSONWriter) {
    json.field("id", consent.id)
    json.field("customer", consent.customerID)
    json.field("purpose", consent.purpose)
    json.field("category", consent.category)
    json.field("state", consent.state)
    json.field("text_version", consent.textVersion)
    json.field("decided_at", consent.decidedAt)
    json.field("guardian", consent.guardianID)
    json.field("withdrawn_at", consent.withdrawnAt)
    json.field("evidence", consent.evidence)
    json.field("withdrawal_evidence", consent.withdrawalEvidence)
    json.field("source", consent.source)
  }
}
