/// A name's pinyin without tones, for search and sorting. `v` stands for ü.
package struct Pinyin: Hashable, Sendable {
  /// All syllables without blanks: `wangmin`. Letters that are no Han characters stand in lower case.
  package let key: String
  /// The syllables' first letters: `wm`.
  package let initials: String

  /// Surnames are read as surnames (曾 zeng, 尉迟 yuchi), the rest by the characters' usual readings.
  /// About a microsecond for a name of three characters.
  package init(_ name: String) {
    let scalars = Array(name.unicodeScalars)
    var key: [UInt8] = []
    var initials: [UInt8] = []
    var index = 0
    func append(_ syllable: String) {
      key.append(contentsOf: syllable.utf8)
      if let first = syllable.utf8.first { initials.append(first) }
    }
    if let (syllables, used) = Pinyin.surname(scalars) {
      syllables.forEach(append)
      index = used
    }
    var insideWord = false
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if let syllable = Pinyin.syllable(of: scalar) {
        append(syllable)
        insideWord = false
      } else if let letter = Pinyin.letter(scalar) {
        key.append(letter)
        if !insideWord { initials.append(letter) }
        insideWord = true
      } else {
        insideWord = false
      }
    }
    self.key = String(decoding: key, as: UTF8.self)
    self.initials = String(decoding: initials, as: UTF8.self)
  }

  private static func surname(_ scalars: [Unicode.Scalar]) -> (syllables: [String], used: Int)? {
    guard scalars.count >= 2, PersonName.isHan(scalars[0]), PersonName.isHan(scalars[1]) else { return nil }
    if scalars.count > 2, compoundFirst.contains(scalars[0]) {
      var two = String.UnicodeScalarView()
      two.append(contentsOf: scalars[0..<2])
      if let syllables = Surnames.compound[String(two)] { return (syllables, 2) }
    }
    guard scalars.count <= 4, let reading = surnameReadings[scalars[0]] else { return nil }
    return ([reading], 1)
  }

  /// What a person types into a search box, in the form of `key`: lower case, no blanks or apostrophes, `ü` as `v`.
  /// Nil when it holds anything but letters.
  package static func query(_ text: String) -> String? {
    var folded: [UInt8] = []
    for scalar in text.lowercased().precomposedScalars {
      if scalar == " " || scalar == "'" || scalar == "’" || scalar == "-" { continue }
      guard let letter = letter(scalar) else { return nil }
      folded.append(letter)
    }
    return folded.isEmpty ? nil : String(decoding: folded, as: UTF8.self)
  }

  private static func letter(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 97...122, 48...57: UInt8(scalar.value)
    case 65...90: UInt8(scalar.value + 32)
    case 0xFC, 0xDC: UInt8(ascii: "v")
    default: nil
    }
  }

  private static let compoundFirst: Set<Unicode.Scalar> = Set(Surnames.compound.keys.compactMap(\.unicodeScalars.first))

  private static let surnameReadings: [Unicode.Scalar: String] = Surnames.readings.reduce(into: [:]) { table, entry in
    if let scalar = entry.key.unicodeScalars.first { table[scalar] = entry.value }
  }

  // MARK: - The table

  private struct Table: Sendable {
    var syllables: [String] = [""]
    /// For U+3400…U+9FFF: the place of the reading in `syllables`, 0 for none.
    var plane = [UInt16](repeating: 0, count: 0x9FFF - 0x3400 + 1)
    var beyond: [UInt32: UInt16] = [:]
  }

  private static let table: Table = {
    var table = Table()
    guard let text = try? Reference.text("pinyin.txt") else { return table }
    for line in text.split(separator: "\n") {
      guard let blank = line.firstIndex(of: " ") else { continue }
      let place = UInt16(table.syllables.count)
      table.syllables.append(String(line[..<blank]))
      for scalar in line[line.index(after: blank)...].unicodeScalars {
        if (0x3400...0x9FFF).contains(scalar.value) {
          table.plane[Int(scalar.value) - 0x3400] = place
        } else {
          table.beyond[scalar.value] = place
        }
      }
    }
    return table
  }()

  static func syllable(of scalar: Unicode.Scalar) -> String? {
    guard scalar.value >= 0x3007 else { return nil }
    let place: UInt16
    if (0x3400...0x9FFF).contains(scalar.value) {
      place = table.plane[Int(scalar.value) - 0x3400]
    } else {
      place = table.beyond[scalar.value] ?? 0
    }
    return place == 0 ? nil : table.syllables[Int(place)]
  }
}

extension String {
  /// `u` followed by a combining diaeresis counts as `ü`.
  fileprivate var precomposedScalars: [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    for scalar in unicodeScalars {
      if scalar.value == 0x308, scalars.last == "u" {
        scalars[scalars.count - 1] = "ü"
      } else {
        scalars.append(scalar)
      }
    }
    return scalars
  }
}
