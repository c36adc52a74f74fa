import Files
import Kernel
import Storage

/// The door of intake: look at a file, store it, take it in, follow it, stop it, report.
package enum Imports {
  /// Records a request for a stored file; a worker, or the caller by `ImportRun`, runs it.
  /// An unfinished import of the same file in the same way is answered instead: it goes on where it stopped.
  package static func request(_ request: ImportRequest, in tx: Tx) throws -> Import {
    try tx.access.require(.write(.import))
    guard !request.source.isEmpty, request.source.utf8.count <= 64 else {
      throw AppError.invalid("SOURCE_INVALID", "a source has a name of at most 64 bytes")
    }
    guard try ColumnMapping(yaml: request.mapping).kind == request.kind else {
      throw AppError.invalid("MAPPING_INVALID", "the mapping is for another kind")
    }
    if let earlier = try tx.fetch(ImportStore.unfinished(request)) {
      if earlier.state == .stopped { _ = try ImportStore.setState(earlier.id, from: ["stopped"], to: .queued, in: tx) }
      return try find(earlier.id, in: tx)
    }
    let id = tx.newID(Import.self)
    try ImportStore.insert(id, request, in: tx)
    tx.recordSystem(.importRequested, subject: id.raw, facts: ["kind": request.kind, "source": request.source])
    return try find(id, in: tx)
  }

  package static func find(_ id: ID<Import>, in tx: ReadTx) throws -> Import {
    try tx.access.require(.read(.import))
    guard let item = try tx.fetch(ImportStore.find(id)) else { throw AppError.notFound("import") }
    return item
  }

  /// Newest first; `before` continues a page.
  package static func list(before id: ID<Import>? = nil, limit: Int = 20, in tx: ReadTx) throws -> [Import] {
    try tx.access.require(.read(.import))
    return try tx.fetch(ImportStore.list(before: id, limit: limit))
  }

  /// Stops after the batch that is being written; what is committed stays.
  package static func stop(_ id: ID<Import>, in tx: Tx) throws -> Import {
    try tx.access.require(.write(.import))
    guard try ImportStore.setState(id, from: ["queued", "running"], to: .stopped, in: tx) else {
      throw AppError.conflict("IMPORT_STATE", "the import does not run")
    }
    tx.recordSystem(.importStopped, subject: id.raw)
    return try find(id, in: tx)
  }

  /// Goes on where it stopped.
  package static func resume(_ id: ID<Import>, in tx: Tx) throws -> Import {
    try tx.access.require(.write(.import))
    guard try ImportStore.setState(id, from: ["stopped", "failed"], to: .queued, in: tx) else {
      throw AppError.conflict("IMPORT_STATE", "the import is not stopped")
    }
    tx.recordSystem(.importResumed, subject: id.raw)
    return try find(id, in: tx)
  }

  /// Findings of rows after `row`, in the order of the file.
  package static func findings(
    of id: ID<Import>, after row: Int = 0, limit: Int = 100, in tx: ReadTx
  ) throws -> [ImportFinding] {
    try tx.access.require(.read(.import))
    return try tx.fetch(FindingStore.list(of: id, rows: (row + 1)...Int(Int32.max), limit: limit))
  }

  /// How often each code stands in the report.
  package static func codes(
    of id: ID<Import>, in tx: ReadTx
  ) throws -> [(code: String, outcome: String, count: Int)] {
    try tx.access.require(.read(.import))
    return try tx.fetch(FindingStore.codes(of: id))
  }

  /// How many rows wait for something to come.
  package static func waitingCount(in tx: ReadTx) throws -> Int {
    try tx.access.require(.read(.import))
    return try tx.fetch(WaitingStore.count())
  }

  /// The oldest import that nobody runs: queued, or left behind by a holder that is dead or silent.
  package static func claimable(in tx: ReadTx) throws -> Import? {
    try tx.fetch(ImportStore.open()).first { $0.isAbandoned(at: tx.now) }
  }

  /// Deletes stored files older than 30 days that no unfinished import needs.
  package static func forgetFiles(in tx: Tx) throws {
    try ImportFileStore.deleteOld(before: tx.now - 30 * 86_400, in: tx)
  }
}

extension EventKind {
  package static let importRequested = EventKind("import_requested")
  package static let importStopped = EventKind("import_stopped")
  package static let importResumed = EventKind("import_resumed")
}
