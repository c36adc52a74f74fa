import Insurer
import Kernel
import Logging
import Storage
import Synchronization
import TestKit
import Testing

@Suite struct ImportWorkerTests {
  private func worker(_ desk: Desk) -> ImportWorker {
    ImportWorker(
      db: desk.db, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), kinds: desk.kinds)
  }

  @Test("takes up what is queued and what a dead holder left", arguments: TestDatabase.engines)
  func takesUp(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let queued = try await desk.request(Array("id,title\nA,a\n".utf8))
      let left = try await desk.request(Array("id,title\nB,b\n".utf8))
      let holder = ImportHolder.new()
      let dead = holder.replacing(":\(holder.split(separator: ":")[1]):", with: ":2147480000:")
      for (item, name) in [(left, dead)] {
        try await desk.db.act(as: desk.access) { tx in
          try tx.run(
            "UPDATE imports SET state = 'running', holder = \(name), heartbeat_at = \(tx.now) WHERE id = \(item.id)")
        }
      }
      let worker = worker(desk)
      while try await worker.takeNext() {}
      #expect(try await desk.find(queued.id).state == .done)
      #expect(try await desk.find(left.id).state == .done)
      #expect(try await desk.notes() == ["A:a||", "B:b||"])
    }
  }

  @Test("a living worker is known by its beat, a silent one is not", arguments: TestDatabase.engines)
  func beat(_ engine: TestDatabase.Engine) async throws {
    let now = Mutex(Instant(Day(number: 20_779)))
    try await Desk.open(on: engine, clock: Clock { now.withLock { $0 } }) { desk in
      @Sendable func isLive() async throws -> Bool {
        try await desk.db.read(as: desk.access) { tx in try ImportWorker.isLive(in: tx) }
      }
      #expect(try await isLive() == false)
      let item = try await desk.request(Array("id,title\nA,a\n".utf8))
      let running = Task { await worker(desk).run() }
      while try await desk.find(item.id).state != .done { try await Task.sleep(for: .milliseconds(20)) }
      while try await !isLive() { try await Task.sleep(for: .milliseconds(20)) }
      running.cancel()
      await running.value
      now.withLock { $0 = $0 + 60 }
      #expect(try await isLive() == false)
    }
  }
}
