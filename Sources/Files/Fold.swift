/// Brings a value to its usual form before anything looks at it (decision 24), and tells whether that changed it.
/// Width (ＡＢ１２ → AB12), blanks (U+3000, no-break and zero-width ones included), case where asked, and control
/// characters, which no value keeps.
package enum Fold {
  package enum Form: Sendable {
    /// Numbers, codes, identifiers, names: the width of every character.
    case value
    /// The same, and ASCII letters upper case.
    case upper
    /// Words for people: the width of letters and digits only, so that Chinese punctuation stays.
    case prose
  }

  /// The code that says a value was folded.
  package static let code = "FOLDED"

  /// - Returns: the folded text, and whether it differs from the given one.
  package static func fold(_ text: String, _ form: Form = .value) -> (text: String, changed: Bool) {
    var text = text
    let plain = text.withUTF8 { isPlain($0, form) }
    if plain { return (text, false) }
    let folded = slow(text, form)
    return (folded, folded != text || folded.utf8.count != text.utf8.count)
  }

  /// A column's name: folded, and without the marks that files put round names.
  package static func name(_ text: String) -> String {
    var name = fold(text).text
    while let last = name.last, last == "*" || last == ":" { name.removeLast() }
    while name.first == "*" { name.removeFirst() }
    return fold(name).text
  }

  /// For comparing column names: lower case without blanks, `_`, `-`, `.` and brackets.
  package static func compact(_ name: String) -> String {
    String(fold(name).text.lowercased().filter { !" _-.()[]/（）".contains($0) })
  }

  /// Whether nothing needs to change; asked of every value, so it looks at bytes only.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ form: Form) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return true }
    if first == 0x20 || last == 0x20 { return false }
    var position = 0
    let count = bytes.count
    while position < count {
      let byte = bytes[position]
      if byte < 0x80 {
        if byte < 0x20 || byte == 0x7F { return false }
        if form == .upper && (97...122).contains(byte) { return false }
        position += 1
      } else if byte < 0xE0 {
        if byte == 0xC2 && position + 1 < count && (bytes[position + 1] < 0xA1 || bytes[position + 1] == 0xAD) {
          return false
        }
        position += 2
      } else if byte < 0xF0 {
        if byte == 0xEF { return false }
        if position + 2 < count && byte <= 0xE3 && isBlank(byte, bytes[position + 1], bytes[position + 2]) {
          return false
        }
        position += 3
      } else {
        position += 4
      }
    }
    return true
  }

  /// U+3000, and U+2000–U+206F, where blanks of all widths stand.
  private static func isBlank(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Bool {
    (a == 0xE3 && b == 0x80 && c == 0x80) || (a == 0xE2 && (b == 0x80 || b == 0x81))
      || (a == 0xE1 && (b == 0x9A || b == 0xA0))
  }

  private static func slow(_ text: String, _ form: Form) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let folded = fold(scalar, form) { scalars.append(folded) }
    }
    var view = scalars[...]
    while let first = view.first, first == " " || first == "\n" || first == "\t" { view.removeFirst() }
    while let last = view.last, last == " " || last == "\n" || last == "\t" { view.removeLast() }
    return String(String.UnicodeScalarView(view))
  }

  /// Nil for what is left out.
  private static func fold(_ scalar: Unicode.Scalar, _ form: Form) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x61...0x7A: return form == .upper ? Unicode.Scalar(scalar.value - 32) : scalar
    case 0x09, 0x0A: return form == .prose ? scalar : " "
    case 0x00...0x1F, 0x7F...0x9F: return nil
    case 0xAD, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: return nil
    case 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return " "
    case 0xFF01...0xFF5E: return width(scalar, form)
    default: return scalar
    }
  }

  private static func width(_ scalar: Unicode.Scalar, _ form: Form) -> Unicode.Scalar? {
    let narrow = scalar.value - 0xFEE0
    let isLetter = (0x30...0x39).contains(narrow) || (0x41...0x5A).contains(narrow) || (0x61...0x7A).contains(narrow)
    if form == .prose && !isLetter { return scalar }
    if form == .upper && (0x61...0x7A).contains(narrow) { return Unicode.Scalar(narrow - 32) }
    return Unicode.Scalar(narrow)
  }
}
