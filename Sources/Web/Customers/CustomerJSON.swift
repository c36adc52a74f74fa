import Insurer
import Kernel

/// A customer as the API writes him: fields named as the columns of files.
enum CustomerJSON {
  static func write(_ profile: CustomerProfile, _ references: References.Found, to json: inout JSONWriter) {
    let customer = profile.customer
    json.field("id", customer.id)
    json.field("kind", customer.kind)
    json.field("source", customer.source)
    json.field("source_id", customer.sourceKey)
    json.field("name", customer.name)
    json.field("pinyin", customer.pinyin)
    json.field("gender", customer.sex)
    json.field("birth_date", customer.birthDate)
    let document = profile.documents.first
    json.field("id_type", document?.type)
    json.field("national_id", document?.number)
    json.field("mobile", profile.contact(.mobile)?.text)
    json.field("email", profile.contact(.email)?.text)
    json.field("address", profile.contact(.address)?.text)
    json.field("occupation", customer.occupation)
    json.field("income", customer.income)
    json.field("channel", customer.channel)
    json.field("created_on", customer.createdOn)
    json.field("owner", references.number(customer.ownerID))
    json.field("adviser", references.number(customer.adviserID))
    json.field("deceased_on", customer.deceasedOn)
    writeStanding(profile, to: &json)
    writeUnverified(profile, to: &json)
    json.field("version", customer.version)
    json.field("created_at", customer.createdAt)
    json.field("updated_at", customer.updatedAt)
  }

  private static func writeStanding(_ profile: CustomerProfile, to json: inout JSONWriter) {
    let customer = profile.customer
    json.field("relation", profile.relation)
    json.field("relation_since", customer.relationSince)
    json.array("lines", Line.allCases.filter { customer.lines & $0.bit != 0 }) { $0.string($1.rawValue) }
    json.array("stages", Stage.allCases.filter { customer.stages & $0.bit != 0 }) { $0.string($1.rawValue) }
    json.field("latest_at", profile.latestAt)
    json.field("next_due_on", customer.nextDueOn)
  }

  /// Which fields hold a value that breaks a rule, with the rule's code.
  private static func writeUnverified(_ profile: CustomerProfile, to json: inout JSONWriter) {
    var flagged: [(field: String, code: String)] = []
    if let code = profile.customer.birthFlag { flagged.append(("birth_date", code)) }
    for document in profile.documents.prefix(1) {
      if let code = document.flag { flagged.append(("national_id", code)) }
    }
    for contact in profile.contacts {
      guard let code = contact.flag else { continue }
      let name = contact.kind.rawValue
      flagged.append((name.hasPrefix("unverified_") ? String(name.dropFirst(11)) : name, code))
    }
    guard !flagged.isEmpty else { return }
    json.array("unverified", flagged) { json, item in
      json.object {
        $0.field("field", item.field)
        $0.field("code", item.code)
      }
    }
  }

  static func write(_ line: CustomerLine, to json: inout JSONWriter) {
    json.field("id", line.id)
    json.field("kind", line.kind)
    json.field("name", line.name)
    json.field("gender", line.sex)
    json.field("birth_date", line.birthDate)
    json.field("mobile", line.mobile)
    json.field("relation", line.relation)
    json.array("lines", line.lines) { $0.string($1.rawValue) }
    json.array("stages", line.stages) { $0.string($1.rawValue) }
    json.field("latest_at", line.latestAt)
    json.field("next_due_on", line.nextDueOn)
    json.field("created_at", line.createdAt)
  }

  static func write(_ made: Customers.Created, to json: inout JSONWriter) {
    json.field("id", made.id)
    json.field("version", made.version)
    json.array("duplicates", made.duplicates) { json, duplicate in
      json.object {
        $0.field("code", duplicate.code)
        $0.field("field", duplicate.field)
        $0.field("customer", duplicate.customerID)
      }
    }
    json.array("unverified", made.flags) { json, flag in
      json.object {
        $0.field("field", flag.field)
        $0.field("code", flag.code)
      }
    }
  }
}
