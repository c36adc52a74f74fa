import Files
import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// What is stored to be run later: in another's browser, in another's spreadsheet, in another's answer.
@Suite struct StoredAttackTests {
  private static let script = "<script>alert('陈😀')</script>\"><img src=x onerror=alert(1)>{{icon.search}}{0}"

  private static func json(_ members: KeyValuePairs<String, String>) -> String {
    let record = JSONWriter.record { json in
      for (name, value) in members {
        json.key(named: name)
        json.string(value)
      }
    }
    return String(decoding: record.bytes, as: UTF8.self)
  }

  /// Every field of tasks, leads, applications and complaints that takes words.
  private static func plant(_ world: APIWorld, _ token: String) async throws -> [String] {
    let lan = "\(world.lan)"
    func made(_ path: String, _ members: KeyValuePairs<String, String>) async throws -> String {
      let answer = try await world.ask(.post, path, token, body: json(members))
      #expect(answer.status == 201, "\(path) \(answer.response.text)")
      return path + "/" + (answer.json["id"]?.text ?? "")
    }
    func done(_ path: String, _ members: KeyValuePairs<String, String>) async throws {
      let answer = try await world.ask(.post, path, token, body: json(members))
      #expect(answer.status == 200, "\(path) \(answer.response.text)")
    }
    let task = try await made("/tasks", ["title": script, "details": script, "customer": lan, "role": "service"])
    try await done(task + "/comments", ["text": script])
    let lead = try await made(
      "/leads", ["name": "周晓", "mobile": "13812340077", "origin": "web", "note": script])
    try await done(lead + "/contacts", ["note": script])
    let application = try await made(
      "/applications",
      [
        "application_no": "TB<b>7</b>", "stage": "requirement", "at": "2026-11-20", "customer": lan, "product": "L1",
        "policy_no": "P<i>9", "asked": script,
      ])
    let complaint = try await made(
      "/complaints",
      ["customer": lan, "channel": "phone", "topic": "claims", "said": script, "reference": "R<script>7"])
    try await done(complaint + "/determination", ["finding": "rejected", "determination": script])
    try await done(complaint + "/explanation", ["cause": "unfounded", "cause_note": script, "opening": script])
    let contact = json([
      "customer": lan, "channel": "phone", "direction": "in", "topic": script, "summary": script,
    ])
    #expect(try await world.ask(.post, "/interactions", token, body: contact).status == 201)
    return [task, lead, application, complaint]
  }

  @Test(arguments: TestDatabase.engines) func nothingStoredRuns(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let paths = try await Self.plant(world, world.token(.service))
      let browser = try await world.browser(.service)
      let home = "/customers/\(world.lan)"
      let lists = [
        "/", "/tasks?whose=all", "/leads?whose=all", "/applications", "/applications?desk=requirement", "/complaints",
        home, home + "/timeline", home + "/interactions", "/complaints/new", "/tasks/new",
      ]
      var shown = 0
      for path in paths + lists {
        for language in ["zh-Hans", "en"] {
          let text = try await browser.get(path + (path.contains("?") ? "&" : "?") + "lang=\(language)").text
          for code in ["<script>alert", "<img src=x", "<b>7", "<i>9", "R<script>"] {
            #expect(!text.contains(code), "\(path) has \(code)")
          }
          shown += text.contains("陈😀") ? 1 : 0
        }
      }
      #expect(shown >= 12, "the words are there, and only words: \(shown)")
    }
  }

  /// Every route that answers a file for spreadsheets is named here.
  private static let files: Set<String> = [
    "/tasks/export.csv", "/customers/export.csv", "/premiums/export.csv", "/imports/{id}/report.csv",
    "/departures/orphans/export.csv", "/departures/notices/export.csv",
  ]

  private static func cells(_ answer: TestResponse) throws -> [String] {
    var cells: [String] = []
    let file = try TableFile.open(MemoryBytes(Array(answer.body.readableBytesView)))
    while let record = try file.next() { cells += record.fields }
    return cells
  }

  @Test func noFileForPeopleHoldsAFormula() async throws {
    try await APIWorld.open { world in
      #expect(Set(Features.named(world.web.site).map(\.path).filter { $0.hasSuffix(".csv") }) == Self.files)
      let formulas = ["=HYPERLINK(\"http://example.com\",\"点我\")", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0"]
      let (lan, staff) = (world.lan, world.staff)
      try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        for formula in formulas {
          try Tasks.open(
            NewTask(.manual, title: formula, customer: lan, owner: .staff(staff["A1"] ?? ID(0))), in: tx)
        }
        let product = [
          "code": "L1", "name": "=1+1|终身寿险", "line": "life", "kind": "base", "cooling_off_days": "15",
          "waiting_days": "90", "guaranteed_renewable": "0",
        ]
        let rows = [ImportRow(number: 1, key: "L1", values: product, digest: [], changed: ["name"])]
        _ = try ProductsKind.apply(rows, source: "core", in: tx)
        try Departures.record("A1", leftOn: tx.today, in: tx)
      }
      let service = try await world.browser(.service)
      let admin = try await world.browser(.admin)
      var shown = 0
      for path in [
        "/tasks/export.csv?whose=all", "/customers/export.csv?purpose=service", "/premiums/export.csv?list=next_month",
        "/premiums/export.csv?list=this_month", "/departures/orphans/export.csv", "/departures/notices/export.csv",
      ] {
        let answer = try await (path.hasPrefix("/departures") ? admin : service).get(path)
        #expect(answer.status == .ok, "\(path)")
        for cell in try Self.cells(answer) {
          shown += cell.hasPrefix("'") ? 1 : 0
          guard let first = cell.first, "=+-@\t\r".contains(first) else { continue }
          #expect(Double(cell) != nil, "\(path): \(cell)")
        }
      }
      #expect(shown >= formulas.count)
    }
  }

  @Test func aReportOfAnImportHoldsNone() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      let file = "客户号,姓名,=1+1\n=cmd|' /C calc'!A0,,\nK2,王敏,@SUM(A1)\n"
      let sent = try await world.web.client.execute(
        uri: "/api/v1/imports?kind=customers&source=core", method: .post,
        headers: [.authorization: "Bearer \(token)", .contentType: "text/csv"], body: ByteBuffer(string: file))
      let id = try #require(APIWorld.Answer(response: sent).json["id"]?.text)
      let run = ImportRun(
        db: world.web.site.database, access: .system(purpose: .intake), holder: "test", sharesWriter: true)
      _ = try await run.run(try #require(ID<Import>(id)))
      let steward = try await world.browser(.steward)
      let report = try await steward.get("/imports/\(id)/report.csv")
      #expect(report.status == .ok)
      for cell in try Self.cells(report) {
        guard let first = cell.first, "=+-@\t\r".contains(first) else { continue }
        #expect(Double(cell) != nil, "\(cell)")
      }
    }
  }

  // MARK: Headers

  private static let line = "a\r\nSet-Cookie: stolen=1\r\n\r\n<html>"

  /// What is sent goes into no header of an answer but where it is one of our own words.
  @Test func noHeaderIsWrittenByTheSender() async throws {
    try await APIWorld.open { world in
      let encoded = FormFields.encode(Self.line)
      let browser = try await world.browser(.service)
      let token = try await world.token(.service)
      var answers: [TestResponse] = []
      for path in [
        "/login?next=\(encoded)", "/customers?lang=\(encoded)&q=\(encoded)", "/customers/export.csv?purpose=\(encoded)",
        "/tasks/export.csv?whose=\(encoded)", "/customers/\(encoded)", "/leads/\(encoded)/visit",
        "/premiums/export.csv?list=\(encoded)", "/complaints?show=\(encoded)", "/tasks?after=\(encoded)",
      ] {
        answers.append(try await browser.get(path))
      }
      let csrf = try await browser.get("/tasks/new").hidden("csrf")
      for (path, form) in [
        ("/preferences", ["theme": Self.line, "purpose": Self.line, "back": Self.line]),
        ("/tasks", ["title": Self.line, "back": Self.line]), ("/leads", ["name": Self.line, "origin": "web"]),
        ("/complaints", ["customer": Self.line, "said": Self.line]),
        ("/views", ["name": Self.line, "query": Self.line]),
      ] {
        let form = form.merging(["csrf": csrf]) { $1 }
        answers.append(
          try await world.web.post(path, form, [.cookie: browser.cookies, .accept: "text/html", .referer: "http://x/"]))
      }
      let body = Self.json(["title": "回电", "key": Self.line])
      answers.append(try await world.web.api(.post, "/tasks", token: token, body: body))
      for answer in answers {
        #expect(answer.status.code < 500)
        #expect(answer.headers[.setCookie].map { $0.contains("stolen") } != true, "\(answer.headers)")
        for field in answer.headers { #expect(!field.value.contains { $0.isNewline }, "\(field.name)") }
        let location = answer.headers[.location] ?? "/"
        #expect(location.hasPrefix("/") && !location.hasPrefix("//"), "\(location)")
      }
    }
  }

  @Test func anEventsHeadersAreReadAsTheyAre() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.admin)
      let name = { (text: String) throws in try #require(HTTPField.Name(text)) }
      let headers: HTTPFields = [
        .contentType: "application/json", try name("ce-specversion"): "1.0",
        try name("ce-id"): "e1%0d%0aSet-Cookie:stolen=1", try name("ce-source"): "/core%00",
        try name("ce-type"): "anban.customer.changed",
      ]
      let answer = try await world.web.api(.post, "/events", token: token, body: #"{"source_id": "K1"}"#, headers)
      #expect(answer.status == .ok && answer.headers[.setCookie] == nil)
      #expect(answer.text.contains("dead_letter") && answer.text.contains("TEXT_INVALID"))
    }
  }
}
