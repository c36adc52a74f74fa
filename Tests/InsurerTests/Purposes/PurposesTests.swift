import Kernel
import Testing

@testable import Insurer

@Suite struct PurposesTests {
  @Test func everyPurposeHasOneBasisAndWords() {
    for purpose in Purpose.allCases {
      let rows = Purposes.all.filter { $0.purpose == purpose }
      #expect(!rows.isEmpty, "\(purpose) is in the register")
      #expect(Set(rows.map(\.basis)).count == 1, "\(purpose) rests on one basis")
    }
    for row in Purposes.all {
      #expect(!row.words.zh.text.isEmpty && !row.words.en.text.isEmpty && !row.fields.isEmpty)
      #expect(row.versions.map(\.version) == Array(1...row.versions.count), "\(row.purpose)")
      #expect(row.basis != .consent || row.words.place != nil, "\(row.purpose)")
      #expect(row.category == .none || row.words.zh.necessity != nil && row.words.en.necessity != nil)
    }
  }

  @Test func eachConsentIsApart() {
    let places = Purposes.ofConsent.flatMap { row in Set(row.versions.compactMap(\.place)).map { "\($0)" } }
    #expect(Set(places).count == places.count, "no two rows share a place")
    #expect(Set(Purposes.ofConsent.map { "\($0.purpose) \($0.category)" }).count == Purposes.ofConsent.count)
    #expect(Purposes.ofConsent.allSatisfy { ($0.words.place ?? 63) < 63 })
  }

  @Test func contractAndLawAskForNothing() {
    for purpose in [Purpose.contract, .claims, .underwriting, .service, .intake, .quality, .audit, .administration] {
      #expect(Purposes.mask(purpose) == 0, "\(purpose)")
    }
    for row in Purposes.ofConsent { #expect(Purposes.mask(row.purpose) & row.words.bit != 0) }
    #expect(Purposes.mask(.marketing) == 1)
  }

  /// Words that were shown are never edited: another text is another version.
  @Test(
    "shown words stay as they are",
    arguments: [
      ("marketing", "none", 1, "c312fc76db3917aa"), ("personalisation", "none", 1, "4fac848005a75893"),
      ("health_service", "health", 1, "1d42a134b6ffc1a6"), ("insurance_suggestions", "health", 1, "1bff480ad4d7aadc"),
    ])
  func hashes(purpose: String, category: String, version: Int, hash: String) throws {
    let row = try #require(
      Purposes.ofConsent.first { $0.purpose.rawValue == purpose && $0.category.rawValue == category })
    let words = try #require(row.words(version))
    let hex = words.hash.prefix(8).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
    #expect(hex == hash, "\(purpose)")
  }
}
