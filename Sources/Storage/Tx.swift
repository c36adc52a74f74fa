import Kernel

/// What every transaction of a database shares.
struct TxSettings: Sendable {
  let clock: Clock
  let vault: Vault
  let ids: IDGenerator
  let visibility: Visibility
  let touched: (@Sendable ([Int64], Tx) throws -> Void)?
}

/// A reading transaction: one moment, one viewer. It cannot write or enqueue.
package class ReadTx {
  /// Who reads, in which role, for which purpose.
  package let access: Access
  /// One moment for the whole transaction.
  package let now: Instant
  /// That moment's day in Asia/Shanghai.
  package let today: Day
  package let vault: Vault

  let connection: any Connection
  let settings: TxSettings
  private(set) var accessRecords: [AccessRecord] = []

  init(access: Access, connection: any Connection, settings: TxSettings) {
    self.access = access
    self.connection = connection
    self.settings = settings
    vault = settings.vault
    now = settings.clock.now()
    today = now.day
  }

  /// Runs queries in order, in one pipeline on PostgreSQL, and answers with their values.
  package func fetch<each Value>(_ query: repeat Query<each Value>) throws -> (repeat each Value) {
    var asked: [Asked] = []
    let answers = (repeat Answer(each query))
    for answer in repeat each answers { answer.ask(&asked) }
    try send(asked)
    return (repeat try (each answers).given())
  }

  /// Runs one query.
  package func fetch<Value>(_ query: Query<Value>) throws -> Value {
    guard let value = try fetch(all: [query]).first else { throw AppError.broken("a query gave no value") }
    return value
  }

  /// Runs any number of queries of one kind together.
  package func fetch<Value>(all queries: [Query<Value>]) throws -> [Value] {
    var asked: [Asked] = []
    let answers = queries.map { Answer($0) }
    for answer in answers { answer.ask(&asked) }
    try send(asked)
    return try answers.map { try $0.given() }
  }

  /// A statement and who reads its rows.
  private struct Asked {
    let sql: SQL
    let take: (inout Rows) throws -> Void
  }

  private func send(_ asked: [Asked]) throws {
    guard !asked.isEmpty else { return }
    do {
      try connection.fetch(asked.map { render($0.sql) }) { index, rows in try asked[index].take(&rows) }
    } catch let error as EngineError {
      throw translated(error)
    }
  }

  /// The answer leaves only after these are durable (decision 5).
  package func logAccess(_ record: AccessRecord) { accessRecords.append(record) }

  func render(_ sql: SQL) -> Rendered {
    sql.render(connection.dialect, access: access, at: now, visibility: settings.visibility)
  }

  /// Which engine answers: only for the twin functions that stand side by side in one file.
  package var isPostgres: Bool { connection.dialect == .postgres }

  /// Serialization failures and lost connections go up as they are, so that the act is tried again.
  func translated(_ error: EngineError) -> any Error {
    switch error.kind {
    case .serialization, .connectionLost, .busy: error
    default: error.appError
    }
  }

  /// What one query of several has read.
  private final class Answer<Value> {
    private let query: Query<Value>
    private var value: Value?

    init(_ query: Query<Value>) { self.query = query }

    func ask(_ asked: inout [Asked]) {
      guard case .asked(let sql, let decode) = query.answer else { return }
      asked.append(Asked(sql: sql) { rows in self.value = try decode(&rows) })
    }

    func given() throws -> Value {
      if case .given(let value) = query.answer { return try value() }
      guard let value else { throw AppError.broken("a query gave no value") }
      return value
    }
  }
}

/// A writing transaction: an act. Events and jobs are written with it or not at all.
package final class Tx: ReadTx {
  private var events: [Event] = []
  private var systemEvents: [SystemEvent] = []
  private var latest: [Int64: Instant] = [:]
  /// Ids that a feature gathers during one act, by the feature's own name, to look at them together before its end.
  package var gathered: [String: Set<Int64>] = [:]

  /// Customers about whom this act has written anything, told to `DatabaseOptions.touched` at its end. Recording an
  /// event does it; an act that writes without one says so itself.
  private var touched: Set<Int64> = []

  package func touch(_ customers: some Sequence<Int64>) { touched.formUnion(customers) }

  /// When the newest event that this act has recorded for a customer happened; nil when it recorded none. Its rows
  /// are written at the act's end, so that no statement sees them yet.
  package func latestRecorded(_ customer: Int64) -> Instant? { latest[customer] }

  /// Runs a statement that answers no rows. On PostgreSQL it may wait for the next read or the commit;
  /// a failure then names it.
  package func run(_ sql: SQL) throws {
    do { try connection.run(render(sql)) } catch let error as EngineError { throw translated(error) }
  }

  /// Runs a statement and answers how many rows it changed.
  package func runCounting(_ sql: SQL) throws -> Int {
    do { return try connection.runCounting(render(sql)) } catch let error as EngineError { throw translated(error) }
  }

  /// Sends what waits, so that a failure shows here and not later.
  package func flush() throws {
    do { try connection.flush() } catch let error as EngineError { throw translated(error) }
  }

  /// Inserts rows in the quickest way the engine has: a prepared statement, or COPY.
  package func insert(into table: StaticString, columns: [StaticString], rows: [[SQLValue]]) throws {
    try insert(into: table.description, columns: columns.map(\.description), rows: rows)
  }

  private func insert(into table: String, columns: [String], rows: [[SQLValue]]) throws {
    do {
      try connection.insert(into: table, columns: columns, rows: rows)
    } catch let error as EngineError {
      throw translated(error)
    }
  }

  package func newID<T>(_: T.Type = T.self) -> ID<T> { ID(settings.ids.next()) }

  /// Locks a row by its key for the rest of the act; nothing on SQLite, which has one writer.
  /// - Parameter row: a SELECT of that row, without FOR UPDATE.
  package func lock(_ row: SQL) throws {
    guard isPostgres else { return }
    _ = try fetch(Query<Int>.count(row + " FOR UPDATE"))
  }

  /// Serialises acts of one name over all processes until the commit; SQLite has one writer anyway.
  package func lock(named name: String) throws {
    guard isPostgres else { return }
    let key = name.utf8.reduce(Int64(5_381)) { ($0 &* 33) ^ Int64($1) }
    _ = try fetch(Query<Int>.count("SELECT 1 FROM (SELECT pg_advisory_xact_lock(\(key))) AS held"))
  }

  /// Records what happened to a customer, in this transaction.
  ///
  /// - Parameter at: when it happened, if not now; what is recorded cannot lie ahead, so a later moment is now.
  package func record<Entity>(
    _ kind: EventKind, customer: Int64, subject: ID<Entity>, at: Instant? = nil, amountFen: Int64? = nil,
    source: String = "", facts: [String: String] = [:]
  ) {
    record(
      kind, customer: customer, subject: subject.raw, at: at, amountFen: amountFen, source: source, facts: facts)
  }

  /// The same by raw ids; `subject` 0 means the customer.
  package func record(
    _ kind: EventKind, customer: Int64, subject: Int64 = 0, at: Instant? = nil, amountFen: Int64? = nil,
    source: String = "", facts: [String: String] = [:]
  ) {
    let happened = min(at ?? now, now)
    touched.insert(customer)
    if happened > latest[customer] ?? Instant(microseconds: .min) { latest[customer] = happened }
    events.append(
      Event(
        customerID: customer, id: settings.ids.next(), kind: kind, subject: subject, happenedAt: happened,
        recordedAt: now, amountFen: amountFen, actor: access.actor, source: source, facts: Facts.json(facts)))
  }

  /// Records what concerns no customer.
  package func recordSystem(_ kind: EventKind, subject: Int64 = 0, facts: [String: String] = [:]) {
    systemEvents.append(
      SystemEvent(
        id: settings.ids.next(), kind: kind, subject: subject, recordedAt: now, actor: access.actor,
        facts: Facts.json(facts)))
  }

  /// Writes the events behind the act's rows and links them into this connection's chains.
  /// The caller sets the heads back when the transaction does not commit.
  func finish(_ chains: inout Chains) throws {
    if !touched.isEmpty { try settings.touched?(touched.sorted(), self) }
    try write(events.lazy.map(\.values), to: .events, &chains.events)
    try write(systemEvents.lazy.map(\.values), to: .systemEvents, &chains.system)
  }

  /// Writes access records of other transactions (decision 5), in this one.
  func write(_ entries: [AccessEntry], _ chains: inout Chains) throws {
    let rows = entries.map { $0.record.values(id: settings.ids.next(), at: $0.at, access: $0.access) }
    try write(rows, to: .accessLog, &chains.access)
  }

  /// Links rows into a log's chain. In parts, so that the engine takes one in while the next is linked.
  private func write(
    _ rows: some RandomAccessCollection<[SQLValue]>, to log: LogTable, _ head: inout Chain?
  ) throws {
    guard !rows.isEmpty else { return }
    var chain = try head ?? newChain(log)
    var rest = rows[...]
    while !rest.isEmpty {
      let linked = rest.prefix(Self.linkedAtOnce).map { values -> [SQLValue] in
        let link = chain.link(Canonical.of(values), vault)
        return values + [.int(chain.writer), .int(link.n), .blob(link.mac)]
      }
      try insert(into: log.rawValue, columns: log.columns + ["writer", "n", "mac"], rows: linked)
      rest = rest.dropFirst(Self.linkedAtOnce)
    }
    head = chain
  }

  private static let linkedAtOnce = 2_000

  private func newChain(_ log: LogTable) throws -> Chain {
    let chain = Chain(writer: settings.ids.next())
    try run(
      """
      INSERT INTO \(SQL(own: log.writers)) (writer, log, opened_at) VALUES (\(chain.writer), \(log.rawValue), \(now))
      """)
    return chain
  }
}

/// An access record on its way to the log, with the viewer and the moment.
struct AccessEntry: Sendable {
  let record: AccessRecord
  let access: Access
  let at: Instant
}
