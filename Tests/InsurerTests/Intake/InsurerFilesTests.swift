import Files
import Foundation
import Insurer
import Kernel
import Storage
import TestKit
import Testing

/// Small files of every kind, as a core system would send them.
private enum SampleFiles {
  static let staff = """
    staff_no,name,team,branch,role,channel,joined_on
    S1,陈代理,一组,长沙,agent,,2015-01-05
    S2,周经理,一组,长沙,manager,,2010-03-01
    """
  static let products = """
    code,name,line,kind,term,waiting_days,cooling_off_days,guaranteed_renewable
    L1,安心终身寿险,life,base,终身,,15,0
    M1,百万医疗险,medical,rider,1年,30,15,1
    """
  /// Dirty: width, blanks, an ID with a wrong check character, a rare character, a row without a name, a key twice.
  static let customers = """
    客户资料导出,,,,,,
    客户号,姓名,性别,出生日期,证件号码,手机号,联系地址
    C1, 欧阳娜 ,女,1990年7月8日,430102199007080023,１３８００００1111,湖南省长沙市芙蓉区五一大道１号
    C2,\u{20BB7}田明,男,19851202,430102198512020013,13900002222,"湖南省长沙市
    岳麓区"
    C3,李文,1,1968/6/17,513225196806172732,,
    C4,,男,1970-01-01,,13700003333,
    C1,欧阳娜,女,1990-07-08,430102199007080023,13800001111,别的地址
    """
  static let policies = """
    policy_no,product,base_policy_no,policyholder,insured,channel,servicing_agent,effective_on,premium_mode,premium,\
    sum_insured,status,status_as_of
    P2,M1,P1,C1,C1,,S1,2020-05-01,annual,600,1000000,in_force,2026-11-22 06:00
    P1,L1,,C1,C1,,S1,2020-05-01,annual,8600.00,500000,in_force,2026-11-22 06:00
    P3,L1,,C9,C9,,S1,2021-01-01,annual,100,10000,in_force,2026-11-22 06:00
    """
  static let parties = """
    policy_no,role,customer,name,benefit,rank,share
    P1,beneficiary,C2,,身故,1,60%
    P1,beneficiary,,张受益,身故,1,40%
    """
  static let coverages = """
    policy_no,benefit,sum_insured,deductible,rate,limit
    P1,身故,500000,,,
    P2,住院医疗,1000000,10000,0.9,1000000
    """
  static let premiums = """
    policy_no,due_on,amount,received_on,method,result
    P1,2024-05-01,8600,2024-05-01,debit,
    P1,2025-05-01,8600,2025-05-03,transfer,
    P1,2026-05-01,8600,,,
    P3,2026-01-01,100,,,
    """
  static let claims = """
    claim_no,policy_no,insured,notified_at,requested_at,loss_on,kind,diagnosis,claimed,paid,status
    K1,P2,C1,2026-10-01 09:00,2026-10-02 10:00,2026-09-28,medical,急性阑尾炎,12000,,requested
    """
  static let interactions = """
    source_id,customer,at,channel,direction,topic,summary,staff
    I1,C1,2026-11-01 10:00,phone,inbound,咨询,问理赔进度，已答复,S1
    """
  static let relationships = """
    from,to,kind,since
    C1,C2,spouse,2015-10-01
    """

  /// In the order in which everything is there when it is named.
  static let all: [(kind: String, text: String)] = [
    ("staff", staff), ("products", products), ("customers", customers), ("relationships", relationships),
    ("policies", policies), ("parties", parties), ("coverages", coverages), ("premiums", premiums),
    ("claims", claims), ("interactions", interactions),
  ]
}

@Suite struct InsurerFilesTests {
  private func desk(_ engine: TestDatabase.Engine, _ body: (Desk) async throws -> Void) async throws {
    try await Desk.open(on: engine) { desk in
      var whole = desk
      whole.kinds = ImportKinds.all
      try await body(whole)
    }
  }

  private func take(_ kind: String, _ bytes: [UInt8], at desk: Desk) async throws -> Import {
    try await desk.take(bytes, kind: try #require(ImportKinds.named(kind)))
  }

  private func export(_ desk: Desk) async throws -> [String: String] {
    var files: [String: String] = [:]
    for kind in ImportKinds.all {
      var bytes: [UInt8] = []
      _ = try await Exports.rows(of: kind, sourceColumns: false, in: desk.db, as: desk.access) {
        CSVText.append($0, to: &bytes, for: .program)
      }
      files[kind.name] = String(decoding: bytes, as: UTF8.self)
    }
    return files
  }

  @Test("an insurer's files in any order come to the same", arguments: TestDatabase.engines)
  func anyOrder(_ engine: TestDatabase.Engine) async throws {
    var results: [[String: String]] = []
    for files in [SampleFiles.all, SampleFiles.all.reversed()] {
      try await desk(engine) { desk in
        for file in files {
          let item = try await take(file.kind, Array(file.text.utf8), at: desk)
          #expect(item.state == .done, "\(file.kind): \(item.error ?? "")")
          #expect(item.counts.addsUp)
        }
        results.append(try await export(desk))
        for file in files {
          let again = try await take(file.kind, Array(file.text.utf8), at: desk)
          #expect(again.counts.created == 0 && again.counts.updated == 0, "\(file.kind): \(again.counts.line)")
        }
        #expect(try await export(desk) == results.last)
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0]["policies"]?.split(separator: "\n").count == 3)
    #expect(results[0]["premiums"]?.split(separator: "\n").count == 4)
  }

  @Test("a dirty file of customers, in GB18030", arguments: TestDatabase.engines)
  func dirtyCustomers(_ engine: TestDatabase.Engine) async throws {
    try await desk(engine) { desk in
      let encoding = String.Encoding(rawValue: 0x8000_0632)
      let bytes = Array(try #require(SampleFiles.customers.data(using: encoding)))
      let item = try await take("customers", bytes, at: desk)
      #expect(item.counts.created == 3 && item.counts.rejected == 2, "\(item.counts.line)")
      let report = try await desk.report(item.id)
      #expect(report.contains("4 rejected name NAME_MISSING"))
      #expect(report.contains("5 rejected  KEY_DUPLICATE"))
      #expect(report.contains("2 created national_id ID_CHECKSUM"))
      let out = try await export(desk)["customers"] ?? ""
      #expect(out.contains("欧阳娜") && out.contains("\u{20BB7}田明") && out.contains("13800001111"))
      #expect(out.contains("1990-07-08") && out.contains("五一大道1号"))
    }
  }

  @Test("what one insurer exports another takes in to the same export", arguments: TestDatabase.engines)
  func roundTrip(_ engine: TestDatabase.Engine) async throws {
    var exported: [String: String] = [:]
    try await desk(engine) { desk in
      for file in SampleFiles.all { _ = try await take(file.kind, Array(file.text.utf8), at: desk) }
      exported = try await export(desk)
    }
    let first = exported
    try await desk(engine) { desk in
      for kind in ImportKinds.all {
        let item = try await take(kind.name, Array((first[kind.name] ?? "").utf8), at: desk)
        #expect(item.counts.rejected == 0 && item.counts.waiting == 0, "\(kind.name): \(item.counts.line)")
      }
      let second = try await export(desk)
      for (kind, text) in first { #expect(second[kind] == text, "\(kind)") }
    }
  }
}
