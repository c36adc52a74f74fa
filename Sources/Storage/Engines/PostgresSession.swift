import Foundation
import Kernel
import Logging

/// What one thread of the pool owns: a connection, made again when it is lost, and its places in the logs' chains.
final class PostgresSession: @unchecked Sendable {
  private let url: String
  private let settings: TxSettings
  private let logger: Logger
  private var connection: PostgresConnection?
  private var chains = Chains()
  private static let attemptsMax = 5
  private static let outcomeQuestionsMax = 20

  private let watch: ReadWatch?

  init(
    url: String, first: PostgresConnection? = nil, settings: TxSettings, watch: ReadWatch? = nil, logger: Logger
  ) {
    self.url = url
    self.watch = watch
    self.settings = settings
    self.logger = logger
    connection = first
  }

  /// A living connection; a new one is a new writer of the logs (decision 7).
  private func connected() throws -> PostgresConnection {
    if let connection, !connection.isLost { return connection }
    chains = Chains()
    connection = nil
    let new = try PostgresConnection(url: url)
    connection = new
    return new
  }

  func read<T>(_ access: Access, _ body: (ReadTx) throws -> T) throws -> (T, [AccessRecord]) {
    try repeating {
      let connection = try connected()
      let tx = ReadTx(access: access, connection: connection, settings: settings)
      try connection.begin(readOnly: true)
      defer { connection.rollback() }
      guard let watch else { return (try body(tx), tx.accessRecords) }
      return try watch.run(access, { connection.interrupt() }) { (try body(tx), tx.accessRecords) }
    }
  }

  func act<T>(_ access: Access, _ body: (Tx) throws -> T) throws -> T {
    try repeating { try once(access, body) }
  }

  /// One durable commit of access records. A pipeline without BEGIN is one transaction.
  func append(_ entries: [AccessEntry]) throws {
    try repeating {
      let connection = try connected()
      let heads = chains
      do {
        try connection.begin(readOnly: true)
        let tx = Tx(access: .system(purpose: .audit), connection: connection, settings: settings)
        try tx.write(entries, &chains)
        try connection.flush()
      } catch {
        chains = heads
        connection.rollback()
        throw error
      }
    }
  }

  private func once<T>(_ access: Access, _ body: (Tx) throws -> T) throws -> T {
    let connection = try connected()
    let heads = chains
    var value: T?
    do {
      try connection.begin(readOnly: false)
      let tx = Tx(access: access, connection: connection, settings: settings)
      let done = try body(tx)
      value = done
      for record in tx.accessRecords {
        try tx.write([AccessEntry(record: record, access: access, at: tx.now)], &chains)
      }
      try tx.finish(&chains)
      try connection.commit()
      return done
    } catch {
      chains = heads
      guard connection.isLost, connection.commitWasSent else {
        connection.rollback()
        throw error
      }
      if let value, try wasCommitted(connection.transactionID) { return value }
      throw error
    }
  }

  /// What became of a transaction whose COMMIT was sent and whose answer was lost (decision 3).
  /// - Returns: false when it was undone, so that the act may be tried again.
  /// - Throws: `unavailable` when nobody can tell.
  private func wasCommitted(_ transactionID: Int64?) throws -> Bool {
    let unknown = AppError.unavailable("the connection was lost while committing, and the outcome is not known")
    guard let transactionID else { throw unknown }
    for question in 0..<Self.outcomeQuestionsMax {
      if question > 0 { Thread.sleep(forTimeInterval: 0.1) }
      var status: String?
      do {
        let statement = Rendered(
          text: "SELECT pg_xact_status($1::text::xid8)", values: [.text(String(transactionID))])
        try connected().fetch([statement]) { _, rows in status = try rows.next()?.textOrNil(0) }
      } catch {
        logger.warning("asking for the outcome of transaction \(transactionID) failed: \(error)")
        continue
      }
      switch status {
      case "committed": return true
      case "aborted": return false
      case "in progress": continue
      default: throw unknown
      }
    }
    throw unknown
  }

  /// Repeats what failed by a deadlock, a serialization failure or a connection lost before COMMIT was sent.
  private func repeating<T>(_ body: () throws -> T) throws -> T {
    var attempt = 0
    while true {
      attempt += 1
      do {
        return try body()
      } catch let error as EngineError {
        let mayRepeat = error.kind == .serialization || error.kind == .connectionLost
        guard mayRepeat, attempt < Self.attemptsMax else { throw error.appError }
        logger.info("trying again after: \(error.message)")
        Thread.sleep(forTimeInterval: Double.random(in: 0.002...0.01) * Double(attempt * attempt))
      }
    }
  }
}
