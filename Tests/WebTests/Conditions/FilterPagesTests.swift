import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct FilterPagesTests {
  private let english: HTTPFields = [.acceptLanguage: "en"]

  @Test func aFilterIsBuiltReadAndTakenOff() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      let picked = try await browser.page("/customers?pick=policies.in_force")
      #expect(picked.contains("Policies in force") && picked.contains("name=\"op\""))
      let added = try await browser.get("/customers?sort=due&pick=claims.all&op=gte&value=1", english)
      let place = try #require(added.headers[.location])
      #expect(added.status == .seeOther && place.contains("sort=due") && !place.contains("pick"))
      let listed = try await browser.page(place)
      #expect(listed.contains("Claims is at least 1"))
      #expect(listed.contains("李岚") && !listed.contains("王敏"))
      #expect(
        listed.contains("/customers/export?sort=due&amp;filter=")
          || listed.contains("/customers/export?sort=due&filter="))
      let wrong = try await browser.page("/customers?pick=policies.in_force&op=gte&value=many")
      #expect(wrong.contains("The value does not go with this comparison"))
      let walled = try await browser.get("/customers?filter=%7B%22fact%22%3A%22genetic.risk%22%7D", english)
      #expect(walled.status == .unprocessableContent)
    }
  }

  @Test func aViewIsKeptWithoutWhatWasSearchedFor() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.service)
      let filter = FormFields.encode(#"{"all":[{"fact":"policies.in_force","op":"eq","value":0}]}"#)
      let query = "sort=due&filter=\(filter)"
      let page = "/customers?\(query)"
      let saved = try await browser.post(
        "/views", ["name": "没有保单", "shared": "1", "query": "q=13812340001&\(query)"], from: page)
      #expect(saved.status == .seeOther && saved.headers[.location]?.contains("13812340001") == false)
      let other = try await world.browser(.analyst)
      let listed = try await other.page("/customers")
      #expect(listed.contains("没有保单") && !listed.contains("/removal"))
      let own = try await browser.page(page)
      let removal = try #require(own.firstMatch(of: /action="(\/views\/[^"]+\/removal)"/)).1
      #expect(try await other.post(String(removal), [:], from: "/customers").status == .notFound)
      #expect(try await browser.post(String(removal), [:], from: "/customers").status == .seeOther)
      #expect(try await !other.page("/customers").contains("没有保单"))
    }
  }

  @Test(
    "conditions read as sentences",
    arguments: [
      (
        #"{"all":[{"fact":"person.age","op":"gte","value":60},{"any":["#
          + #"{"fact":"sums.loan","op":"gt","value":{"fen":100000,"currency":"CNY"}},"#
          + #"{"fact":"contacts.since_any","op":"known"}]}]}"#,
        "年龄 至少 60 岁/年，且（保单贷款 多于 ¥1,000，或最近联系距今 已知）",
        "Age is at least 60 years and (Policy loans is more than ¥1,000 or Since the latest contact is known)"
      ),
      (
        #"{"any":[{"fact":"person.sex","op":"in","value":["female"]},"#
          + #"{"fact":"policies.lines","op":"not_in","value":["life","annuity"]}]}"#,
        "性别 为 女，或持有险类 不含 寿险、年金", "Sex is Female or Lines held has none of Life, Annuity"
      ),
      (
        #"{"all":[{"fact":"person.birthday","op":"within","value":{"next":30}},"#
          + #"{"fact":"consent.refused_on","op":"before","value":{"today":-180}},"#
          + #"{"fact":"consent.marketing","op":"is","value":false}]}"#,
        "生日 在未来 30 天内，且最近拒绝日 早于 180 天前，且非“同意营销”",
        "Birthday is within the next 30 days and Latest refusal is before 180 days ago and not: Agrees to marketing"
      ),
      (
        #"{"fact":"contacts.enquiries_90","op":"changed_by","value":{"percent":200}}"#,
        "近 90 天咨询次数 较自身基线增加至少 200%",
        "Enquiries in 90 days has risen by at least 200 % over its baseline"
      ),
    ])
  func sentences(json: String, chinese: String, english: String) throws {
    let renderer = try Renderer()
    let condition = try Condition.read(json)
    #expect(condition.json == json)
    for (language, expected) in [(Language.zhHans, chinese), (.en, english)] {
      let words = try #require(renderer.words[language])
      let sentence = ConditionSentence(Format(words: words, now: TestDatabase.clock.now()))
      #expect(sentence.text(condition) == expected)
    }
  }

  /// Every fact, operator and group has its words.
  @Test func everyFactHasItsName() throws {
    let renderer = try Renderer()
    for words in renderer.words.values {
      for fact in FactCatalog.all {
        #expect(words.of("facts", fact.key) != nil, "\(fact.key)")
        #expect(words.of("facts", "group.\(fact.group.rawValue)") != nil)
        for code in fact.vocabulary?.codes ?? [] {
          #expect(words.of("vocabulary", "\(fact.vocabulary?.rawValue ?? "").\(code)") != nil, "\(fact.key) \(code)")
        }
        for op in ConditionOperator.of(fact) {
          #expect(words.of("conditions", "operator.\(op.rawValue)") != nil, "\(op)")
        }
      }
      for code in ConditionCode.allCases { #expect(words.of("codes", code.rawValue) != nil, "\(code)") }
    }
  }
}
