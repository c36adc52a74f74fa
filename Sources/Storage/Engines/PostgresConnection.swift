import CPostgres
import Kernel

/// One PostgreSQL session over libpq, in pipeline mode: writes wait in a queue, and a read, a flush or the commit
/// sends them with it in one round trip (decision 1). Used by one thread at a time.
final class PostgresConnection: Connection, @unchecked Sendable {
  let dialect = Dialect.postgres
  let link: OpaquePointer
  private let canceller: OpaquePointer?
  /// PostgreSQL's number of the running act, known after its first round trip: `pg_xact_status` answers what
  /// became of it when the connection is lost (decision 3).
  private(set) var transactionID: Int64?
  /// Whether COMMIT may have reached the server.
  private(set) var commitWasSent = false
  var columnTypes: [String: [String: Oid]] = [:]

  private var statements = PostgresStatements()
  private var parameters = PostgresParameters()
  private var queue: [Rendered] = []
  private var queuedBytes = 0
  let copies = BulkInserts()
  private var beginWaits = false
  private static let queueMax = 64
  private static let queueBytesMax = 256 << 10

  /// - Parameter url: `postgres://user@host/database?…`, as libpq reads it.
  init(url: String) throws {
    let keywords = ["dbname", "client_encoding", "fallback_application_name", "connect_timeout"]
    let values = [url, "UTF8", "anban", "10"]
    guard let link = PostgresConnection.connect(keywords, values) else {
      throw AppError.unavailable("libpq has no memory")
    }
    self.link = link
    canceller = PQgetCancel(link)
    // What throws from here on is followed by deinit, which finishes the link.
    guard PQstatus(link) == CONNECTION_OK else { throw lost("connect") }
    PQsetNoticeProcessor(link, { _, _ in }, nil)
    try script("SET jit = off; SET lock_timeout = '20s'; SET standard_conforming_strings = on; SET timezone = 'UTC'")
  }

  deinit {
    PQfreeCancel(canceller)
    PQfinish(link)
  }

  /// Makes the statement that runs fail; from another thread, while this connection is in use.
  func interrupt() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(canceller, &message, Int32(message.count))
  }

  /// Whether statements wait to be sent.
  var hasQueue: Bool { beginWaits || !queue.isEmpty }
  var isLost: Bool { PQstatus(link) != CONNECTION_OK }
  var backendProcess: Int64 { Int64(PQbackendPID(link)) }

  private static func connect(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
    func withCStrings<T>(
      _ strings: ArraySlice<String>, _ held: [UnsafePointer<CChar>?], _ body: ([UnsafePointer<CChar>?]) -> T
    ) -> T {
      guard let first = strings.first else { return body(held + [nil]) }
      return first.withCString { withCStrings(strings.dropFirst(), held + [$0], body) }
    }
    return withCStrings(keywords[...], []) { keywords in
      withCStrings(values[...], []) { values in PQconnectdbParams(keywords, values, 1) }
    }
  }

  // MARK: Connection

  func fetch(_ reads: [Rendered], receive: (Int, inout Rows) throws -> Void) throws {
    var thrown: (any Error)?
    try exchange(reads) { index, result in
      guard thrown == nil else { return }
      do {
        var rows = Rows(.postgres(result, count: PQntuples(result)))
        try receive(index, &rows)
      } catch {
        thrown = error
      }
    }
    if let thrown { throw thrown }
  }

  func run(_ statement: Rendered) throws {
    queue.append(statement)
    queuedBytes += statement.text.utf8.count
    for case .blob(let bytes) in statement.values { queuedBytes += bytes.count }
    for case .text(let text) in statement.values { queuedBytes += text.utf8.count }
    if queue.count >= Self.queueMax || queuedBytes >= Self.queueBytesMax { try flush() }
  }

  func runCounting(_ statement: Rendered) throws -> Int {
    var changed = 0
    try exchange([statement]) { _, result in changed = Int(String(cString: PQcmdTuples(result))) ?? 0 }
    return changed
  }

  func flush() throws {
    try settle()
    guard hasQueue else { return }
    try exchange([]) { _, _ in }
  }

  /// A read needs no transaction of its own: a pipeline is one. BEGIN goes out with the first statement.
  func begin(readOnly: Bool) throws {
    transactionID = nil
    commitWasSent = false
    beginWaits = !readOnly
  }

  func commit() throws {
    try settle()
    if beginWaits && queue.isEmpty {
      beginWaits = false
      return
    }
    // Without its number a lost answer could not be asked for.
    if beginWaits { try flush() }
    guard PQtransactionStatus(link) != PQTRANS_IDLE else {
      // Everything so far was a pipeline without BEGIN.
      return try flush()
    }
    var outcome = ""
    try exchange([Self.commitStatement]) { _, result in outcome = String(cString: PQcmdStatus(result)) }
    // PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, and calls that a success.
    guard outcome == "COMMIT" else {
      throw EngineError(kind: .other, message: "the transaction had failed before its commit", statement: "COMMIT")
    }
  }

  func rollback() {
    try? settle()
    queue.removeAll(keepingCapacity: true)
    queuedBytes = 0
    beginWaits = false
    guard !isLost, PQtransactionStatus(link) != PQTRANS_IDLE else { return }
    try? exchange([Rendered(text: "ROLLBACK", values: [])]) { _, _ in }
  }

  func script(_ text: String) throws {
    try flush()
    try outsidePipeline {
      guard let result = PQexec(link, text) else { throw lost(text) }
      defer { PQclear(result) }
      try check(result, text)
    }
  }

  // MARK: The pipeline

  private static let commitStatement = Rendered(text: "COMMIT", values: [])
  private static let beginStatement = Rendered(text: "BEGIN", values: [])
  private static let numberStatement = Rendered(text: "SELECT pg_current_xact_id()", values: [])

  /// What went out, in order, so that each answer finds its statement.
  private struct Step {
    enum Answer { case none, number, read(Int) }
    let text: String
    let isPrepare: Bool
    let answer: Answer
  }

  /// Sends BEGIN if it waits, the queue and the reads; then takes all answers.
  private func exchange(_ reads: [Rendered], _ receive: (Int, OpaquePointer) -> Void) throws {
    try settle()
    let writes = queue
    queue.removeAll(keepingCapacity: true)
    queuedBytes = 0
    guard !isLost else { throw lost(reads.first?.text ?? writes.first?.text ?? "") }
    if PQpipelineStatus(link) == PQ_PIPELINE_OFF { PQenterPipelineMode(link) }
    var steps: [Step] = []
    steps.reserveCapacity(writes.count + reads.count + 4)
    var failure: (any Error)?
    do {
      if beginWaits {
        beginWaits = false
        try send(Self.beginStatement, .none, &steps)
        try send(Self.numberStatement, .number, &steps)
      }
      for write in writes { try send(write, .none, &steps) }
      for (index, read) in reads.enumerated() { try send(read, .read(index), &steps) }
    } catch {
      failure = error
    }
    guard PQpipelineSync(link) == 1 else { throw lost(steps.first?.text ?? "") }
    try collect(steps, receive, &failure)
    if let failure { throw failure }
  }

  private func send(_ statement: Rendered, _ answer: Step.Answer, _ steps: inout [Step]) throws {
    try parameters.set(statement.values)
    let variant: PostgresStatements.Variant
    if let known = statements.find(statement) {
      variant = known
    } else {
      if statements.isFull { try forgetStatements(&steps) }
      variant = statements.add(statement)
      let sent = PQsendPrepare(link, variant.name, statement.text, Int32(variant.types.count), variant.types)
      guard sent == 1 else { throw lost(statement.text) }
      steps.append(Step(text: statement.text, isPrepare: true, answer: .none))
    }
    if statement.text == Self.commitStatement.text { commitWasSent = true }
    let sent = parameters.withPointers { count, values, lengths, formats in
      PQsendQueryPrepared(link, variant.name, count, values, lengths, formats, 1)
    }
    guard sent == 1 else { throw lost(statement.text) }
    steps.append(Step(text: statement.text, isPrepare: false, answer: answer))
  }

  private func forgetStatements(_ steps: inout [Step]) throws {
    statements.forgetAll()
    guard PQsendQueryParams(link, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 1) == 1 else { throw lost("DEALLOCATE") }
    steps.append(Step(text: "DEALLOCATE ALL", isPrepare: false, answer: .none))
  }

  /// Takes one answer a step and then the sync's. After a failure the server skips the rest.
  private func collect(
    _ steps: [Step], _ receive: (Int, OpaquePointer) -> Void, _ failure: inout (any Error)?
  ) throws {
    for step in steps {
      guard let result = PQgetResult(link) else { throw lost(step.text) }
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      if status == PGRES_PIPELINE_ABORTED {
        if step.isPrepare { statements.forget(step.text) }
      } else if status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
        switch step.answer {
        case .none: break
        case .number: transactionID = PostgresValue.int(result, 0, 0)
        case .read(let index): receive(index, result)
        }
      } else {
        let error = error(result, step.text)
        if step.isPrepare || error.isStale { statements.forget(step.text) }
        if failure == nil { failure = error }
      }
      if isLost { throw failure ?? lost(step.text) }
      // Each statement's answers end with nothing.
      while let more = PQgetResult(link) { PQclear(more) }
    }
    guard let sync = PQgetResult(link) else { throw failure ?? lost(steps.last?.text ?? "") }
    PQclear(sync)
  }

  /// Waits for the COPYs on their way, whose thread has the link until then, and throws what the first of them met.
  private func settle() throws { try copies.settle() }

  /// COPY and scripts cannot be part of a pipeline.
  func outsidePipeline<T>(_ body: () throws -> T) throws -> T {
    guard !isLost else { throw lost("") }
    if PQpipelineStatus(link) != PQ_PIPELINE_OFF, PQexitPipelineMode(link) != 1 { throw lost("") }
    return try body()
  }

  // MARK: Failures

  func check(_ result: OpaquePointer, _ text: String) throws {
    let status = PQresultStatus(result)
    guard
      status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN || status == PGRES_EMPTY_QUERY
    else { throw error(result, text) }
  }

  func lost(_ text: String) -> EngineError {
    let message = String(cString: PQerrorMessage(link)).split(separator: "\n").first.map(String.init)
    return EngineError(kind: .connectionLost, message: message ?? "the connection is closed", statement: text)
  }

  func error(_ result: OpaquePointer, _ text: String) -> EngineError {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    guard let state = field("C") else { return lost(text) }
    // Not the detail: it quotes values of the row.
    return EngineError(
      kind: .init(sqlState: state), message: "\(field("M") ?? "failed") (\(state))", statement: text,
      isStale: state == "0A000" || state == "26000")
  }
}

extension EngineError.Kind {
  /// The five characters that PostgreSQL gives a failure.
  init(sqlState: String) {
    switch sqlState {
    case "23505": self = .unique
    case "23503": self = .foreignKey
    case "40001", "40P01": self = .serialization
    case "55P03": self = .busy
    case "57014": self = .tooSlow
    case "57P01", "57P02", "57P03": self = .connectionLost
    case "53100": self = .full
    default: self = sqlState.hasPrefix("08") ? .connectionLost : .other
    }
  }
}
