import HTTPTypes
import Kernel
import Testing

@testable import Web

@Suite struct JSONTests {
  private enum Thing: Identified { static let idPrefix = "TH" }

  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test func writesEveryForm() {
    let written = text { json in
      json.object { thing in
        thing.field("name", "王\u{20BB7} \"a/b\"\\\n\u{1}")
        thing.field("absent", nil as String?)
        thing.field("income", Money(fen: 8_600_000))
        thing.field("least", Int64.min)
        thing.field("since", Day("2026-11-02"))
        thing.field("at", Instant("2026-11-22T01:30:05Z"))
        thing.field("id", ID<Thing>(1))
        thing.field("rate", Rate.percent(90))
        thing.field("open", true)
        thing.array("empty", [Int64]()) { $0.int($1) }
        thing.array("numbers", [Int64(0), -7]) { $0.int($1) }
        thing.object("facts") { $0.field(named: "n", "1") }
      }
    }
    let expected = """
      {"name":"王\u{20BB7} \\"a/b\\"\\\\\\n\\u0001","income":{"fen":8600000,"currency":"CNY"},\
      "least":-9223372036854775808,"since":"2026-11-02","at":"2026-11-22T09:30:05+08:00",\
      "id":"TH-0000-0000-0000-11","rate":"0.9","open":true,"empty":[],"numbers":[0,-7],"facts":{"n":"1"}}
      """
    #expect(written == expected)
  }

  @Test func readsWhatItWrites() throws {
    let value = try JSONValue.parse(
      Array(#" {"a": [1, -2.5e3, "x\u00e9\ud842\udfb7\/", null], "b": {"c": false}} "#.utf8))
    #expect(value["a"] == .array([.number("1"), .number("-2.5e3"), .string("xé\u{20BB7}/"), .null]))
    #expect(value["b"]?["c"] == .bool(false))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "01", "1.", "-", "+1", "nul", "tru",
    "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"open", "{}{}", "'a'", "NaN",
    "{a:1}", "\u{FEFF}{}", "[1 2]", "\"\\u00g0\"",
  ])
  func refusesWhatIsNoJSON(_ text: String) {
    let error = #expect(throws: AppError.self) { try JSONValue.parse(Array(text.utf8)) }
    #expect(error?.code == "JSON_MALFORMED")
  }

  @Test func refusesBytesThatAreNoText() {
    let error = #expect(throws: AppError.self) { try JSONValue.parse([0x22, 0xC3, 0x28, 0x22]) }
    #expect(error?.code == "JSON_MALFORMED")
  }

  @Test func refusesDeepNesting() {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: AppError.self) { try JSONValue.parse(Array(deep.utf8)) }
    #expect(error?.code == "JSON_TOO_DEEP")
  }

  @Test func fieldsSayWhatIsWrongWithEach() throws {
    let body = """
      {"name": 7, "income": {"fen": 1.5}, "open": "yes", "born": null, "paid": {"fen": 100, "currency": "USD"},
       "is_admin": true}
      """
    var fields = try JSONFields(JSONValue.parse(Array(body.utf8)))
    let texts = fields.texts([
      .text("name"), .money("income"), .flag("open"), .text("born"), .money("paid"), .text("absent"),
    ])
    #expect(texts == ["born": ""])
    let error = #expect(throws: AppError.self) { try fields.finish() }
    #expect(
      error?.fields.map { "\($0.field) \($0.code)" } == [
        "name TYPE", "income.fen TYPE", "open TYPE", "paid.currency MONEY_CURRENCY", "is_admin UNKNOWN_FIELD",
      ])
  }

  @Test func problemsHideWhatBroke() {
    #expect(Problem(AppError.broken("SELECT * FROM secrets")).detail == "something went wrong")
    #expect(Problem(AppError.notFound("claim")).status == .notFound)
    #expect(Problem(AppError.invalid("JSON_MALFORMED", "")).status == .badRequest)
    #expect(Problem(WebError.tooMany(retryAfterSeconds: 3)).headers[.retryAfter] == "3")
  }
}
