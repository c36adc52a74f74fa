/// An e-mail address as a format: one `@`, a domain with a dot, no blanks. Stored in lower case of its domain.
package struct Email: Hashable, Sendable {
  package let address: String

  package static func parse(_ text: String) throws(ReadingFault) -> Email {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), text.utf8.count <= 254, isLocal(parts[0])
    else { throw ReadingFault(.emailInvalid) }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, labels.allSatisfy(isLabel), let top = labels.last, top.count >= 2,
      !top.allSatisfy(\.isNumber)
    else { throw ReadingFault(.emailInvalid) }
    return Email(address: "\(parts[0])@\(parts[1].lowercased())")
  }

  private static func isLocal(_ text: Substring) -> Bool {
    let special: Set<Character> = [" ", "\"", "(", ")", ",", ":", ";", "<", ">", "[", "]", "\\"]
    let plain = text.unicodeScalars.allSatisfy { $0.value > 31 && !$0.properties.isWhitespace }
    return plain && !text.contains { special.contains($0) }
      && text.first != "." && text.last != "." && !text.contains("..")
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
      && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
  }
}
