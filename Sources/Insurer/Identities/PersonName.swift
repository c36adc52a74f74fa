/// A customer's one name (姓名), of a person or of an organisation. Never first and last.
package struct PersonName: Hashable, Sendable {
  package let text: String

  /// Folds the name and checks that it is one: at least one letter, no digits or marks that names do not have
  /// (organisations may have digits), at most 100 characters.
  package static func parse(_ text: String, organisation: Bool = false) throws(ReadingFault) -> PersonName {
    let folded = fold(text)
    guard !folded.isEmpty else { throw ReadingFault(.nameMissing) }
    guard folded.count <= 100 else { throw ReadingFault(.tooLong) }
    let marks: Set<Character> = ["·", " ", "-", "'", "’", ".", "(", ")", "（", "）", "&", "、", "〇", ","]
    var hasLetter = false
    for character in folded {
      if character.isLetter || isHan(character) {
        hasLetter = true
      } else if !marks.contains(character), !(organisation && character.isNumber) {
        throw ReadingFault(.nameInvalid)
      }
    }
    guard hasLetter else { throw ReadingFault(.nameInvalid) }
    return PersonName(text: folded)
  }

  /// One form for one name: half-width letters, the one middle dot `·`, no blanks at the ends, none between Han
  /// characters, single blanks elsewhere. Characters themselves, rare ones too, stay as they are.
  package static func fold(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    var pendingBlank = false
    for scalar in text.unicodeScalars {
      let plain = foldWidth(scalar)
      if plain.properties.isWhitespace || plain.value == 0xFEFF || plain.value == 0x200B {
        pendingBlank = true
        continue
      }
      if pendingBlank, let last = folded.last, !(isHan(last) && isHan(plain)) { folded.append(" ") }
      pendingBlank = false
      folded.append(plain)
    }
    return String(folded)
  }

  private static func foldWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x3000: return " "
    case 0x2022, 0x30FB, 0xFF0E, 0x2027, 0x22C5, 0xFF65: return "·"
    case 0xFF08, 0xFF09: return scalar
    case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    default: return scalar
    }
  }

  static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF, 0x3007: true
    default: false
    }
  }

  static func isHan(_ character: Character) -> Bool { character.unicodeScalars.first.map(isHan) ?? false }

  private static let organisationEndings = [
    "公司", "集团", "工厂", "厂", "商店", "商行", "经营部", "中心", "医院", "大学", "学院", "中学", "小学", "幼儿园",
    "银行", "合作社", "事务所", "协会", "基金会", "研究所", "研究院", "委员会", "工作室", "支行", "分行", "政府", "局",
    "合伙）", "合伙)", "合伙企业", "个体工商户", "信托",
  ]

  /// Whether a name is an organisation's by its ending, where no document says so.
  package static func looksLikeOrganisation(_ name: String) -> Bool {
    guard let last = name.unicodeScalars.last, name.unicodeScalars.count >= 4 else { return false }
    guard last.isASCII else { return organisationEndings.contains { name.hasSuffix($0) } }
    if last == ")", organisationEndings.contains(where: { name.hasSuffix($0) }) { return true }
    let lower = name.lowercased()
    return [" ltd", " ltd.", " inc", " inc.", " llc", " co.", " gmbh", " limited"].contains { lower.hasSuffix($0) }
  }

  /// The surname of a Chinese name of two to four characters, compound surnames included; else empty.
  package static func surname(of name: String) -> String {
    guard let first = name.first, isHan(first), (2...6).contains(name.count), name.allSatisfy(isHan) else { return "" }
    let two = String(name.prefix(2))
    return name.count > 2 && Surnames.compound[two] != nil ? two : String(first)
  }
}
