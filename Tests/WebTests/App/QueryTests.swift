import Kernel
import Testing

@testable import Web

@Suite struct QueryTests {
  private enum Colour: String { case red }

  @Test func readsWhatIsThere() throws {
    var query = try QueryFields("q=%E6%9D%8E+%E5%B2%9A&colour=red&limit=5&dry=true")
    #expect(query.text("q") == "李 岚")
    #expect(query.code("colour", as: Colour.self) == .red)
    #expect(query.page(parts: 2).limit == 5)
    let dry = query.flag("dry")
    #expect(dry)
    try query.finish()
  }

  @Test func saysWhatIsWrongWithEach() throws {
    var query = try QueryFields("limit=0&after=zz&colour=blue&colour=red&typo=1&q=")
    _ = query.page(parts: 1)
    _ = query.code("colour", as: Colour.self)
    _ = query.text("q")
    let error = #expect(throws: AppError.self) { try query.finish() }
    #expect(
      error?.fields.map { "\($0.field) \($0.code)" } == [
        "colour REPEATED", "limit NUMBER_RANGE", "after CURSOR_INVALID", "q REQUIRED", "typo UNKNOWN_FIELD",
      ])
  }

  @Test(arguments: ["q=%", "q=%4", "q=%zz", "q=%+1", "q=%ff", "%c3%28=1"])
  func refusesBrokenEncoding(_ query: String) {
    #expect(throws: WebError.self) { try QueryFields(query) }
  }

  @Test func cursorsComeBackAsTheyWent() {
    let text = Cursor.text(["wáng mǐn", "", "17"])
    #expect(Cursor.parse(text, parts: 3) == ["wáng mǐn", "", "17"])
    #expect(Cursor.parse(text, parts: 2) == nil)
    #expect(Cursor.parse("0", parts: 1) == nil)
    #expect(Cursor.parse("+1", parts: 1) == nil)
    #expect(Cursor.parse("ff", parts: 1) == nil)
  }
}
