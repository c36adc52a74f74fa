import Storage

/// One kind of record that is told from outside, by file or by event: which fields, what a batch of rows does.
/// A kind calls its feature's door and holds no SQL.
package protocol RecordKind: Sendable {
  /// As on the command line: `customers`.
  static var name: String { get }
  /// The columns of `interface.md` in its order, key first.
  static var fields: [ImportField] { get }
  /// The fields whose values together name a row when the mapping chooses no others. A field among them that may be
  /// blank (a rank) counts as its blank.
  static var key: [String] { get }

  /// Work that needs no transaction: parse, and seal what new rows will hold, into `row.prepared`.
  /// Runs on another thread than the writer, before `apply` of the same rows. It may be asked for rows that turn out
  /// to be known, and its result is thrown away when a batch is tried again from the start.
  static func prepare(_ rows: inout [ImportRow], with vault: Vault) throws

  /// Applies one batch in the caller's transaction: one outcome a row, in order. Set-based: a fixed number of
  /// statements a batch. Rows whose digest the source memory already holds do not come here, nor does a key twice.
  /// The engine itself keeps the source memory (from `RowOutcome.entity`) and the waiting rows.
  static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome]

  /// What news asks for at once when it comes as an event. After a file the workers find it.
  /// - Parameter rows: those that were applied.
  static func follow(_ rows: [ImportRow], in tx: Tx) throws
}

extension RecordKind {
  package static func prepare(_ rows: inout [ImportRow], with vault: Vault) throws {}
  package static func follow(_ rows: [ImportRow], in tx: Tx) throws {}
}

/// One kind of file that can be taken in and written out. The engine (`Imports`) reads, maps, folds, hashes, counts,
/// remembers and resumes.
package protocol ImportKind: RecordKind {
  /// Keys to suggest for a file without that one: `[["national_id"], ["name", "birth_date"]]`.
  static var otherKeys: [[String]] { get }

  /// Rows that follow each other with the same value here come in one batch: what they say is judged as a whole.
  static var together: String? { get }

  /// Rows that `apply` is given at once, at most: as many as its statements may have parameters for.
  static var rowsAtOnce: Int { get }

  /// Questions that can be asked before the transaction, while the batch before is written by another: their answers
  /// go into `row.prepared`.
  /// - Parameter earlier: the rows that are being written, of which `tx` sees nothing.
  static func lookAhead(_ rows: inout [ImportRow], after earlier: [ImportRow], in tx: ReadTx) throws

  /// Rows after `key` in key order, at most `limit`, values in the order of `fields`.
  static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow]
}

extension ImportKind {
  package static var otherKeys: [[String]] { [] }
  package static var together: String? { nil }
  package static var rowsAtOnce: Int { 2_000 }

  package static func lookAhead(_ rows: inout [ImportRow], after earlier: [ImportRow], in tx: ReadTx) throws {}
}

/// The kinds this insurer takes in, in the order in which a whole insurer's files are best imported.
package enum ImportKinds {
  package static let all: [any ImportKind.Type] = [
    StaffKind.self,
    ProductsKind.self,
    CustomersKind.self,
    RelationshipsKind.self,
    ConsentsKind.self,
    PoliciesKind.self,
    PartiesKind.self,
    CoveragesKind.self,
    PremiumsKind.self,
    ClaimsKind.self,
    InteractionsKind.self,
  ]

  /// Their names, for people.
  package static var names: String {
    var names: [String] = []
    for kind in all { names.append(kind.name) }
    return names.joined(separator: ", ")
  }

  package static func named(_ name: String) -> (any ImportKind.Type)? { all.first { $0.name == name } }
}
