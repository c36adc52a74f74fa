import Foundation
import Kernel
import Testing

@testable import Web

@Suite struct FormatTests {
  let chinese: Format
  let english: Format

  init() throws {
    let words = try Words.load(from: Renderer.resources.appendingPathComponent("strings"))
    let now = try #require(Instant("2026-11-22T11:30:00+08:00"))
    chinese = Format(words: try #require(words[.zhHans]), now: now)
    english = Format(words: try #require(words[.en]), now: now)
  }

  @Test(
    "money",
    arguments: [
      (0 as Int64, "¥0", "¥0.00"), (86_000, "¥860", "¥860.00"), (123_456_789, "¥1,234,567.89", "¥1,234,567.89"),
      (-1_05, "−¥1.05", "−¥1.05"), (99_999_999_900, "¥999,999,999", "¥999,999,999.00"),
    ])
  func money(fen: Int64, short: String, exact: String) {
    #expect(chinese.money(Money(fen: fen)) == short)
    #expect(chinese.exactMoney(Money(fen: fen)) == exact)
  }

  @Test(
    "relative times",
    arguments: [
      ("2026-11-22T11:29:30+08:00", "刚刚", "just now"), ("2026-11-22T11:00:00+08:00", "30 分钟前", "30 min ago"),
      ("2026-11-22T09:30:00+08:00", "2 小时前", "2 h ago"), ("2026-11-21T23:59:00+08:00", "昨天", "yesterday"),
      ("2026-11-18T09:00:00+08:00", "4 天前", "4 days ago"), ("2026-11-02T09:00:00+08:00", "11-02", "11-02"),
      ("2024-11-02T09:00:00+08:00", "2024-11-02", "2024-11-02"),
      ("2026-12-01T00:00:00+08:00", "2026-12-01", "2026-12-01"),
    ])
  func ago(text: String, zh: String, en: String) throws {
    let instant = try #require(Instant(text))
    #expect(chinese.ago(instant) == zh)
    #expect(english.ago(instant) == en)
  }

  @Test(
    "deadlines",
    arguments: [
      ("2026-11-22", "今天", "today"), ("2026-11-23", "明天", "tomorrow"), ("2026-11-27", "还有 5 天", "5 days left"),
      ("2026-11-19", "已过 3 天", "3 days over"),
    ])
  func until(day: String, zh: String, en: String) throws {
    let day = try #require(Day(day))
    #expect(chinese.until(day) == zh)
    #expect(english.until(day) == en)
  }

  @Test func countsSayWhenTheyAreEstimates() {
    #expect(chinese.count(1_002_000, isExact: false) == "约 1,002,000")
    #expect(english.count(12, isExact: true) == "12")
  }
}
