import Foundation
import Testing

/// The pages of events from core systems, as who connects them walks through: figures, what was not applied, one
/// letter; on a phone and on a desk, in both languages.
@Suite(.serialized) struct FeedWalkTests {
  private static func event(_ id: String, _ type: String, _ data: JSON, at time: String = "2026-01-20T08:00:00Z")
    -> JSON
  {
    [
      "specversion": "1.0", "id": .text(id), "source": "//core.example/policy-admin/shanghai",
      "type": .text("anban.\(type)"), "time": .text(time), "data": data,
    ]
  }

  private static func customer(_ number: Int) -> JSON {
    event(
      "customer-\(number)", "customer.changed",
      ["source_id": .text("FW\(number)"), "name": "王敏", "gender": "male", "birth_date": "1980-01-02"])
  }

  private static let bad: [JSON] = [
    event("bad-name", "customer.changed", ["source_id": "FW90", "name": "", "mobile": "13812340077"]),
    event("bad-type", "customer.exploded", ["source_id": "FW91"]),
    event("bad-field", "customer.changed", ["source_id": "FW92", "name": "王敏", "genetic_test": "阳性"]),
    event("waiting-step", "application.requirement", ["application_no": "TB-FW", "asked": "请补充体检报告"]),
    [
      "specversion": "1.0", "source": "//core.example/policy-admin/shanghai", "type": "anban.customer.changed",
      "data": ["source_id": "FW93"],
    ],
  ]

  /// A core system of its own that has sent something of everything, once.
  private static func fill(_ server: Anban.Server) async throws {
    let ready = try await Demo.shared.ready()
    let token = try await ready.anban.run(
      "token", "create", "--user", "admin", "--scopes", "import:read,import:write"
    ).trimmingCharacters(in: .whitespacesAndNewlines)
    let headers = ["Authorization": "Bearer \(token)"]
    let events = (1...6).map { customer($0) } + [customer(1), customer(2)] + bad
    let answer = try await HTTP.send(
      "POST", server.address + "/api/v1/events", body: .list(events), type: "application/cloudevents-batch+json",
      headers: headers)
    #expect(answer.status == 200, "\(answer.body)")
    for (type, sent) in [("anban.customer.changed", 9.0), ("anban.claim.requested", 4), ("anban.policy.changed", 0)] {
      let tally = try await HTTP.send(
        "PUT", server.address + "/api/v1/events/tallies",
        body: [
          "source": "//core.example/policy-admin/shanghai", "type": .text(type), "from": "2026-01-20T00:00:00Z",
          "to": "2026-01-21T00:00:00Z", "sent": .number(sent),
        ], headers: headers)
      #expect(tally.status == 200, "\(tally.body)")
    }
  }

  @Test func feedsAreFitToBeLookedAfter() async throws {
    try await Self.fill(try await Demo.shared.server())
    for (width, height, language) in [
      (1280, 900, "zh-Hans"), (390, 844, "zh-Hans"), (1280, 900, "en"), (390, 844, "en"),
    ] {
      try await Browser.signedIn(as: "admin", width: width, height: height, language: language) { browser, server in
        let name = "feeds-\(width)-\(language)"
        try await browser.go(to: server.address + "/settings/events?lang=\(language)")
        #expect(try await browser.text("main").contains("anban.customer.changed"))
        try await browser.look(name)
        for state in ["dead", "waiting", "applied"] {
          try await browser.go(to: server.address + "/settings/events/letters?state=\(state)&lang=\(language)")
          try await browser.look("\(name)-letters-\(state)")
        }
        try await browser.go(to: server.address + "/settings/events/letters?lang=\(language)")
        for mark in ["bad-name", "bad-field", language == "en" ? "No usable id" : "编号缺失"] {
          try await browser.go(to: server.address + "/settings/events/letters?lang=\(language)")
          let href = try await browser.script(
            "return [...document.querySelectorAll('a[data-row]')].find(a => a.textContent.includes('\(mark)'))?.href")
          try await browser.go(to: try #require(href.text))
          try await browser.wait(for: "form[action$='/discard']")
          try await browser.look("\(name)-letter-\(mark.prefix { $0.isASCII })")
        }
        let words = try await browser.text()
        #expect(!words.contains("{0}"))
        if width == 390, language == "en" { try await mend(browser, server) }
      }
    }
  }

  /// As a finger does that has scrolled it clear of the bar below.
  private func press(_ css: String, _ browser: Browser) async throws {
    try await browser.script("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", [.text(css)])
    try await browser.click(css)
  }

  /// A letter is mended and tried again; another is put away with its reason.
  private func mend(_ browser: Browser, _ server: Anban.Server) async throws {
    func open(_ mark: String) async throws {
      try await browser.go(to: server.address + "/settings/events/letters")
      let href = try await browser.script(
        "return [...document.querySelectorAll('a[data-row]')].find(a => a.textContent.includes('\(mark)'))?.href")
      try await browser.go(to: try #require(href.text))
    }
    try await open("bad-name")
    try await browser.fill("[name='data.name']", "王小敏")
    try await press("form[action$='/retry'] button.primary", browser)
    try await browser.wait(for: ".tabs")
    #expect(try await !browser.text("main").contains("bad-name"))
    try await open("bad-type")
    try await browser.fill("#field-reason", "测试数据")
    try await press("form[action$='/discard'] button", browser)
    try await browser.wait(for: ".tabs")
    try await browser.go(to: server.address + "/settings/events/letters?state=discarded")
    #expect(try await browser.text("main").contains("bad-type"))
    try await browser.look("feeds-390-en-letters-discarded")
  }
}
