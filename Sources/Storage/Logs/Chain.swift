import Kernel

/// The chain of one writer in one log: n counts its rows without gaps, mac links each to the one before (decision 7).
struct Chain: Sendable {
  let writer: Int64
  var n: Int64 = 0
  var mac: [UInt8] = []

  mutating func link(_ canonical: [UInt8], _ vault: Vault) -> (n: Int64, mac: [UInt8]) {
    n += 1
    mac = vault.chain(mac, canonical)
    return (n, mac)
  }
}

/// The logs of which one connection is a writer.
struct Chains: Sendable {
  var events: Chain?
  var system: Chain?
  var access: Chain?
}

/// Bytes of a row in the one form that its code is computed over: every value tagged and with its length.
struct Canonical {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ value: SQLValue) {
    switch value {
    case .null: bytes.append(0)
    case .int(let int): append(1, int)
    case .real(let real): append(2, Int64(bitPattern: real.bitPattern))
    case .text(let text):
      append(3, Int64(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    case .blob(let blob):
      append(4, Int64(blob.count))
      bytes.append(contentsOf: blob)
    case .list(let values):
      append(5, Int64(values.count))
      for value in values { add(value) }
    }
  }

  private mutating func append(_ tag: UInt8, _ int: Int64) {
    bytes.append(tag)
    withUnsafeBytes(of: int.littleEndian) { bytes.append(contentsOf: $0) }
  }

  static func of(_ values: [SQLValue]) -> [UInt8] {
    var canonical = Canonical()
    for value in values { canonical.add(value) }
    return canonical.bytes
  }
}
