import Kernel

/// Who looked at whom: one row a profile view or export subject, one row a search with all ids it showed.
package struct AccessRecord: Sendable {
  package enum Kind: String, Sendable { case view, search, list, export, denied, change }

  package let kind: Kind
  /// Raw customer ids.
  package let subjects: [Int64]
  /// What was seen: `overview`, `claims`, the fields of an export.
  package let what: String
  package let reason: String

  package init(_ kind: Kind, subjects: [Int64], what: String, reason: String = "") {
    self.kind = kind
    self.subjects = subjects
    self.what = what
    self.reason = reason
  }

  static let columns = [
    "id", "at", "actor", "role", "purpose", "surface", "address", "kind", "customer_id", "subjects", "what", "reason",
  ]

  /// `customer_id` is set when one person is concerned, so that «who looked» finds the row; else 0 and the list.
  func values(id: Int64, at: Instant, access: Access) -> [SQLValue] {
    let one = subjects.count == 1
    return [
      .int(id), at.sqlValue, access.actor.sqlValue, .text(access.role.rawValue), .text(access.purpose.rawValue),
      .text(access.surface), .text(access.address), .text(kind.rawValue), .int(one ? subjects[0] : 0),
      one || subjects.isEmpty ? .null : .text(subjects.map(String.init).joined(separator: ",")), .text(what),
      .text(reason),
    ]
  }
}
