import Kernel

/// What happened, as the past of an act: `claim_requested`. Features name theirs; once named, kept.
package struct EventKind: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ text: StaticString) { rawValue = text.description }
  package var description: String { rawValue }
}

/// One row of the event log (decision 9). Facts are for words only and hold no sealed value in clear.
package struct Event: Sendable {
  package static let columns = [
    "customer_id", "id", "kind", "subject", "happened_at", "recorded_at", "amount_fen", "actor", "source", "facts",
  ]

  package let customerID: Int64
  package let id: Int64
  package let kind: EventKind
  /// The raw id of the claim, policy, … that it is about; 0 when it is the customer.
  package let subject: Int64
  package let happenedAt: Instant
  package let recordedAt: Instant
  package let amountFen: Int64?
  package let actor: Actor
  package let source: String
  package let facts: String?

  package init(
    customerID: Int64, id: Int64, kind: EventKind, subject: Int64, happenedAt: Instant, recordedAt: Instant,
    amountFen: Int64?, actor: Actor, source: String, facts: String?
  ) {
    self.customerID = customerID
    self.id = id
    self.kind = kind
    self.subject = subject
    self.happenedAt = happenedAt
    self.recordedAt = recordedAt
    self.amountFen = amountFen
    self.actor = actor
    self.source = source
    self.facts = facts
  }

  var values: [SQLValue] {
    [
      .int(customerID), .int(id), .text(kind.rawValue), .int(subject), happenedAt.sqlValue, recordedAt.sqlValue,
      amountFen.sqlValue, actor.sqlValue, .text(source), facts.sqlValue,
    ]
  }
}

/// What concerns no customer: an import, a sign-in, a rotation of keys.
package struct SystemEvent: Sendable {
  static let columns = ["id", "kind", "subject", "recorded_at", "actor", "facts"]
  let id: Int64
  let kind: EventKind
  let subject: Int64
  let recordedAt: Instant
  let actor: Actor
  let facts: String?

  var values: [SQLValue] {
    [.int(id), .text(kind.rawValue), .int(subject), recordedAt.sqlValue, actor.sqlValue, facts.sqlValue]
  }
}

/// Facts as JSON with sorted keys, so that the same facts are the same text.
package enum Facts {
  package static func json(_ facts: [String: String]) -> String? {
    guard !facts.isEmpty else { return nil }
    let members = facts.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(quote($0.value))" }
    return "{\(members.joined(separator: ","))}"
  }

  private static func quote(_ text: String) -> String {
    // Most values are codes, days and numbers.
    if text.utf8.allSatisfy({ $0 >= 32 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      return "\"\(text)\""
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 32:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
