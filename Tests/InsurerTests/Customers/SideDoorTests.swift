import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Nothing sealed leaves by what stands beside it (decision 16).
struct SideDoorTests {
  @Test(arguments: TestDatabase.engines) func eventsLogsAndIndexesHoldNoSealedValue(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      let made = try await db.act(as: CustomerCast.system) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      _ = try await db.act(as: CustomerCast.system) { tx in
        try Customers.update(
          made.id, ["mobile": "13900001111", "email": "x", "address": "保密路7号"], expected: 1,
          confirmed: ["email": "照录"], in: tx)
      }
      _ = try await db.read(as: CustomerCast.system) { tx in try Customers.search("13900001111", in: tx).rows.count }
      let texts = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(
          all: [
            "SELECT COALESCE(facts, '') FROM events", "SELECT what FROM access_log", "SELECT tokens FROM search_docs",
            "SELECT name FROM book", "SELECT COALESCE(source_key, '') FROM customers", "SELECT field FROM changes",
            "SELECT COALESCE(occupation, '') FROM customers",
          ].map { sql in Query<[String]>.all(sql) { $0.text(0) } }
        ).joined()
      }
      let sealed = ["13900001111", "13812340000", "11010519491231002X", "wang@example.com", "保密路", "乐昌市", "照录"]
      for text in texts { for value in sealed { #expect(!text.contains(value), "\(text)") } }
      let blobs = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(
          all: [
            "SELECT sealed FROM contact_points", "SELECT sealed FROM identity_documents",
            "SELECT value FROM blind_index",
            "SELECT before_value FROM changes WHERE before_value IS NOT NULL", "SELECT wrapped_key FROM customers",
          ].map { sql in Query<[[UInt8]]>.all(sql) { $0.blob(0) } }
        ).joined()
      }
      #expect(blobs.count > 8)
      for blob in blobs {
        let text = String(decoding: blob, as: UTF8.self)
        for value in sealed { #expect(!text.contains(value)) }
      }
    }
  }
}
