import Glibc

/// An address that a webhook may be sent to, read strictly: what two readers might understand differently, is none.
package struct WebhookURL: Hashable, Sendable {
  package enum Fault: String, Error, Sendable {
    case invalid = "WEBHOOK_URL"
    /// A name or password in the address.
    case credentials = "WEBHOOK_URL_CREDENTIALS"
  }

  /// As it is sent to; scheme and host in lower case.
  package let text: String
  package let isPlain: Bool
  /// Without the brackets of IPv6.
  package let host: String
  package let port: Int

  private static let lengthMax = 2_000
  private static let forbidden = Set("\"<>\\^`{|}#".utf8)

  package init(_ text: String) throws(Fault) {
    // Blanks, control characters and what is not ASCII: a header could be injected, or a look-alike named.
    guard text.utf8.count <= Self.lengthMax,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) }),
      let colon = text.firstRange(of: "://")
    else { throw .invalid }
    let scheme = text[..<colon.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { throw .invalid }
    let rest = text[colon.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else { throw .credentials }
    let (name, port) = try Self.split(authority)
    host = try Self.host(name)
    isPlain = scheme == "http"
    self.port = port ?? (isPlain ? 80 : 443)
    let path = rest[authority.endIndex...]
    let shown = host.contains(":") ? "[\(host)]" : host
    self.text = "\(scheme)://\(shown)\(port.map { ":\($0)" } ?? "")\(path.hasPrefix("/") ? "" : "/")\(path)"
  }

  private static func split(_ authority: Substring) throws(Fault) -> (name: Substring, port: Int?) {
    var name = authority
    var digits: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw .invalid }
      name = authority[...end]
      let behind = authority[authority.index(after: end)...]
      guard behind.isEmpty || behind.hasPrefix(":") else { throw .invalid }
      if !behind.isEmpty { digits = behind.dropFirst() }
    } else if let colon = authority.firstIndex(of: ":") {
      name = authority[..<colon]
      digits = authority[authority.index(after: colon)...]
    }
    guard let digits else { return (name, nil) }
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let port = Int(digits), (1...65_535).contains(port)
    else { throw .invalid }
    return (name, port)
  }

  private static func host(_ name: Substring) throws(Fault) -> String {
    let host = name.lowercased()
    if host.hasPrefix("[") {
      let inner = String(host.dropFirst().dropLast())
      guard case .v6? = NetworkAddress(inner) else { throw .invalid }
      return inner
    }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.allSatisfy(isLabel), let last = labels.last else { throw .invalid }
    // `0x7f.1`, `2130706433` and `0177.0.0.1` are addresses to some readers and names to others.
    if last.allSatisfy(\.isNumber) || last.hasPrefix("0x") {
      guard case .v4? = NetworkAddress(host) else { throw .invalid }
    }
    return host
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
      && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
  }
}

/// A network address as bytes: what is connected to, whatever it was called.
package enum NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  case v4([UInt8])
  case v6([UInt8])

  package init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self = .v4(bytes)
    case 16: self = .v6(bytes)
    default: return nil
    }
  }

  /// Reads the canonical forms only: four decimal numbers, or IPv6 without a zone.
  package init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self = .v4(Array(bytes.prefix(4)))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self = .v6(bytes)
    } else {
      return nil
    }
  }

  package var bytes: [UInt8] {
    switch self {
    case .v4(let bytes), .v6(let bytes): bytes
    }
  }

  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The IPv4 address within an IPv6 one that stands for it: mapped, compatible, or through a translator.
  package var unwrapped: NetworkAddress {
    guard case .v6(let bytes) = self else { return self }
    let zero = bytes[0..<10].allSatisfy { $0 == 0 }
    let isMapped = zero && bytes[10] == 0xFF && bytes[11] == 0xFF
    // `::` and `::1` are themselves.
    let isCompatible = zero && bytes[10] == 0 && bytes[11] == 0 && bytes[12..<15].contains { $0 != 0 }
    let isTranslated = bytes[0..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    return isMapped || isCompatible || isTranslated ? .v4(Array(bytes[12...])) : self
  }
}

/// A range of addresses, `10.0.0.0/8`.
package struct Network: Hashable, Sendable {
  let bytes: [UInt8]
  let bits: Int

  /// Nil for what is none; an address alone is a network of one.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
    bytes = address.bytes
    let most = bytes.count * 8
    guard parts.count == 2 else {
      bits = most
      return
    }
    guard let bits = Int(parts[1]), (0...most).contains(bits) else { return nil }
    self.bits = bits
  }

  package func contains(_ address: NetworkAddress) -> Bool {
    let other = address.bytes
    guard other.count == bytes.count else { return false }
    return (0..<bits).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == other[bit / 8] & mask
    }
  }
}
