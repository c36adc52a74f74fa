import Foundation
import Testing

@testable import Web

/// The renderer refuses a template that names a tag its part does not have; these tests find the other half: a tag
/// that nobody prints, an icon that nobody drew, a template or a page that nobody reaches.
@Suite struct TemplateContractTests {
  let renderer: Renderer
  init() throws { renderer = try Renderer() }

  @Test func everyTagOfAPageIsPrinted() throws {
    for page in Pages.all { check(page) }
    check(Shell.self)
    func check(_ type: any Part.Type) { expectAllUsed(type) }
  }

  private func expectAllUsed<P: Part>(_ type: P.Type) {
    let unused = P.tags.keys.map { "\(type).\($0)" }.filter { !renderer.used.contains($0) }
    #expect(unused.sorted() == [], "no template prints these")
  }

  /// Parts inside pages are known by the tags that templates use of them: no part may keep an unused one.
  @Test func everyTagOfAPartIsPrinted() {
    expectAllUsed(Badge.self)
    expectAllUsed(Fact.self)
    expectAllUsed(Stat.self)
    expectAllUsed(Choice.self)
    expectAllUsed(Empty.self)
    expectAllUsed(Pager.self)
    expectAllUsed(Cell.self)
    expectAllUsed(Field.self)
    expectAllUsed(SelectOption.self)
    expectAllUsed(Fault.self)
    expectAllUsed(Moment.self)
    expectAllUsed(TimelineRow.self)
    expectAllUsed(PolicyRow.self)
    expectAllUsed(ClaimRow.self)
    expectAllUsed(ClaimStep.self)
    expectAllUsed(ClaimDeadline.self)
    expectAllUsed(CustomerHead.self)
    expectAllUsed(CustomerRow.self)
    expectAllUsed(AccessLine.self)
    expectAllUsed(RelationshipRow.self)
  }

  @Test func everyTemplateIsReached() throws {
    let root = Renderer.resources.appendingPathComponent("templates")
    let all = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
      .filter { $0.hasSuffix(".mustache") }
    let texts = try all.map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined()
    let pages = Set(Pages.all.map { $0.template } + [Shell.template])
    for path in all {
      let name = String(path.dropLast(".mustache".count))
      #expect(pages.contains(name) || texts.contains("{{> \(name)}}"), "\(name) is reached by nothing")
    }
  }

  @Test func theSpriteAndTheListOfIconsAgree() throws {
    let sprite = String(decoding: try #require(renderer.assets.files["icons.svg"]).bytes, as: UTF8.self)
    let drawn = sprite.matches(of: /symbol id="([a-z-]+)"/).map { String($0.1) }
    #expect(Set(drawn) == Icon.names)
    #expect(drawn.count == Icon.all.count)
  }

  @Test func assetsStayWithinTheirBudget() throws {
    #expect(try #require(renderer.assets.files["css/app.css"]).bytes.count <= 40_000)
    #expect(try #require(renderer.assets.files["js/app.js"]).bytes.count <= 25_000)
  }

  @Test(
    "a faulty template names its file and line",
    arguments: [
      ("{{#a}}", "{{#a}} is not closed"), ("x\n{{/b}}", "{{/b}} closes nothing, open is nothing"),
      ("{{ x", "a tag is not closed"),
    ])
  func faults(source: String, reason: String) {
    let error = #expect(throws: TemplateError.self) { try TemplateParser.parse(source, named: "test") }
    #expect(error?.reason == reason)
  }

  @Test func textIsEscapedAndSectionsObey() throws {
    struct Row: Part {
      let text: String
      static let tags: Tags<Row> = ["text": .text(\.text)]
    }
    struct Sheet: Part {
      let title: String?
      let rows: [Row]
      static let tags: Tags<Sheet> = ["title": .text(\.title), "rows": .rows(\.rows)]
    }
    let source =
      "{{#title}}<h1>{{title}}</h1>{{/title}}"
      + "{{#rows?}}<ul>{{#rows}}<li>{{text}}</li>{{/rows}}</ul>{{/rows?}}{{^rows}}-{{/rows}}"
    let compiler = TemplateCompiler(
      sources: ["sheet": try TemplateParser.parse(source, named: "sheet")],
      words: Words(language: .en, table: [:]), assets: renderer.assets)
    let write = try compiler.compile(template: "sheet", as: Sheet.self)
    func print(_ sheet: Sheet) -> String {
      var out = Output()
      write(sheet, &out)
      return String(decoding: out.bytes, as: UTF8.self)
    }
    #expect(
      print(Sheet(title: #"<a href="x">&'"#, rows: [Row(text: "王𠮷"), Row(text: "b")]))
        == "<h1>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</h1><ul><li>王𠮷</li><li>b</li></ul>")
    #expect(print(Sheet(title: nil, rows: [])) == "-")
  }

  @Test func anUnknownTagStopsTheStart() throws {
    struct Bare: Part { static let tags: Tags<Bare> = [:] }
    let compiler = TemplateCompiler(
      sources: ["bare": try TemplateParser.parse("\n{{nmae}}", named: "bare")],
      words: Words(language: .en, table: [:]), assets: renderer.assets)
    let error = #expect(throws: TemplateError.self) { _ = try compiler.compile(template: "bare", as: Bare.self) }
    #expect(error?.description == "templates/bare.mustache:2: Bare has no tag nmae")
  }
}
