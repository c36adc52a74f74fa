import Foundation
import Testing

/// The pages as a person uses them, in a real browser against the real binary.
@Suite(.serialized) struct PagesTests {
  /// Opens a browser that is signed in.
  private func signedIn<T>(
    as name: String = "admin", width: Int = 1440, height: Int = 900, test: String = #function,
    _ body: (Browser, Anban.Server) async throws -> T
  ) async throws -> T {
    try await Browser.signedIn(as: name, width: width, height: height, test: test, body)
  }

  @Test func aWrongPasswordIsRefusedAndARightOneLeadsWhereOneWanted() async throws {
    let server = try await Demo.shared.server()
    let password = try await Demo.shared.password(of: "admin")
    try await Browser.with { browser in
      try await browser.go(to: server.address + "/customers?sort=created")
      #expect(try await browser.address().contains("/login"))
      try await browser.fill("input[name=name]", "admin")
      try await browser.fill("input[name=password]", "wrong")
      try await browser.click("form[action='/login'] button")
      try await browser.wait(for: "[role=alert]")
      try await browser.fill("input[name=password]", password)
      try await browser.click("form[action='/login'] button")
      try await browser.wait(for: "body.app")
      #expect(try await browser.address().contains("/customers?sort=created"))
    }
  }

  @Test func searchByPinyinOpenAndEdit() async throws {
    try await signedIn { browser, server in
      try await browser.go(to: server.address + "/")
      try await browser.fill("[data-search]", "lilan")
      try await browser.script("document.querySelector('[data-search]').form.requestSubmit()")
      try await browser.wait(for: "a[data-row]")
      #expect(try await browser.text("#results").contains("李岚"))
      try await browser.click(text: "李岚")
      try await browser.wait(for: ".customer-head")
      #expect(try await browser.text("h1").contains("李岚"))
      try await browser.screenshot("customer-zh-1440")

      try await browser.click("a[href$='/edit']")
      try await browser.wait(for: "input[name=occupation]")
      try await browser.fill("input[name=birth_date]", "1990-02-31")
      try await browser.click("form.card button.primary")
      try await browser.wait(for: "[aria-invalid=true]")
      try await browser.screenshot("edit-fault-zh-1440")
    }
  }

  /// The list is replaced without a reload; the chips above it and the export's link say the same filters.
  @Test func chipsFollowTheFilters() async throws {
    try await signedIn { browser, server in
      try await browser.go(to: server.address + "/customers")
      #expect(try await browser.count(".chip") == 0)
      _ = try await browser.script("window.untouched = true")
      try await browser.choose("select[name=status]", value: "active")
      try await browser.wait(for: ".chip")
      #expect(try await browser.text(".chip").contains("在保"))
      try await browser.choose("select[name=line]", value: "life")
      try await Wait.until("the second chip") { try await browser.count(".chip") == 2 }
      #expect(try await browser.text(".chips").contains("寿险"))
      let address = try await browser.address()
      #expect(address.contains("line=life&status=active"), "\(address)")
      let export = try await browser.script("return document.querySelector('[data-follows]').search").text
      #expect(export?.contains("line=life&status=active") == true, "\(export ?? "")")
      try await browser.choose("select[name=status]", value: "")
      try await Wait.until("one chip") { try await browser.count(".chip") == 1 }
      #expect(try await browser.script("return window.untouched === true") == true, "nothing was loaded anew")
      try await browser.click(".chip")
      try await browser.wait(for: "a[data-row]")
      #expect(try await browser.count(".chip") == 0)
      #expect(try await browser.value("select[name=line]") == "")
    }
  }

  @Test func aDirtyFileIsMappedPreviewedTakenInAndReported() async throws {
    try await signedIn { browser, server in
      let file = FileManager.default.temporaryDirectory.appending(
        path: "anban-dirty-\(UInt32.random(in: 0 ... .max)).csv")
      try Dirt.customers(rows: 400).write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      try await browser.go(to: server.address + "/imports/new")
      try await browser.choose("select[name=kind]", value: "customers")
      try await browser.fill("input[name=source]", "branch")
      try await browser.type("input[name=file]", file.path)
      try await browser.screenshot("import-1-upload")
      try await browser.click("main form button.primary")
      try await browser.wait(for: "select[name=column-0]")
      #expect(try await browser.value("select[name=column-1]") == "name", "客户姓名 is known")
      try await browser.screenshot("import-2-map")
      try await browser.click("main form button.primary")
      try await browser.wait(for: "#rows")
      try await browser.screenshot("import-3-preview")
      try await browser.click("main form button.primary")
      try await browser.wait(for: "#progress")
      try await Wait.until("the import to end") { try await !browser.has("#progress [data-poll]") }
      try await browser.go(to: try await browser.address())
      let codes = try await browser.text("main")
      #expect(codes.contains("NAME_MISSING") && codes.contains("MOBILE"), "the report names codes: \(codes)")
      try await browser.screenshot("import-4-report")
    }
  }

  @Test func aPhoneShowsTheSameWithoutScrollingSideways() async throws {
    try await signedIn(width: 390, height: 844) { browser, server in
      for path in try await paths(browser, server) {
        try await browser.go(to: server.address + path)
        let overflow =
          try await browser.script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
          ).int ?? 0
        #expect(overflow <= 0, "\(path) is \(overflow) px too wide")
        try await browser.screenshot("390-" + name(path))
      }
    }
  }

  @Test func aFingerOpensARowAnywhereAndTheOpenTabIsInSight() async throws {
    try await signedIn(width: 390, height: 844) { browser, server in
      try await browser.go(to: server.address + "/customers?q=lilan")
      let hit = try await browser.script(
        """
        const row = document.querySelector('a[data-row]').closest('tr').getBoundingClientRect();
        return document.elementFromPoint(row.right - 30, row.bottom - 8).matches('a[data-row]')
        """)
      #expect(hit == true, "the row's far corner is its link")
      try await browser.click("a[data-row]")
      try await browser.wait(for: ".customer-head")
      try await browser.go(to: try await browser.address() + "/access")
      let isInSight = try await browser.script(
        """
        const tab = document.querySelector('.tabs [aria-current]').getBoundingClientRect();
        return tab.left >= 0 && tab.right <= innerWidth
        """)
      #expect(isInSight == true)
    }
  }

  /// `j` walks down the list, Enter opens what is picked: a task, worked through without a mouse.
  @Test func aTaskIsWorkedByKeyboard() async throws {
    try await signedIn(as: "agent") { browser, server in
      try await browser.go(to: server.address + "/tasks")
      let opened = try await browser.script(
        """
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
        const picked = document.activeElement;
        if (!picked.matches('tr.picked a[data-row]')) return false;
        picked.click();
        return true;
        """)
      #expect(opened == true)
      try await browser.wait(for: "form[action$='/completion']")
      try await browser.fill("#field-note", "已回电")
      try await browser.click("form[action$='/completion'] button.primary")
      try await browser.wait(for: "form[action$='/reopening']")
      #expect(try await browser.text().contains("已回电"))
    }
  }

  /// One hand, two taps: the button beside the lead, and what came of it.
  @Test func aVisitIsNotedInTwoTaps() async throws {
    try await signedIn(as: "agent", width: 390, height: 844) { browser, server in
      try await browser.go(to: server.address + "/leads")
      try await browser.click("main a.button[href$='/visit']")
      try await browser.wait(for: "form.visit")
      let tall = try await browser.script(
        "return [...document.querySelectorAll('form.visit button')].every(b => b.offsetHeight >= 44)")
      #expect(tall == true)
      try await browser.click("form.visit button[value=met]")
      try await browser.wait(for: ".thread")
      #expect(try await browser.text(".thread").contains("见到了"))
    }
  }

  @Test func consentIsAskedGivenAndTakenBackByClicks() async throws {
    try await signedIn(as: "service") { browser, server in
      try await browser.go(to: server.address + "/customers?q=lilan")
      try await browser.click("a[data-row]")
      try await browser.wait(for: ".customer-head")
      try await browser.go(to: try await browser.address() + "/consents")
      let key = try await browser.script(
        "return document.querySelector('.consent:has([name=agrees])')?.id.replace('consent-', '')")
      let card = try #require(key.text)
      #expect(try await browser.script("return document.querySelector('[name=agrees]').checked") == false)
      try await browser.click("#consent-\(card) > .decide > summary")
      try await browser.click("#field-agrees-\(card)")
      try await browser.screenshot("consent-asked")
      try await browser.click("#consent-\(card) [value=given]")
      try await browser.wait(for: "#consent-\(card) .badge.good")
      try await browser.click("#consent-\(card) > .decide:last-child > summary")
      try await browser.click("#consent-\(card) > .decide:last-child button.primary")
      try await Wait.until("the yes to be gone") { try await !browser.has("#consent-\(card) .badge.good") }
    }
  }

  @Test(arguments: ["zh-Hans", "en"]) func everyPageIsAccessibleAndQuiet(_ language: String) async throws {
    try await signedIn { browser, server in
      for path in try await paths(browser, server) {
        try await browser.go(to: server.address + path + (path.contains("?") ? "&" : "?") + "lang=\(language)")
        let findings = try await Axe.findings(browser)
        #expect(findings.isEmpty, "\(path) in \(language): \(findings.joined(separator: "\n"))")
        let complaints = try await browser.complaints()
        #expect(complaints.isEmpty, "\(path): \(complaints)")
        let words = try await browser.text()
        #expect(!words.contains("{0}") && !words.contains("{1}"), "\(path) has an unfilled hole")
        try await browser.screenshot("\(language)-" + name(path))
      }
    }
  }

  /// Every kind of page, with one customer, policy and claim that there is.
  private func paths(_ browser: Browser, _ server: Anban.Server) async throws -> [String] {
    var paths = [
      "/", "/customers", "/customers/new", "/policies", "/claims", "/imports", "/imports/new", "/compliance",
      "/compliance/verification", "/customers/export", "/settings", "/settings/sessions", "/settings/tokens",
      "/settings/jobs", "/settings/staff", "/settings/products", "/settings/roles",
      "/settings/view-as", "/compliance/grants", "/tasks?whose=all", "/tasks/new", "/leads?whose=all", "/leads/new",
      "/applications",
    ]
    try await browser.go(to: server.address + "/customers?q=lilan")
    let customer = try await browser.script("return document.querySelector('a[data-row]').getAttribute('href')")
    if let path = customer.text {
      let sections = [
        "", "/policies", "/claims", "/interactions", "/timeline", "/relationships", "/consents", "/corrections",
        "/access", "/edit", "/grant",
      ]
      paths += sections.map { path + $0 }
    }
    for list in ["/policies", "/claims", "/tasks?whose=all", "/leads?whose=all", "/applications?desk=requirement"] {
      try await browser.go(to: server.address + list)
      let first = try await browser.script("return document.querySelector('main a[data-row]')?.getAttribute('href')")
      if let path = first.text { paths.append(path) }
    }
    return paths
  }

  private func name(_ path: String) -> String {
    let words = path.split(whereSeparator: { "/?=&".contains($0) }).map { $0.contains("-") ? "one" : String($0) }
    return words.isEmpty ? "workbench" : words.joined(separator: "-")
  }
}
