import Kernel
import Testing

@testable import Insurer

struct ReadingTests {
  @Test(
    "reads the dates that files carry",
    arguments: [
      ("1990-07-08", "1990-07-08"), ("19900708", "1990-07-08"), ("1990/7/8", "1990-07-08"),
      ("1990年7月8日", "1990-07-08"), ("1990.07.08", "1990-07-08"), ("1990-7-8 00:00:00", "1990-07-08"),
      ("19900708 10:30", "1990-07-08"), ("2000-02-29T08:00:00Z", "2000-02-29"),
    ])
  func dates(text: String, expected: String) throws {
    #expect(try Reading.day(text).description == expected)
  }

  @Test(
    "refuses what is no date",
    arguments: [
      "", "1990", "1990-13-01", "1999-02-29", "90-07-08", "1990-07", "7/8/1990", "1990-07-08x", "abc", "1990-07-08-01",
      "199007081", "-1990-07-08", "99999999999999999999",
    ])
  func notDates(text: String) {
    #expect(throws: ReadingFault(.dateInvalid)) { try Reading.day(text) }
  }

  @Test(
    "reads moments",
    arguments: [
      ("2026-03-01 09:05", "2026-03-01T09:05:00+08:00"), ("2026/3/1 9:05:07", "2026-03-01T09:05:07+08:00"),
      ("2026-03-01T01:05:00Z", "2026-03-01T09:05:00+08:00"), ("20260301", "2026-03-01T00:00:00+08:00"),
    ])
  func moments(text: String, expected: String) throws {
    #expect(try Reading.instant(text).description == expected)
  }

  @Test(
    "refuses amounts that are none, with the code of the rule broken",
    arguments: [
      ("12.345", ValidationCode.moneyInvalid), ("abc", .moneyInvalid), ("-1", .moneyNegative), ("", .moneyInvalid),
    ])
  func amounts(text: String, code: ValidationCode) {
    #expect(throws: ReadingFault(code)) { try Reading.money(text) }
  }

  @Test(
    "reads enumerations by code, label and synonym",
    arguments: [
      ("agency", Channel.agency), ("个险", .agency), ("代理人", .agency), ("Telesales", .telesales), (" Online ", .online),
    ])
  func channels(text: String, expected: Channel) throws {
    #expect(try Reading.enumeration(Channel.self, text) == expected)
  }

  @Test(
    "reads the sex in the ways of files",
    arguments: [
      ("男", Sex.male), ("F", .female), ("2", .female), ("1", .male), ("m", .male),
    ])
  func sexes(text: String, expected: Sex) throws {
    #expect(try Reading.sex(text) == expected)
  }

  @Test func gathersFindingsByField() {
    var reader = FieldReader(["birth_date": "1990-02-30", "premium": "x", "channel": "火星"])
    #expect(reader.day("birth_date", .flag) == nil)
    #expect(reader.money("premium") == nil)
    #expect(reader.enumeration(Channel.self, "channel", .flag) == nil)
    #expect(reader.text("name", required: true) == nil)
    #expect(reader.findings.rejections.map(\.code) == ["MONEY_INVALID", "REQUIRED"])
    #expect(reader.findings.flags.map(\.code) == ["DATE_INVALID", "ENUM_UNKNOWN"])
    #expect(reader.isRejected)
  }

  @Test func everyCodeHasAMessage() {
    for code in ValidationCode.allCases { #expect(ValidationCode.messages[code] != nil, "\(code)") }
  }
}
