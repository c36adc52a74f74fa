import Foundation
import Insurer
import Kernel
import Testing

/// The law of the tests: the catalogue on a day of 2026.
func lawOf2026() throws -> Law { try LegalRules.catalogue.get().on(day("2026-01-01")) }

func day(_ text: String) throws -> Day { try #require(Day(text), "not a day: \(text)") }

@Suite struct LegalRulesTests {
  @Test(
    "the catalogue has the law's numbers and their articles",
    arguments: [
      (LegalParameter.graceDays, 60, "保险法", "36"), (.demandDays, 30, "保险法", "36"),
      (.reinstatementYears, 2, "保险法", "37"), (.contestabilityYears, 2, "保险法", "16"),
      (.rescissionKnowledgeDays, 30, "保险法", "16"), (.determinationClauseDays, 5, "合同条款", ""),
      (.determinationComplexDays, 30, "保险法", "23"), (.paymentDays, 10, "保险法", "23"),
      (.refusalLetterDays, 3, "保险法", "24"), (.advancePaymentDays, 60, "保险法", "25"),
      (.advancePromptDays, 55, "保险法", "25"), (.limitationLifeYears, 5, "保险法", "26"),
      (.limitationOtherYears, 2, "保险法", "26"), (.suicideYears, 2, "保险法", "44"),
      (.surrenderValueDays, 30, "保险法", "47"), (.retentionShortYears, 5, "保险法", "87"),
      (.retentionLongYears, 10, "保险法", "87"), (.coolingOffMinimumDays, 15, "健康保险管理办法", "15"),
      (.waitingMaximumDays, 180, "健康保险管理办法", "27"),
      (.complaintDecisionDays, 15, "银行业保险业消费投诉处理管理办法", "20"),
      (.complaintComplexDays, 30, "银行业保险业消费投诉处理管理办法", "20"),
      (.complaintSpecialDays, 30, "银行业保险业消费投诉处理管理办法", "20"),
      (.complaintEscalationDays, 12, "公司制度", ""), (.complaintAcknowledgementDays, 2, "公司制度", ""),
      (.departureNoticeDays, 30, "保险销售行为管理办法", "36"), (.departureEscalationDays, 5, "公司制度", ""),
    ])
  func catalogue(_ row: (LegalParameter, Int, String, String)) throws {
    let law = try lawOf2026()
    #expect(law[row.0] == row.1)
    #expect(law.citation(of: row.0) == Citation(row.2, row.3))
  }

  @Test func everyParameterIsTested() throws {
    #expect(LegalParameter.allCases.count == 26)
    #expect(try LegalRules.catalogue.get().rules.count == 26)
  }

  @Test(
    "a number holds from and to its days, both included",
    arguments: [
      ("2000-01-01", 60), ("2027-12-31", 60), ("2028-01-01", 45), ("2040-01-01", 45),
    ])
  func validity(_ on: String, _ expected: Int) throws {
    var rules = try LegalRules.catalogue.get().rules.filter { $0.parameter != .graceDays }
    let article = Citation("保险法", "36")
    rules.append(LegalRule(.graceDays, 60, article, from: try day("2009-10-01"), to: try day("2027-12-31")))
    rules.append(LegalRule(.graceDays, 45, article, from: try day("2028-01-01")))
    #expect(try LegalRules(rules).on(day(on))[.graceDays] == expected)
  }

  @Test func aMissingOrDoubleNumberIsAnError() throws {
    let rules = try LegalRules.catalogue.get().rules
    let article = Citation("保险法", "36")
    let doubled = rules + [LegalRule(.graceDays, 45, article, from: try day("2026-01-01"))]
    #expect(throws: AppError.self) { try LegalRules(doubled).on(day("2026-01-01")) }
    #expect(throws: AppError.self) { try LegalRules(Array(rules.dropFirst())).on(day("2026-01-01")) }
    #expect(throws: AppError.self) { try LegalRules([]) }
  }

  @Test(
    "a catalogue that cannot be read is refused",
    arguments: [
      #"[{"instrument":"x","article":"1","parameter":"no_such","value":1,"effective_from":"2026-01-01"}]"#,
      #"[{"instrument":"x","article":"1","parameter":"grace_days","value":1,"effective_from":"2026-02-30"}]"#,
      #"[{"instrument":"x","article":"1","parameter":"grace_days","value":1,"effective_from":"x"}]"#,
      "{",
    ])
  func broken(_ json: String) {
    #expect(throws: (any Error).self) { try LegalRules(json: Data(json.utf8)) }
  }
}
