import Files
import Foundation
import Insurer
import Kernel
import Logging
@testable import Storage
import Synchronization
import TestKit
import Testing

/// Decision 16: sealed values leak by the side doors. Marked values go in through every entry, and then the whole
/// data directory, every value of every table and all that was logged are searched for them.
@Suite struct SideDoorsTests {
  /// By the door they came through.
  private static let planted = [
    "a customer's mobile": "13911112222", "an e-mail": "mark17@planted.example", "an address": "植入路四七一一号",
    "an ID number": "110101199003078734", "a mistyped ID number": "110101198802146420",
    "a mistyped mobile": "1391111222233",
    "a rejected row": "13922223333", "a row whose key stood before": "13955556666", "a rehearsed row": "13966667777",
    "a contact's summary": "植入摘要甲", "a waiting row": "植入摘要乙", "a diagnosis": "植入诊断丙",
    "a reason": "植入复杂原因丁", "a beneficiary": "植戊己", "a member of staff's mobile": "13933334444",
    "a source's change": "13944445555", "an entry by hand": "13977778888",
    "a correction by hand": "hand@planted.example",
    "a job": "植入作业庚", "a kept answer": "植入答复辛", "a reason for a flagged value": "植入理由壬",
  ]

  private struct Marked: Job {
    static let name = "tests.marked"
    let text: String
    func run(_ app: Database) async throws -> JobResult { throw AppError.unavailable("not today") }
  }

  @Test(arguments: TestDatabase.engines) func nothingSealedIsFoundInClear(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    let heard = Heard()
    var options = try place.options(boringIDs: false)
    options.logger = Logger(label: "test") { _ in heard }
    options.logger.logLevel = .trace
    let db = try Database.open(options)
    do {
      try await plant(db)
      try await Seals.write(db, file: place.directory + "/seals.log")
      try await search(db, place, heard)
    } catch {
      Issue.record(error)
    }
    await db.close()
    try searchFiles(place)
  }

  // MARK: In

  private func plant(_ db: Database) async throws {
    var desk = Desk(db: db)
    desk.kinds = ImportKinds.all
    try await plantFiles(desk)
    try await plantByHand(db)
    var registry = JobRegistry<Database>()
    registry.add(Marked.self)
    try await Worker(database: db, app: db, registry: registry).runDue()
  }

  private func mark(_ door: String) -> String { Self.planted[door] ?? "" }

  private func plantFiles(_ desk: Desk) async throws {
    let header = "source_id,name,id_type,national_id,mobile,email,address\n"
    let first = """
      C1,王敏,,\(mark("an ID number")),\(mark("a customer's mobile")),\(mark("an e-mail")),\(mark("an address"))
      C2,李强,,\(mark("a mistyped ID number")),\(mark("a mistyped mobile")),,
      C3,,,,\(mark("a rejected row")),,
      C2,李强,,,\(mark("a row whose key stood before")),,

      """
    let taken = try await desk.take(header + first, kind: CustomersKind.self)
    #expect(taken.counts.line.hasPrefix("rows=4 created=2 updated=0 unchanged=0 waiting=0 rejected=2"))
    try await desk.take(header + "C1,王敏,,,\(mark("a source's change")),,\n", kind: CustomersKind.self)
    let text = Array((header + "C9,钱七,,,\(mark("a rehearsed row")),,\n").utf8)
    let mapping = try ImportLook.at(MemoryBytes(text), kind: CustomersKind.self).suggestion.mapping
    _ = try await ImportRehearsal(db: desk.db, access: desk.access).run(
      kind: CustomersKind.self, mapping: mapping, source: "core"
    ) {
      MemoryBytes(text)
    } each: { _ in
    }
    try await desk.take(
      "staff_no,name,role,mobile\nA1,周强,agent,\(mark("a member of staff's mobile"))\n", kind: StaffKind.self)
    try await desk.take(
      """
      source_id,customer,at,channel,direction,topic,summary
      I1,C1,2026-01-02 10:00,phone,in,咨询,\(mark("a contact's summary"))
      I2,C77,2026-01-02 10:00,phone,in,咨询,\(mark("a waiting row"))

      """, kind: InteractionsKind.self)
    try await desk.take("code,name,line,kind\nP1,康健医疗,medical,base\n", kind: ProductsKind.self)
    try await desk.take(
      """
      policy_no,product,policyholder,insured,effective_on,premium_mode,premium,sum_insured,status,status_as_of
      N1,P1,C1,C1,2025-01-01,annual,860,100000,in_force,2026-01-01

      """, kind: PoliciesKind.self)
    try await desk.take(
      "policy_no,role,name,benefit,rank,share\nN1,beneficiary,\(mark("a beneficiary")),death,1,100\n",
      kind: PartiesKind.self)
    let claims = try await desk.take(
      """
      claim_no,policy_no,insured,notified_at,requested_at,loss_on,kind,diagnosis,status,complex_reason
      L1,N1,C1,2026-01-03,2026-01-04,2026-01-02,medical,\(mark("a diagnosis")),requested,\(mark("a reason"))

      """, kind: ClaimsKind.self)
    #expect(claims.counts.created == 1)
  }

  private func plantByHand(_ db: Database) async throws {
    let access = Access.system(purpose: .service, surface: "page")
    let (byHand, correction) = (mark("an entry by hand"), mark("a correction by hand"))
    let (job, answer, reason) = (mark("a job"), mark("a kept answer"), mark("a reason for a flagged value"))
    try await db.act(as: access) { tx in
      let made = try Customers.create(
        ["name": "孙八", "mobile": byHand, "national_id": "110101198802146420"], confirmed: ["national_id": reason],
        in: tx)
      _ = try Customers.update(made.id, ["email": correction], expected: nil, in: tx)
      try tx.enqueue(Marked(text: job))
      _ = try KeptAnswers.once("key", request: Array(answer.utf8), in: tx) {
        KeptAnswer(status: 201, location: "/x", version: "1", body: Array(answer.utf8))
      }
    }
  }

  // MARK: Out

  /// All columns of all rows, as the engine hands them out.
  private func search(_ db: Database, _ place: TestDatabase.Place, _ heard: Heard) async throws {
    let found = try await db.exclusive { connection in
      let catalog = Catalog(connection: connection)
      var found: [String] = []
      for table in try catalog.tables() {
        try catalog.beginSnapshot()
        defer { catalog.endSnapshot() }
        try catalog.eachRow(of: table, catalog.columns(of: table)) { values in
          let bytes = Canonical.of(values)
          for (door, mark) in Self.planted where bytes.firstRange(of: Array(mark.utf8)) != nil {
            found.append("\(door) in \(table)")
          }
        }
      }
      return found
    }
    #expect(found == [])
    let logged = heard.text
    for (door, mark) in Self.planted { #expect(!logged.contains(mark), "\(door) was logged") }
  }

  /// Every file of the data directory, the write-ahead log before the file that it is written into: the last
  /// connection to close takes the log and its index away.
  private func searchFiles(_ place: TestDatabase.Place) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: place.directory).sorted(by: >)
    #expect(!names.isEmpty)
    for name in names {
      guard let bytes = FileManager.default.contents(atPath: "\(place.directory)/\(name)") else {
        #expect(["anban.db-wal", "anban.db-shm"].contains(name), "\(name) cannot be read")
        continue
      }
      for (door, mark) in Self.planted {
        #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(door) lies in \(name)")
      }
    }
  }

  /// Keeps what is logged.
  private final class Heard: LogHandler, @unchecked Sendable {
    private let lines = Mutex("")
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    var text: String { lines.withLock { $0 } }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }
    func log(event: LogEvent) { lines.withLock { $0 += "\(event.message)\n" } }
  }
}
