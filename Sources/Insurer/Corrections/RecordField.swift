import Kernel

/// One field of a record as files name it: how to compare it, take it over, and write it in the history.
package struct RecordField<Record>: Sendable {
  package let name: String
  private let same: @Sendable (Record, Record) -> Bool
  private let copy: @Sendable (inout Record, Record) -> Void
  private let write: @Sendable (Record) -> String

  package init<Value: Equatable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Record, Value> & Sendable,
    _ write: @escaping @Sendable (Value) -> String
  ) {
    self.name = name
    same = { $0[keyPath: path] == $1[keyPath: path] }
    copy = { $0[keyPath: path] = $1[keyPath: path] }
    self.write = { write($0[keyPath: path]) }
  }

  package func isSame(_ a: Record, _ b: Record) -> Bool { same(a, b) }
  package func take(from new: Record, into record: inout Record) { copy(&record, new) }
  package func text(of record: Record) -> String { write(record) }
}

/// Which fields of a row are to be applied to a record that is there already (decision 25).
package struct Applied: Hashable, Sendable {
  /// Fields that the row has a value for.
  package let given: Set<String>
  /// Fields that the source changed since its last row; nil when this is its first.
  package let changed: Set<String>?

  package init(given: Set<String>, changed: Set<String>?) {
    self.given = given
    self.changed = changed
  }

  /// Everything, blanks too: a statement that speaks for the whole record.
  package static func all(_ fields: Set<String>) -> Applied { Applied(given: fields, changed: fields) }

  /// A first row clears nothing that another source has said; a changed one clears what it has left blank.
  package func applies(_ field: String) -> Bool { changed?.contains(field) ?? given.contains(field) }
}

/// What a new row makes of a record.
package struct Merge<Record> {
  package let record: Record
  package let corrections: [FieldChange]
  /// Fields in which the stored value stands against the row's.
  package let conflicts: [String]

  /// Takes over the fields that apply. A field that does not apply and differs is a conflict to look at.
  package init(_ old: Record, with new: Record, _ applied: Applied, fields: [RecordField<Record>]) {
    var record = old
    var corrections: [FieldChange] = []
    var conflicts: [String] = []
    for field in fields where !field.isSame(old, new) {
      if applied.applies(field.name) {
        field.take(from: new, into: &record)
        corrections.append(FieldChange(field: field.name, before: field.text(of: old), after: field.text(of: new)))
      } else if applied.given.contains(field.name) {
        conflicts.append(field.name)
      }
    }
    self.record = record
    self.corrections = corrections
    self.conflicts = conflicts
  }
}

/// One field's change: from what, to what, as text; empty for nothing.
package struct FieldChange: Hashable, Sendable {
  package let field: String
  package let before: String
  package let after: String

  package init(field: String, before: String, after: String) {
    self.field = field
    self.before = before
    self.after = after
  }
}

/// What became of one draft of a record that files own.
package struct UpsertOutcome: Hashable, Sendable {
  package enum Result: Hashable, Sendable { case created, updated, unchanged }

  package let result: Result
  package let id: Int64
  /// Fields in which a value stored here stands against the row's.
  package var conflicts: [String] = []
  /// What else is kept and listed.
  package var flags: [FieldError] = []

  package init(result: Result, id: Int64, conflicts: [String] = [], flags: [FieldError] = []) {
    self.result = result
    self.id = id
    self.conflicts = conflicts
    self.flags = flags
  }
}
