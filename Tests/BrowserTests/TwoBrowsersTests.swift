import Foundation
import Testing

/// Two browsers at once: consent is withdrawn in one while the other has a list, a page and a stream open.
@Suite(.serialized) struct TwoBrowsersTests {
  /// What the agent's browser is answered when it asks again, without leaving the page it shows.
  private static func answers(_ browser: Browser, _ id: String) async throws -> JSON {
    try await browser.asyncScript(
      """
      const done = arguments[arguments.length - 1], id = '\(id)';
      const ask = (path, headers) => fetch(path, { headers, redirect: 'manual' });
      (async () => {
        const list = await (await ask('/customers?purpose=marketing', { 'Anban-Fragment': '1' })).text();
        const file = await (await ask('/customers/export.csv?purpose=marketing')).text();
        const page = await ask('/customers/' + id + '?purpose=marketing');
        done({ list: list.includes(id), file: file.includes(id), page: page.status === 200 });
      })().catch(e => done('' + e));
      """)
  }

  private static func consent(_ desk: Browser, _ home: String, isGiven: Bool) async throws {
    let card = "#consent-marketing-none"
    try await desk.go(to: home + "/consents")
    let isThere = try await desk.has("\(card) .badge.good")
    guard isThere != isGiven else { return }
    if isGiven {
      try await desk.click("\(card) > .decide > summary")
      try await desk.click("#field-agrees-marketing-none")
      try await desk.click("\(card) [value=given]")
      try await desk.wait(for: "\(card) .badge.good")
    } else {
      try await desk.click("\(card) > .decide:last-child > summary")
      try await desk.click("\(card) > .decide:last-child button.primary")
      try await Wait.until("the yes to be gone") { try await !desk.has("\(card) .badge.good") }
    }
  }

  @Test func consentWithdrawnInOneIsGoneInTheOther() async throws {
    try await Browser.signedIn(as: "agent") { agent, server in
      try await Browser.signedIn(as: "service") { desk, _ in
        // Of the agent's own, one with whom no other test has to do.
        try await agent.go(to: server.address + "/customers?sort=pinyin&purpose=contract")
        let path = try await agent.script(
          """
          const rows = [...document.querySelectorAll('a[data-row]')].filter(a => !a.textContent.includes('李岚'));
          return rows.length ? rows[0].getAttribute('href').split('?')[0] : null;
          """)
        let home = server.address + (try #require(path.text))
        let id = try #require(home.split(separator: "/").last.map(String.init))
        try await Self.consent(desk, home, isGiven: true)

        // A list and a page stand open for marketing, a stream for it and one for the agent's own work.
        try await agent.go(to: server.address + "/customers?purpose=marketing")
        let before = try await Self.answers(agent, id)
        #expect(before == ["list": true, "file": true, "page": true])
        try await agent.go(to: home + "?purpose=marketing")
        try await agent.wait(for: ".customer-head")
        try await agent.go(to: server.address + "/?purpose=contract")
        try await agent.script(
          """
          window.heard = { own: '', marketing: '' };
          for (const [name, path] of [['own', '/stream?purpose=contract'], ['marketing', '/stream?purpose=marketing']])
            new EventSource(path).addEventListener('card', e => { window.heard[name] += e.data; });
          return true;
          """)
        try await Self.consent(desk, home, isGiven: false)
        let after = try await Self.answers(agent, id)
        #expect(after == ["list": false, "file": false, "page": false], "gone with the next answer")

        // Something happens to that person: the work's own stream tells it, the other does not.
        try await desk.go(to: home + "/interactions/new")
        try await desk.choose("select[name=channel]", value: "phone")
        try await desk.choose("select[name=direction]", value: "in")
        try await desk.fill("[name=summary]", "来电询问")
        try await desk.click("main form button.primary")
        try await Wait.until("the own stream's card", seconds: 30) {
          try await agent.script("return window.heard.own.includes('\(id)')") == true
        }
        #expect(try await agent.script("return window.heard.marketing") == "")
        #expect(try await agent.text(".timeline").isEmpty == false)
        try await agent.go(to: home + "?purpose=marketing")
        #expect(try await !agent.has(".customer-head"))
        try await agent.screenshot("withdrawn-page")
        try await agent.go(to: home + "?purpose=contract")
        try await agent.wait(for: ".customer-head")
      }
    }
  }
}
