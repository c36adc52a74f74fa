import Files
import HummingbirdTesting
import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer
@testable import Web

/// Every number on a page is the count of the rows behind it: each is followed through its link and its rows are
/// counted by paging to the end (what is marked «about» apart).
@Suite struct FiguresTests {
  private var stat: Regex<(Substring, Substring, Substring, Substring)> {
    /class="stat[^"]*" href="([^"]+)"><span>([^<]*)<\/span><strong>([^<]*)</
  }

  @Test(arguments: TestDatabase.engines) func ofPeople(_ engine: TestDatabase.Engine) async throws {
    try await DemoWorld.open(on: engine, people: 260) { world in
      try await ofTheWorkbench(world)
      try await ofTheList(world)
      try await ofAPersonsPage(world)
    }
  }

  private func ofTheWorkbench(_ world: DemoWorld) async throws {
    var followed = 0
    for browser in world.browsers {
      for stat in try await browser.page("/").figures(stat) {
        #expect(try await browser.rows(stat.href).count == stat.value, "\(stat)")
        followed += stat.value > 0 ? 1 : 0
      }
    }
    #expect(followed >= 8, "the demo has something to count")
  }

  private func ofTheList(_ world: DemoWorld) async throws {
    let today = TestDatabase.clock.now().day
    let filters =
      ["", "sort=pinyin", "sort=due", "since=\(today - 40)", "since=\(today - 40)&sort=created"]
      + RelationState.allCases.map { "status=\($0.rawValue)" } + Stage.allCases.map { "stage=\($0.rawValue)" }
      + ["line=life", "line=medical&status=active", "q=li", "q=王", "q=wang&status=active", "q=0001", "q=李岚"]
    for browser in world.browsers {
      for filter in filters {
        let path = "/customers?\(filter)"
        let page = try await browser.page(path)
        guard let count = page.firstMatch(of: /<span>([0-9,]+) customers<\/span>/)?.1.number else {
          #expect(page.contains("class=\"empty\"") || page.contains("more than"), "\(path) says how many")
          continue
        }
        #expect(try await browser.rows(path).count == count, "\(path)")
      }
    }
  }

  private func ofAPersonsPage(_ world: DemoWorld) async throws {
    var followed: [String: Int] = [:]
    for browser in world.browsers {
      for customer in try await browser.rows("/customers?sort=due").prefix(12) {
        let page = try await browser.page(customer)
        for (kind, text) in [
          ("policies", #/class="more" href="([^"]+)">All ([0-9,]+) policies/#),
          ("claims", #/class="more" href="([^"]+)">All ([0-9,]+) claims/#),
        ] {
          for match in page.matches(of: text) {
            #expect(try await browser.rows(String(match.1)).count == match.2.number, "\(customer) \(kind)")
            followed[kind, default: 0] += 1
          }
        }
        for match in page.matches(
          of: /<a href="([^"]+cover=[^"]+)">([0-9,]+) policies<\/a>.*?<b class="number">¥([0-9,.]+)/)
        {
          let rows = try await browser.page(String(match.1))
          let sums = rows.matches(of: /data-label="Sum insured">¥?([0-9,.]*)</).map { $0.1.fen }
          #expect(rows.count(of: "data-row") == match.2.number && sums.count == match.2.number, "\(customer)")
          #expect(sums.reduce(0, +) == match.3.fen, "\(customer) cover")
          followed["cover", default: 0] += 1
        }
      }
    }
    #expect(followed["cover", default: 0] > 10 && followed["policies", default: 0] > 0, "\(followed)")
  }

  @Test(arguments: TestDatabase.engines) func ofAnImport(_ engine: TestDatabase.Engine) async throws {
    try await DemoWorld.open(on: engine, people: 50) { world in
      let browser = try await world.browser(.steward, nil)
      let given = ["大", "小", "文", "志"]
      var lines = (1...230).map { "K\($0),张\(given[$0 % 4])强,\($0 % 7 == 0 ? "12" : "1381234\(1000 + $0)"),male," }
      lines += ["K5,又一个,,,", "K6,张\(given[2])强,13812341006,male,", ",,,,", "K900,,,,", "K901,周九,,maybe,Z9"]
      try await world.take("customers", "source_id,name,mobile,gender,owner", lines)
      lines[0] = "K1,张改名,13812341001,male,"
      try await world.take("customers", "source_id,name,mobile,gender,owner", lines)
      let contacts = (1...120).map {
        "I\($0),K\($0 % 2 == 0 ? "1" : "950"),2026-11-0\($0 % 9 + 1)T09:00:00+08:00,phone,in,咨询"
      }
      let header = "source_id,customer,at,channel,direction,topic"
      try await world.take("interactions", header, contacts)
      let seen = try await check(browser, imports: 3)
      let came = try await world.imports()
      #expect(seen.count == 6, "\(seen) \(came)")
      try await world.take("customers", "source_id,name", ["K950,赵来"])
      _ = try await check(browser, imports: 4)
      let contactsRun = try await browser.page(try await browser.rows("/imports")[1])
      #expect(contactsRun.contains("<strong>120</strong>"), "those that waited have come")
    }
  }

  /// Labels of the figures that were not nought.
  private func check(_ browser: WebWorld.Browser, imports: Int) async throws -> Set<String> {
    var seen: Set<String> = []
    let items = try await browser.rows("/imports")
    #expect(items.count == imports)
    for item in items {
      let page = try await browser.page(item)
      let rows = try #require(page.firstMatch(of: /· ([0-9,]+) rows/)?.1.number)
      let stats = page.figures(stat)
      #expect(stats.count == 6 && stats.prefix(5).map(\.value).reduce(0, +) == rows, "\(item) adds up")
      for figure in stats {
        #expect(try await browser.numbers(figure.href).count == figure.value, "\(item) \(figure)")
        if figure.value > 0 { seen.insert(figure.label) }
      }
      let report = try await browser.get("\(item)/report.csv").text.split(separator: "\n").dropFirst()
      #expect(Set(report.map { $0.prefix { $0 != "," } }).count == rows, "\(item) report")
    }
    return seen
  }

  @Test(arguments: TestDatabase.engines) func ofJobsAndLogs(_ engine: TestDatabase.Engine) async throws {
    try await DemoWorld.open(on: engine, people: 50) { world in
      let browser = try #require(world.browsers.last)
      try await world.web.site.database.act(as: .system(purpose: .administration)) { tx in
        for number in 1...130 { try tx.enqueue(TestJob(number: number), unique: "figure/\(number)") }
      }
      let tabs = try await browser.page("/settings/jobs")
        .matches(of: /<a href="([^"]+)"[^>]*>(?:<svg.*?<\/svg>)?([^<]+)<span class="count">([0-9,]+)</)
      #expect(!tabs.isEmpty)
      for tab in tabs {
        #expect(try await browser.all(String(tab.1)) { $0.count(of: "<td class=\"end\">") } == tab.3.number, "\(tab.2)")
      }
      for _ in 1...3 { _ = try await browser.page("/customers?sort=pinyin") }
      var looks = 0
      for match in try await browser.page("/compliance").matches(of: /<a href="([^"]+)">([0-9,]+) customers<\/a>/) {
        #expect(try await browser.rows(String(match.1)).count == match.2.number)
        looks += 1
      }
      #expect(looks > 0)
      let counted = try await world.logRows()
      let answer = try await browser.post("/compliance/verification", [:], from: "/compliance/verification")
      let told = answer.text.matches(of: /<td class="number">([0-9,]+)<\/td>/).map { $0.1.number }
      #expect(told.sorted() == counted.sorted())
    }
  }
}

/// The demo insurer, small, behind the app: an agent, his manager, an adviser, an underwriter, compliance and an
/// administrator signed in.
struct DemoWorld {
  let web: WebWorld
  private(set) var browsers: [WebWorld.Browser] = []

  static func open(
    on engine: TestDatabase.Engine, people: Int, _ body: @escaping @Sendable (DemoWorld) async throws -> Void
  ) async throws {
    var limits = Site.Limits()
    limits.strangersPerSecond = 1_000
    try await WebWorld.open(on: engine, limits: limits, visibility: .insurer) { web in
      let demo = Demo(DemoSetting(people: people, day: TestDatabase.clock.now().day))
      _ = try await DemoFill(demo, db: web.site.database).run()
      var world = DemoWorld(web: web)
      for (role, number) in try await world.cast() { world.browsers.append(try await world.browser(role, number)) }
      try await body(world)
    }
  }

  func browser(_ role: Role, _ staff: ID<StaffMember>?) async throws -> WebWorld.Browser {
    try await web.account("\(role.rawValue)-figures", role, staff: staff)
    return try await web.signIn("\(role.rawValue)-figures")
  }

  /// The agent with most customers, the manager of some group, and who sees all.
  private func cast() async throws -> [(Role, ID<StaffMember>?)] {
    try await web.site.database.read(as: .system(purpose: .administration)) { tx in
      let busiest = try tx.fetch(
        Query<[Int64]>.all(
          """
          SELECT b.scope FROM book b JOIN staff s ON s.id = b.scope WHERE s.role = 'agent'
          GROUP BY b.scope ORDER BY COUNT(*) DESC, b.scope LIMIT 1
          """
        ) { $0.int(0) })
      let managers = try tx.fetch(
        Query<[Int64]>.all(
          """
          SELECT m.id FROM staff m JOIN book b ON b.scope = COALESCE(m.team_id, m.branch_id)
          WHERE m.role = 'manager' GROUP BY m.id ORDER BY COUNT(*) DESC, m.id LIMIT 1
          """
        ) { $0.int(0) })
      let desks = try tx.fetch(Staff.byNumbers([DemoRoster.adviser, DemoRoster.underwriter]))
      return desks.map { ($0.role, $0.id) } + [
        (.agent, busiest.first.map { ID($0) }), (.manager, managers.first.map { ID($0) }), (.compliance, nil),
        (.admin, nil),
      ]
    }
  }

  /// Takes a file in as the workers do.
  func take(_ kind: String, _ header: String, _ lines: [String]) async throws {
    let db = web.site.database
    let access = Access.system(purpose: .intake)
    let text = ([header] + lines).joined(separator: "\n") + "\n"
    let pieces = AsyncThrowingStream<[UInt8], any Error> { stream in
      stream.yield(Array(text.utf8))
      stream.finish()
    }
    let file = try await ImportFiles.store(pieces: pieces, in: db, as: access)
    let type = try #require(ImportKinds.named(kind))
    let look = try await ImportLook.at(file, kind: type, in: db, as: access)
    let request = ImportRequest(
      kind: kind, source: "crm", mapping: look.suggestion.mapping.yaml, fileName: "\(kind).csv", file: file)
    let item = try await db.act(as: access) { tx in try Imports.request(request, in: tx) }
    _ = try await ImportRun(db: db, access: access, holder: "test", sharesWriter: true).run(item.id)
  }

  /// What each import came to, the newest first.
  func imports() async throws -> [String] {
    try await web.site.database.read(as: .system(purpose: .intake)) { tx in
      try Imports.list(limit: 20, in: tx).map(\.counts.line)
    }
  }

  /// How many rows each log has.
  func logRows() async throws -> [Int] {
    try await web.site.database.read(as: .system(purpose: .audit)) { tx in
      try [
        tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM events")),
        tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM system_events")),
        tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM access_log")),
      ]
    }
  }
}

private struct TestJob: Job {
  static let name = "test.figures"
  static let attemptsMax = 3
  let number: Int

  func run(_ app: Database) async throws -> JobResult { .done }
}

private struct Figure {
  let href, label: String
  let value: Int
}

extension WebWorld.Browser {
  /// Something of every page of a list, summed.
  fileprivate func all(_ path: String, _ count: (String) -> Int) async throws -> Int {
    var sum = 0
    try await walk(path) { sum += count($0) }
    return sum
  }

  /// The addresses of a list's rows, page after page.
  fileprivate func rows(_ path: String) async throws -> [String] {
    var rows: [String] = []
    try await walk(path) { page in
      rows += page.matches(of: /href="([^"]+)" data-row/).map { String($0.1) }
    }
    return rows
  }

  /// Numbers of a file's rows, each once.
  fileprivate func numbers(_ path: String) async throws -> Set<String> {
    var numbers: Set<String> = []
    try await walk(path) { page in
      numbers.formUnion(page.matches(of: /<tr><td class="number"[^>]*>([0-9,]+)<\/td>/).map { String($0.1) })
    }
    return numbers
  }

  private func walk(_ path: String, _ read: (String) -> Void) async throws {
    var next: String? = path
    while let path = next {
      let page = try await page(path.replacing("&amp;", with: "&").replacing("#problems", with: ""))
      read(page)
      next = page.firstMatch(of: /rel="next" href="([^"]+)"/).map { String($0.1) }
      if let query = next, query.hasPrefix("?") { next = path.prefix { $0 != "?" } + query }
    }
  }
}

extension String {
  /// Numbers with their links and labels; those marked as about are left out.
  fileprivate func figures(_ pattern: Regex<(Substring, Substring, Substring, Substring)>) -> [Figure] {
    matches(of: pattern).compactMap { match in
      match.3.hasPrefix("about") ? nil : Figure(href: String(match.1), label: String(match.2), value: match.3.number)
    }
  }
}

extension Substring {
  fileprivate var number: Int { Int(filter(\.isNumber)) ?? -1 }

  /// `1,234.50` in fen.
  fileprivate var fen: Int {
    let halves = split(separator: ".")
    let yuan = Int((halves.first ?? "0").filter(\.isNumber)) ?? 0
    return yuan * 100 + (halves.count > 1 ? Int(halves[1]) ?? 0 : 0)
  }
}
