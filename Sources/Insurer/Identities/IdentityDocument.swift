import Kernel

/// The kinds of identity document (glossary, IDType). `uscc` makes the customer an organisation.
package enum IDType: String, Coded {
  case residentID = "resident_id"
  case householdRegister = "household_register"
  case birthCertificate = "birth_certificate"
  case passport
  case hkMacaoPermit = "hk_macao_permit"
  case taiwanPermit = "taiwan_permit"
  case foreignResident = "foreign_resident"
  case military
  case uscc

  package var labels: Labels {
    switch self {
    case .residentID: Labels("居民身份证", "Resident ID", ["身份证", "二代证", "身份证号", "id card"])
    case .householdRegister: Labels("户口簿", "Household register", ["户口本"])
    case .birthCertificate: Labels("出生证", "Birth certificate", ["出生医学证明", "出生证明"])
    case .passport: Labels("护照", "Passport")
    case .hkMacaoPermit: Labels("港澳通行证", "Hong Kong and Macao permit", ["港澳居民来往内地通行证", "回乡证"])
    case .taiwanPermit: Labels("台胞证", "Taiwan permit", ["台湾居民来往大陆通行证", "台湾通行证"])
    case .foreignResident: Labels("外国人永久居留证", "Foreign permanent resident card", ["外国人永久居留身份证"])
    case .military: Labels("军官证", "Military ID", ["军人证", "士兵证", "警官证"])
    case .uscc: Labels("统一社会信用代码", "Unified social credit code", ["营业执照", "社会信用代码"])
    }
  }
}

/// An identity document's number in the form in which it is stored, compared and indexed.
package struct IdentityDocument: Hashable, Sendable {
  package let type: IDType
  package let number: String
  /// What a resident ID says of its holder; nil for other documents.
  package let resident: ResidentID?

  /// Checks the number by the rules of its type: resident IDs and credit codes strictly, the others as formats.
  package static func parse(
    _ type: IDType, _ text: String, _ rules: ResidentID.Rules
  ) throws(ReadingFault) -> IdentityDocument {
    switch type {
    case .residentID:
      let resident = try ResidentID.parse(text, rules)
      return IdentityDocument(type: type, number: resident.number, resident: resident)
    case .uscc:
      return IdentityDocument(type: type, number: try USCC.parse(text).number, resident: nil)
    case .householdRegister:
      // A household register names each member by his resident ID number; older ones have a number of their own.
      if let resident = try? ResidentID.parse(text, rules) {
        return IdentityDocument(type: type, number: resident.number, resident: resident)
      }
      return try format(type, text)
    default:
      return try format(type, text)
    }
  }

  private static func format(_ type: IDType, _ text: String) throws(ReadingFault) -> IdentityDocument {
    let number = text.uppercased().filter { $0 != " " && $0 != "-" }
    guard hasForm(type, number) else { throw ReadingFault(.documentInvalid) }
    return IdentityDocument(type: type, number: number, resident: nil)
  }

  private static func hasForm(_ type: IDType, _ number: String) -> Bool {
    let bytes = Array(number.utf8)
    func letters(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { (65...90).contains($0) } }
    func digits(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { (48...57).contains($0) } }
    let count = bytes.count
    let plain = bytes.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    switch type {
    case .passport: return plain && (5...17).contains(count) && bytes.contains { (48...57).contains($0) }
    case .hkMacaoPermit:
      return plain && (count == 9 || count == 11) && letters(0..<1)
        && (digits(1..<count) || count == 9 && letters(1..<2) && digits(2..<count))
    case .taiwanPermit:
      return plain
        && (count == 8 && digits(0..<8) || (10...11).contains(count) && digits(0..<10)
          || count == 9 && letters(0..<1) && digits(1..<9))
    case .foreignResident:
      return plain
        && (count == 15 && letters(0..<3) && digits(3..<15)
          || count == 18 && bytes[0] == 57 && digits(0..<17) && ResidentID.checkCharacter(of: bytes) == bytes[17])
    case .birthCertificate: return plain && count == 10 && letters(0..<1) && digits(1..<10)
    case .householdRegister: return plain && (6...18).contains(count)
    case .military:
      return (6...24).contains(number.count) && number.contains { $0.isNumber }
        && number.allSatisfy { $0.isLetter || $0.isNumber }
    case .residentID, .uscc: return false
    }
  }
}
