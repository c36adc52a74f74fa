import Crypto
import Foundation
import Kernel

/// On what a purpose rests: exactly one each (PIPL 13).
package enum LegalBasis: String, Coded {
  case contract
  case legalDuty = "legal_duty"
  case consent

  package var labels: Labels {
    switch self {
    case .contract: Labels("履行合同", "Contract")
    case .legalDuty: Labels("法定义务", "Legal duty")
    case .consent: Labels("个人同意", "Consent")
    }
  }
}

/// The words of a purpose as they are shown to the person, whole. Once shown to somebody they stay as they are: other
/// words are a new version.
package struct PurposeWords: Sendable {
  package struct Text: Sendable {
    /// What is done with which data, by whom, for how long, and how to say no again (PIPL 17).
    package let text: String
    /// Why the sensitive data is necessary, and what it means for the person (PIPL 30); nil for ordinary data.
    package let necessity: String?

    package init(_ text: String, necessity: String? = nil) {
      self.text = text
      self.necessity = necessity
    }
  }

  package let version: Int
  /// The place in `customers.basis` that says «this person's consent to these words holds». A version that changes
  /// the purpose, the manner or the kinds of data (PIPL 14) has a place of its own: what was said to other words then
  /// holds no more, for everybody at once. A version that only corrects a word keeps the place. Nil where no consent
  /// is asked.
  package let place: Int?
  package let zh: Text
  package let en: Text

  /// Of all the words: written on each consent, so that it can be shown what was said yes to.
  package var hash: [UInt8] {
    let words = [zh.text, zh.necessity ?? "", en.text, en.necessity ?? ""].joined(separator: "\u{1F}")
    return Array(SHA256.hash(data: Data("\(version)\u{1F}\(words)".utf8)))
  }

  package var bit: Int64 { place.map { 1 << Int64($0) } ?? 0 }
}

/// One row of the register: a purpose of one category of data. Each is asked for, given and withdrawn apart (PIPL 29).
package struct ProcessingPurpose: Sendable {
  package let purpose: Purpose
  /// The sensitive category it concerns, or none.
  package let category: Category
  package let basis: LegalBasis
  /// All versions of its words, the oldest first.
  package let versions: [PurposeWords]
  /// The fields that it needs, as the register of fields has them: `customers.mobile`, or `policies.*` for a record's
  /// but its health data.
  package let fields: [String]
  /// For how long the data is kept for it, in days from the end of the relation or the withdrawal; nil as long as
  /// another law says.
  package let retentionDays: Int?

  /// Days for which who said no is not asked again (网络数据安全管理条例 22(5)); ours to choose.
  package static let coolDownDays = 180

  package var words: PurposeWords { versions[versions.count - 1] }

  package func words(_ version: Int) -> PurposeWords? { versions.first { $0.version == version } }
}

/// The register of processing purposes.
package enum Purposes {
  package static var all: [ProcessingPurpose] { table }

  package static func find(_ purpose: Purpose, _ category: Category) -> ProcessingPurpose? {
    table.first { $0.purpose == purpose && $0.category == category }
  }

  /// Those that a person is asked for, in the order of the register.
  package static let ofConsent = table.filter { $0.basis == .consent }

  /// The bits that a person's `basis` must have for this purpose; 0 when it rests on contract or law.
  package static func mask(_ purpose: Purpose) -> Int64 { masks[purpose] ?? 0 }

  /// What it needs of each record.
  package static func needs(_ purpose: Purpose) -> Needs { needsOf[purpose] ?? Needs(purpose) }

  /// Made once: every request asks.
  private static let needsOf = Dictionary(uniqueKeysWithValues: Purpose.allCases.map { ($0, Needs($0)) })

  /// Made once: every statement asks.
  private static let masks = Dictionary(ofConsent.map { ($0.purpose, $0.words.bit) }, uniquingKeysWith: |)
}

extension Access {
  /// Whether what this viewer sees depends on what the persons have agreed to.
  package var restsOnConsent: Bool { Purposes.mask(purpose) != 0 }
}
