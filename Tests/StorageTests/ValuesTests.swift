import Kernel
import Storage
import TestKit
import Testing

/// What goes in comes out, the same on both engines.
@Suite struct ValuesTests {
  private static let access = Access.system(purpose: .administration)

  @Test(arguments: TestDatabase.engines, ["", "你好", "𠮷𡈽龘", "O'Brien; DROP TABLE keys", "😀\n\t\\", " blank "])
  func textSurvives(_ engine: TestDatabase.Engine, _ text: String) async throws {
    try await TestDatabase.open(on: engine) { db in
      let back = try await db.act(as: Self.access) { tx in
        try tx.run("INSERT INTO settings (name, value) VALUES ('text', \(text))")
        return try tx.fetch(Query<String?>.first("SELECT value FROM settings WHERE name = 'text'") { $0.text(0) })
      }
      #expect(back == text)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func textWithANULIsRefused(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      do {
        try await db.act(as: Self.access) { tx in
          try tx.run("INSERT INTO settings (name, value) VALUES ('text', \("a\0b"))")
        }
        Issue.record("a NUL was taken")
      } catch let error as AppError {
        #expect(error.code == "TEXT_NUL")
      }
    }
  }

  @Test(arguments: TestDatabase.engines, [Int64.min, -1, 0, 1, 1 << 40, .max])
  func integersSurvive(_ engine: TestDatabase.Engine, _ number: Int64) async throws {
    try await TestDatabase.open(on: engine) { db in
      let back = try await db.act(as: Self.access) { tx in
        try tx.run("INSERT INTO id_nodes (node, taken_at, leased_until) VALUES (5000, \(number), 0)")
        return try tx.fetch(Query<Int64?>.first("SELECT taken_at FROM id_nodes WHERE node = 5000") { $0.int(0) })
      }
      #expect(back == number)
    }
  }

  @Test(arguments: TestDatabase.engines, [[], [0], [0, 255, 0], Array(repeating: 7, count: 100_000)] as [[UInt8]])
  func bytesSurvive(_ engine: TestDatabase.Engine, _ bytes: [UInt8]) async throws {
    try await TestDatabase.open(on: engine) { db in
      let (back, isNull) = try await db.act(as: Self.access) { tx in
        try tx.run("INSERT INTO keys (name, version, wrapped, created_at) VALUES ('b', 1, \(bytes), 0)")
        return try tx.fetch(
          Query<[UInt8]?>.first("SELECT wrapped FROM keys WHERE name = 'b'") { $0.blob(0) },
          Query<Bool?>.first("SELECT wrapped FROM keys WHERE name = 'b'") { $0.isNull(0) })
      }
      #expect(back == bytes)
      #expect(isNull == false)
    }
  }

  /// The same text with a NULL and with a value: PostgreSQL fixes types when it prepares.
  @Test(arguments: TestDatabase.engines)
  func nullsAndValuesShareAStatement(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let values: [(Int64?, String?)] = [(nil, nil), (1, nil), (nil, "x"), (2, "y"), (nil, nil)]
      let empty: [UInt8] = []
      for (number, pair) in values.enumerated() {
        let (lease, holder) = pair
        try await db.act(as: Self.access) { tx in
          try tx.run(
            """
            INSERT INTO jobs (id, name, payload, state, run_at, attempts, created_at, lease_until, holder)
            VALUES (\(number), 'n', \(empty), 'done', 0, 0, 0, \(lease), \(holder))
            """)
        }
      }
      let back = try await db.read(as: Self.access) { tx in
        try tx.fetch(
          Query.all("SELECT lease_until, holder FROM jobs ORDER BY id") { ($0.intOrNil(0), $0.textOrNil(1)) })
      }
      #expect(back.map(\.0) == values.map(\.0))
      #expect(back.map(\.1) == values.map(\.1))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func sumsCountsAndFractionsAreRead(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let (sum, low, average, exists, real) = try await db.act(as: Self.access) { tx in
        let rows: [(Int64, Int64)] = [(2_000, 4_000_000_000_000_000), (2_001, 123_456_789), (2_002, -7)]
        for (node, taken) in rows {
          try tx.run("INSERT INTO id_nodes (node, taken_at, leased_until) VALUES (\(node), \(taken), 0)")
        }
        return try tx.fetch(
          Query<Int64?>.first("SELECT SUM(taken_at) FROM id_nodes WHERE node >= 2000") { $0.int(0) },
          Query<Int64?>.first("SELECT SUM(taken_at) FROM id_nodes WHERE node = 2002") { $0.int(0) },
          Query<Double?>.first("SELECT AVG(node) FROM id_nodes WHERE node IN (2000, 2001)") { $0.real(0) },
          Query<Bool?>.first("SELECT EXISTS (SELECT 1 FROM id_nodes)") { $0.bool(0) },
          Query<Double?>.first("SELECT CAST(\(2.5) AS DOUBLE PRECISION)") { $0.real(0) })
      }
      #expect(sum == 4_000_000_123_456_782)
      #expect(low == -7)
      #expect(average == 2_000.5)
      #expect(exists == true)
      #expect(real == 2.5)
    }
  }

  /// One row, some and many take different ways in on PostgreSQL; all arrive.
  @Test(arguments: TestDatabase.engines, [0, 1, 2, 200, 201, 5_000])
  func bulkInsertsArrive(_ engine: TestDatabase.Engine, _ count: Int) async throws {
    try await TestDatabase.open(on: engine) { db in
      try await db.act(as: Self.access) { tx in
        try tx.run("INSERT INTO settings (name, value) VALUES ('before', '1')")
        let rows: [[SQLValue]] = (0..<count).map { Self.job($0) }
        try tx.insert(
          into: "jobs",
          columns: ["id", "name", "payload", "state", "run_at", "attempts", "created_at", "holder", "finished_at"],
          rows: rows)
        try tx.run("INSERT INTO settings (name, value) VALUES ('after', '1')")
      }
      let (names, held, settings) = try await db.read(as: Self.access) { tx in
        try tx.fetch(
          Query.all("SELECT name FROM jobs ORDER BY id") { $0.text(0) },
          Query<Int>.count("SELECT COUNT(*) FROM jobs WHERE holder IS NOT NULL"),
          Query<Int>.count("SELECT COUNT(*) FROM settings"))
      }
      #expect(names == (0..<count).map { "n\($0)𠮷" })
      #expect(held == (0..<count).filter { $0 % 3 != 0 }.count)
      #expect(settings == 2)
    }
  }

  private static func job(_ number: Int) -> [SQLValue] {
    let holder: SQLValue = number % 3 == 0 ? .null : .text("h")
    let zero = SQLValue.int(0)
    return [
      .int(Int64(number)), .text("n\(number)𠮷"), .blob([UInt8(number % 256)]), .text("done"), zero, zero, zero, holder,
      .null,
    ]
  }

  @Test(arguments: TestDatabase.engines, [201, 2])
  func aRefusedBulkInsertUndoesTheAct(_ engine: TestDatabase.Engine, _ count: Int) async throws {
    try await TestDatabase.open(on: engine) { db in
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.access) { tx in
          try tx.run("INSERT INTO settings (name, value) VALUES ('before', '1')")
          try tx.insert(
            into: "settings", columns: ["name", "value"],
            rows: (0..<count).map { _ in [.text("same"), .text("")] })
        }
      }
      let settings = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings"))
      }
      #expect(settings == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aPackOfQueriesAnswersInOrder(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let answers = try await db.act(as: Self.access) { tx in
        try tx.run("INSERT INTO settings (name, value) VALUES ('a', '1'), ('b', '2')")
        return try tx.fetch(
          Query.all("SELECT value FROM settings ORDER BY name") { $0.text(0) },
          Query<String?>.first("SELECT value FROM settings WHERE name = 'none'") { $0.text(0) },
          Query<Int>.count("SELECT COUNT(*) FROM settings WHERE name IN \(list: ["a", "b", "c"])"),
          Query<Int>.count("SELECT COUNT(*) FROM settings").map { $0 * 10 })
      }
      #expect(answers.0 == ["1", "2"])
      #expect(answers.1 == nil)
      #expect(answers.2 == 2)
      #expect(answers.3 == 20)
      let many = try await db.read(as: Self.access) { tx in
        try tx.fetch(all: (1...40).map { Query<Int>.count("SELECT COUNT(*) + \($0) FROM settings") })
      }
      #expect(many == (1...40).map { $0 + 2 })
    }
  }
}
