/// How a sealed value is shown to someone whose role does not see it whole.
package enum Masks {
  /// `110105194912310021` → `110***********0021`; short numbers keep fewer characters, at most a third of them.
  package static func identity(_ number: String) -> String {
    let count = number.count
    if count >= 15 { return keep(number, first: 3, last: 4) }
    return keep(number, first: min(2, count / 6), last: min(3, count / 4))
  }

  /// `13812340000` → `138****0000`; foreign numbers keep their first and last three characters.
  package static func mobile(_ number: String) -> String {
    number.count == 11 ? keep(number, first: 3, last: 4) : keep(number, first: 3, last: min(3, number.count / 4))
  }

  /// `zhang.san@example.com` → `z***@example.com`.
  package static func email(_ address: String) -> String {
    guard let at = address.lastIndex(of: "@"), let first = address.first, address.startIndex < at else { return "***" }
    return "\(first)***\(address[at...])"
  }

  /// The province and city of an address, at most its first six characters and never more than half: `广东省韶关市***`.
  package static func address(_ text: String) -> String { "\(text.prefix(min(6, text.count / 2)))***" }

  /// `6222021234567890123` → `***************0123`.
  package static func account(_ number: String) -> String { keep(number, first: 0, last: min(4, number.count / 3)) }

  /// `王小明` → `王**`, for parties whom the viewer may know of, not know.
  package static func name(_ name: String) -> String {
    let surname = PersonName.surname(of: name)
    let kept = surname.isEmpty || surname.count >= name.count ? String(name.prefix(1)) : surname
    return kept + String(repeating: "*", count: max(1, name.count - kept.count))
  }

  private static func keep(_ text: String, first: Int, last: Int) -> String {
    let hidden = max(0, text.count - first - last)
    return text.prefix(first) + String(repeating: "*", count: max(hidden, 1)) + text.suffix(last)
  }
}
