import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Random histories and midnights: what is kept after each act and each night is what a computation from nothing gives.
@Suite struct FactPropertyTests {
  private static let seed: UInt64 = 20_261_122

  @Test(arguments: TestDatabase.engines) func keptFactsAreThoseComputedFromNothing(
    _ engine: TestDatabase.Engine
  ) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await ContractCast.open(engine, clock: time.clock) { cast in
      var history = try await FactHistory.make(cast, time, seed: Self.seed)
      var compared = 0
      for _ in 0..<12 {
        try await history.act()
        compared += try await history.compare("after acts")
        try await history.night()
        compared += try await history.compare("after a night")
      }
      print("seed \(Self.seed) on \(engine): \(compared) rows compared")
      #expect(compared > 500)
    }
  }
}

extension FactHistory {
  /// Reads what is kept, computes everybody anew, reads again.
  fileprivate func compare(_ when: String) async throws -> Int {
    let kept = try await rows()
    let db = cast.db
    _ = try await PersonFacts.rebuild(db, size: 5)
    let anew = try await rows()
    #expect(kept.count == anew.count, "\(when), \(today)")
    for (old, new) in zip(kept, anew) where old != new {
      Issue.record("\(when), \(today): kept \(old) and computed \(new)")
    }
    return kept.count
  }

  private func rows() async throws -> [[Int64?]] {
    try await cast.read { tx in
      let (person, contract) = try tx.fetch(
        Query<[[Int64?]]>.all("SELECT * FROM facts_person ORDER BY customer_id") { row in
          (0..<38).filter { $0 != 1 }.map { row.intOrNil($0) }
        },
        Query<[[Int64?]]>.all("SELECT * FROM facts_contract ORDER BY customer_id, scope") { row in
          (0..<62).map { row.intOrNil($0) }
        })
      return person + contract
    }
  }
}
