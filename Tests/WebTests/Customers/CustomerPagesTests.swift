import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct CustomerPagesTests {
  @Test(arguments: TestDatabase.engines) func theWholePersonOnOnePage(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.service)
      let page = try await browser.page("/customers/\(world.lan)")
      for text in ["李岚", "安心终身寿险", "P0001", "In force", "K0001", "Determination", "13812340001", "110***********0025"] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(page.contains("Premium received ¥8,600"))
      #expect(page.contains("少儿医保如何衔接"))
      #expect(!page.contains("急性阑尾炎"), "no diagnosis but for claims")
      #expect(!page.contains("110105199104170025"))
      #expect(try await world.looks(world.lan).filter { $0 == "view overview" }.count == 1)
    }
  }

  @Test(arguments: CustomerTab.allCases) func everyTabOpens(_ tab: CustomerTab) async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      let path = tab == .overview ? "" : "/\(tab.rawValue)"
      let page = try await browser.page("/customers/\(world.lan)\(path)")
      #expect(page.contains("李岚") && page.contains("aria-current=\"page\""))
      #expect(try await world.looks(world.lan).count == 1, "one look, one record")
    }
  }

  @Test func anOrganisationIsNotAskedForConsents() async throws {
    try await APIWorld.open { world in
      let id = try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        try Customers.create(["name": "云帆信托有限公司"], in: tx).id
      }
      let page = try await world.browser(.service).page("/customers/\(id)")
      #expect(page.contains("<p>Organisation ") && !page.contains("/customers/\(id)/consents"))
    }
  }

  @Test func strangersFindNothingAndAreNoted() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.agent, staff: "A2")
      for path in ["", "/timeline", "/edit", "/interactions/new"] {
        #expect(try await browser.get("/customers/\(world.lan)\(path)").status == .notFound)
      }
      let looks = try await world.looks(world.lan)
      #expect(looks.count == 4 && looks.allSatisfy { $0.hasPrefix("denied GET /customers/") })
      #expect(try await browser.get("/customers/nonsense").status == .notFound)
      #expect(try await browser.page("/customers?q=李岚").contains("Nobody found"))
    }
  }

  @Test func anAgentSeesHisOwnWhole() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let page = try await browser.page("/customers/\(world.lan)")
      #expect(page.contains("13812340001") && page.contains("Record contact"))
      let list = try await browser.page("/customers")
      #expect(list.contains("李岚") && !list.contains("王敏"))
      let found = try await browser.page("/customers?q=lilan&sort=pinyin")
      #expect(found.contains("李岚") && found.contains("Has “lilan”"))
      let fragment = try await browser.get("/customers?q=0001", [.fragment: "true"])
      #expect(fragment.text.contains("李岚") && !fragment.text.contains("<html"))
    }
  }

  @Test func theListIsExportedAsItIsSeen() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.analyst)
      let file = try await browser.get("/customers/export.csv?sort=pinyin&purpose=quality")
      #expect(file.headers[.contentType] == "text/csv; charset=utf-8")
      #expect(file.text.contains("李岚") && file.text.contains("138****0001") && !file.text.contains("13812340001"))
      #expect(try await world.looks(world.lan).isEmpty)
    }
  }

  @Test func columnsArePutAwayAndKept() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      #expect(try await browser.page("/customers").contains("<table class=\"list \">"))
      let kept = try await browser.post(
        "/preferences", ["columns": "1", "column_state": "1", "column_due": "1", "column_latest": "1"],
        from: "/customers")
      #expect(kept.setCookies == "hidden_columns=mobile.lines")
      let cookies = "\(browser.cookies); \(kept.setCookies)"
      let list = try await browser.get("/customers", [.cookie: cookies]).text
      #expect(list.contains("<table class=\"list no-mobile no-lines\">"))
      #expect(
        list.contains("name=\"column_due\" value=\"1\" checked") && !list.contains("column_lines\" value=\"1\" checked")
      )
      let foreign = try await browser.get(
        "/customers", [.cookie: "\(browser.cookies); hidden_columns=name.x\"><b>.due"])
      #expect(foreign.text.contains("<table class=\"list no-due\">"))
      let all = Dictionary(uniqueKeysWithValues: Preferences.columns.map { ("column_\($0)", "1") })
      let shown = try await browser.post("/preferences", all.merging(["columns": "1"]) { $1 }, from: "/customers")
      #expect(shown.headers[values: .setCookie].contains { $0.hasPrefix("hidden_columns=;") })
    }
  }

  @Test func theExportRunsNothing() async throws {
    try await APIWorld.open { world in
      // No door takes such a name; a database that came from elsewhere may have one.
      try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        try tx.run("UPDATE customers SET name = '=王敏' WHERE id = \(world.min)")
      }
      let file = try await world.browser(.analyst).get("/customers/export.csv?sort=pinyin&purpose=quality").text
      #expect(file.contains(",'=王敏,") && !file.contains(",=王敏"))
    }
  }

  @Test(arguments: TestDatabase.engines) func enteringShowsWhatIsWrong(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.service)
      var values = ["name": "赵小雨", "national_id": "110105194912310021", "mobile": "13911112222"]
      let refused = try await browser.post("/customers", values, from: "/customers/new")
      #expect(refused.status == .unprocessableContent)
      #expect(refused.text.contains("field-national_id") && refused.text.contains("aria-invalid=\"true\""))
      #expect(refused.text.contains("赵小雨") && refused.text.contains("13911112222"), "nothing is lost")
      values["confirm_flags"] = "1"
      values["reason"] = "客户坚持此号码"
      let made = try await browser.post("/customers", values, from: "/customers/new")
      #expect(made.status == .seeOther)
      let page = try await browser.page(try #require(made.headers[.location]))
      #expect(page.contains("赵小雨") && page.contains("check character is wrong"))
    }
  }

  @Test func somebodyWhoIsHereIsNamedFirst() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      var values = ["name": "李岚", "birth_date": "1991-04-17"]
      let told = try await browser.post("/customers", values, from: "/customers/new")
      #expect(told.status == .unprocessableContent)
      #expect(told.text.contains("/customers/\(world.lan)"))
      #expect(try await browser.page("/customers?q=李岚").count(of: "data-row") == 1, "nothing was made")
      values["allow_duplicate"] = "1"
      #expect(try await browser.post("/customers", values, from: "/customers/new").status == .seeOther)
      #expect(try await browser.page("/customers?q=李岚").count(of: "data-row") == 2)
    }
  }

  @Test func correctionsKeepWhatWas() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      let form = "/customers/\(world.lan)/edit"
      let page = try await browser.get(form)
      let version = try page.hidden("version")
      let values = ["version": version, "name": "李岚", "mobile": "13812349999", "gender": "female"]
      let changed = try await browser.post("/customers/\(world.lan)", values, from: form)
      #expect(changed.status == .seeOther)
      let history = try await browser.page("/customers/\(world.lan)/corrections")
      #expect(history.contains("13812340001") && history.contains("13812349999"))
      let stale = try await browser.post("/customers/\(world.lan)", values, from: form)
      #expect(stale.status == .unprocessableContent || stale.status == .seeOther)
      let late = try await browser.post(
        "/customers/\(world.lan)", values.merging(["mobile": "13812348888"]) { $1 }, from: form)
      #expect(late.status == .unprocessableContent)
      #expect(late.text.contains("13812348888"), "what was typed is still here")
    }
  }

  @Test func maskedValuesStayWhenLeftEmpty() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.manager, staff: "M1")
      let form = "/customers/\(world.lan)/edit"
      let page = try await browser.get(form)
      #expect(page.text.contains("110***********0025") && !page.text.contains("110105199104170025"))
      let changed = try await browser.post(
        "/customers/\(world.lan)",
        ["version": page.hidden("version"), "name": "李岚", "occupation": "教师", "national_id": "", "gender": "female"],
        from: form)
      #expect(changed.status == .seeOther)
      #expect(try await browser.page("/customers/\(world.lan)").contains("110***********0025"))
    }
  }

  @Test func listsPageByKey() async throws {
    try await APIWorld.open { world in
      try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        for given in ["安", "宁", "伟", "静", "强"] {
          for surname in "赵钱孙李周吴郑王冯" { _ = try Customers.create(["name": "\(surname)\(given)"], in: tx) }
        }
      }
      let browser = try await world.browser(.service)
      var seen: Set<String> = []
      var path: String? = "/customers?sort=created"
      var pages = 0
      while let next = path {
        let page = try await browser.page(next)
        for match in page.matches(of: /href="(\/customers\/CU[^"\/]*)" data-row/) { seen.insert(String(match.1)) }
        path = page.firstMatch(of: /rel="next" href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
        pages += 1
      }
      #expect(seen.count == 47)
      #expect(pages == 3)
    }
  }
}
