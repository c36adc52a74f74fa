import Kernel
import Testing

@testable import Insurer

struct ResidentIDTests {
  static let rules = ResidentID.Rules(today: Day("2026-03-01")!)

  @Test(
    "takes numbers that GB 11643 allows",
    arguments: [
      ("11010519491231002X", "1949-12-31", Sex.female), ("11010519491231002x", "1949-12-31", .female),
      ("440524188001010014", "1880-01-01", .male), ("810000199408230021", "1994-08-23", .female),
      // Abolished regions, a leap day.
      (ResidentID.make(region: 422826, birth: Day("2000-02-29")!, order: 7), "2000-02-29", .male),
      (ResidentID.make(region: 110103, birth: Day("1970-05-04")!, order: 8), "1970-05-04", .female),
      // The undivided city proper of 1982.
      (ResidentID.make(region: 440401, birth: Day("1983-05-04")!, order: 8), "1983-05-04", .female),
    ])
  func valid(text: String, birth: String, sex: Sex) throws {
    let id = try ResidentID.parse(text, Self.rules)
    #expect(id.birthDate.description == birth)
    #expect(id.sex == sex)
    #expect(id.number == text.uppercased())
  }

  @Test(
    "refuses the others with the code of the first rule broken",
    arguments: [
      ("", ValidationCode.idLength), ("1101051949123100", .idLength), ("1101051949123100211", .idLength),
      ("110105194912310021", .idChecksum), ("1101051949123100O2", .idCharacters), ("11010519491231002Y", .idCharacters),
      ("１１０１０５１９４９１２３１００２１", .idCharacters), (" 1010519491231002X", .idCharacters),
      ("110105194913310021", .idDate), ("110105195002290021", .idDate), ("110105170012310021", .idDate),
      (ResidentID.make(region: 110105, birth: Day("2037-01-01")!, order: 1), .idFuture),
      (ResidentID.make(region: 110105, birth: Day("2026-03-02")!, order: 1), .idFuture),
      (ResidentID.make(region: 990105, birth: Day("1990-01-01")!, order: 1), .idRegion),
      (ResidentID.make(region: 119999, birth: Day("1990-01-01")!, order: 1), .idRegion),
      ("11010549123100X", .idCharacters), ("110105491331002", .idDate), ("990105491231002", .idRegion),
    ])
  func invalid(text: String, code: ValidationCode) {
    #expect(throws: ReadingFault(code)) { try ResidentID.parse(text, Self.rules) }
  }

  @Test func completesFifteenDigits() throws {
    let short = try ResidentID.parse("110105491231002", Self.rules)
    #expect(short.number == "11010519491231002X")
    #expect(try short == ResidentID.parse("11010519491231002X", Self.rules))
  }

  @Test func admitsTheDemosRegionOnlyBySetting() throws {
    let number = ResidentID.make(region: 990101, birth: Day("1990-01-01")!, order: 1)
    let demo = ResidentID.Rules(today: Self.rules.today, admitsDemo: true)
    #expect(try ResidentID.parse(number, demo).region == 990101)
    #expect(throws: ReadingFault(.idRegion)) { try ResidentID.parse(number, Self.rules) }
  }

  @Test func namesRegions() {
    #expect(Regions.fullName(421123) == "湖北省黄冈市罗田县")
    #expect(Regions.fullName(110105) == "北京市朝阳区")
    #expect(Regions.find(110103)?.abolished != nil)
    #expect(Regions.find(653228)?.name == "和康县")
    #expect(!Regions.isKnown(0))
    #expect(!Regions.isKnown(990000))
  }
}
