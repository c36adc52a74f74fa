import Kernel

/// One column that a kind of import knows. The same list drives the suggestion of a mapping, the file `anban export`
/// writes and the pages; the first fields are the key.
package struct ImportField: Sendable {
  /// How the engine prepares a value before the kind sees it.
  package enum Form: Sendable {
    /// Identifiers, numbers, codes: width and blanks folded everywhere.
    case value
    /// The same, and letters made upper case.
    case upper
    /// Words for people: width of letters and digits and blanks at the ends; Chinese punctuation stays.
    case prose
    /// A day, handed on as `YYYY-MM-DD` when it can be read in any known form; an order of day and month that is
    /// ambiguous is decided over the column.
    case day
  }

  package let name: String
  package let required: Bool
  /// Column names seen in the wild, Chinese and English; case, blanks, `_` and `-` do not matter.
  package let synonyms: [String]
  /// True for what may only rest sealed; its value enters no index, key or message in clear.
  package let sealed: Bool
  package let form: Form
  /// Tells from a few values whether a column without a known name is this one (`\d{17}[\dX]` is an ID number).
  package let looksLike: (@Sendable (String) -> Bool)?

  package init(
    _ name: String, required: Bool = false, synonyms: [String] = [], sealed: Bool = false, form: Form = .value,
    looksLike: (@Sendable (String) -> Bool)? = nil
  ) {
    self.name = name
    self.required = required
    self.synonyms = synonyms
    self.sealed = sealed
    self.form = form
    self.looksLike = looksLike
  }
}

/// One row of a file, mapped to the kind's fields and folded.
package struct ImportRow: Sendable {
  /// Counted from 1 after the header; what the report calls `row`.
  package let number: Int
  /// The chosen key's values joined: what the source memory knows the row by. For customers usually the `source_id`.
  package let key: String
  /// By field name; blank values are absent.
  package let values: [String: String]
  /// Keyed hash of the whole canonical row.
  package let digest: [UInt8]
  /// The fields that the source itself changed since the last row it sent under this key; nil when it sent none.
  /// Only these may be applied: an older file never undoes a correction made here. A field outside this set whose
  /// stored value differs from the row's is flagged `VALUE_CONFLICT` and left.
  package var changed: Set<String>?
  /// What the kind's `prepare` worked out before the transaction.
  package var prepared: (any Sendable)?

  package init(
    number: Int, key: String, values: [String: String], digest: [UInt8], changed: Set<String>? = nil,
    prepared: (any Sendable)? = nil
  ) {
    self.number = number
    self.key = key
    self.values = values
    self.digest = digest
    self.changed = changed
    self.prepared = prepared
  }

  /// The same row as a change of these fields.
  func changing(_ fields: Set<String>?) -> ImportRow {
    var row = self
    row.changed = fields
    return row
  }

  package subscript(_ field: String) -> String? { values[field] }

  /// Whether the row's value of `field` is to be applied.
  package func applies(_ field: String) -> Bool { changed?.contains(field) ?? true }
}

/// What became of one row.
package struct RowOutcome: Sendable {
  package enum Result: Hashable, Sendable {
    case created, updated, unchanged, rejected
    /// It names a row of `kind` that is not there yet, by the source's `key`; kept sealed until that row comes.
    case waiting(kind: String, key: String)
  }

  package var result: Result
  /// Kept, but listed with their codes. Messages never hold a value of a sealed field.
  package var flags: [FieldError]
  /// Why it was rejected.
  package var errors: [FieldError]
  /// The record it now stands for: what the source memory points at. Nil for waiting and rejected rows.
  package var entity: Int64?
  /// The customer whose facts that record belongs to (a policy's policyholder, a claim's insured); 0 for none.
  package var customer: Int64

  package init(
    _ result: Result, entity: Int64? = nil, customer: Int64 = 0, flags: [FieldError] = [], errors: [FieldError] = []
  ) {
    self.result = result
    self.entity = entity
    self.customer = customer
    self.flags = flags
    self.errors = errors
  }

  package static func rejected(_ errors: [FieldError]) -> RowOutcome { RowOutcome(.rejected, errors: errors) }
}

/// One exported row; `key` is what the next page starts after, `values` stand in the order of the kind's fields.
package struct ExportRow: Sendable {
  package let key: String
  package let values: [String]
  /// Whose data it is, for the access log; 0 for none.
  package let customer: Int64
  /// Where the record comes from, and of when that statement is.
  package let source: String
  package let asOf: Instant?

  package init(key: String, values: [String], customer: Int64 = 0, source: String = "", asOf: Instant? = nil) {
    self.key = key
    self.values = values
    self.customer = customer
    self.source = source
    self.asOf = asOf
  }
}
