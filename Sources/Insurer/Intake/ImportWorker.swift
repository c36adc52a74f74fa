import Kernel
import Logging
import Storage

/// Takes up imports that nobody runs: one at a time, for as long as the process serves. A server and `anban work`
/// run one each; while it runs, the command line hands imports to it (decision 4).
package struct ImportWorker: Sendable {
  private let db: Database
  private let logger: Logger
  private let access = Access.system(purpose: .intake, surface: "job")
  private let holder = ImportHolder.new()
  private let kinds: [any ImportKind.Type]

  package init(db: Database, logger: Logger, kinds: [any ImportKind.Type] = ImportKinds.all) {
    self.db = db
    self.logger = logger
    self.kinds = kinds
  }

  /// Returns when its task is cancelled.
  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await repeatedly(every: .seconds(5)) { try await beat() } }
      group.addTask { await repeatedly(every: .seconds(1)) { while try await takeNext() {} } }
      group.addTask { await repeatedly(every: .seconds(3_600)) { try await clean() } }
    }
  }

  /// Runs the next import, if one is left to somebody. Whether there was one.
  package func takeNext() async throws -> Bool {
    guard let item = try await db.read(as: access, { tx in try Imports.claimable(in: tx) }) else { return false }
    let run = ImportRun(db: db, access: access, holder: holder, kinds: kinds, sharesWriter: true)
    if let ended = try await run.run(item.id) {
      logger.info("import \(ended.id) \(ended.state.rawValue): \(ended.counts.line)")
    }
    return !Task.isCancelled
  }

  private func beat() async throws {
    let holder = holder
    try await db.act(as: access, background: true) { tx in try WorkerStore.beat(holder, in: tx) }
  }

  private func clean() async throws {
    try await db.act(as: access, background: true) { tx in try Imports.forgetFiles(in: tx) }
  }

  private func repeatedly(every pause: Duration, _ body: () async throws -> Void) async {
    while !Task.isCancelled {
      do {
        try await body()
      } catch {
        logger.error("import worker: \(error)")
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Whether a process takes up imports of this database.
  package static func isLive(in tx: ReadTx) throws -> Bool {
    guard let last = try tx.fetch(WorkerStore.lastBeat()) else { return false }
    return tx.now.seconds(since: last.at) <= ImportRun.silenceSeconds && !ImportHolder.isDead(last.holder)
  }
}
