import Kernel
import Storage
import TestKit
import Testing

@Test(arguments: TestDatabase.engines)
func anActIsReadBackWithItsEventInOneChain(_ engine: TestDatabase.Engine) async throws {
  try await TestDatabase.open(on: engine) { db in
    let access = Access.system(purpose: .administration)
    try await db.act(as: access) { tx in
      try tx.run("INSERT INTO settings (name, value) VALUES (\("greeting"), \("你好𠮷"))")
      tx.record(EventKind("customer_created"), customer: 7, facts: ["source": "test"])
    }
    let (value, count) = try await db.read(as: access) { tx in
      try tx.fetch(
        Query<String?>.first("SELECT value FROM settings WHERE name = \("greeting")") { $0.text(0) },
        Query<Int>.count("SELECT COUNT(*) FROM events WHERE customer_id = \(Int64(7)) AND n = 1"))
    }
    #expect(value == "你好𠮷")
    #expect(count == 1)
  }
}

@Test(arguments: TestDatabase.engines)
func anActThatThrowsLeavesNothing(_ engine: TestDatabase.Engine) async throws {
  try await TestDatabase.open(on: engine) { db in
    let access = Access.system(purpose: .administration)
    await #expect(throws: AppError.self) {
      try await db.act(as: access) { tx in
        try tx.run("INSERT INTO settings (name, value) VALUES ('a', 'b')")
        throw AppError.conflict("TEST", "undone")
      }
    }
    let count = try await db.read(as: access) { tx in try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings")) }
    #expect(count == 0)
  }
}
