import Kernel
import Storage

/// What each source last said of each of its keys (decision 25): which record a key stands for, and codes from which
/// a change is seen without opening anything that is sealed.
package enum SourceMemory {
  /// What a key stands for here.
  package struct Known: Sendable {
    /// The record: a customer, a policy, a claim.
    package let entity: Int64
    /// The customer whose facts it belongs to; 0 for none.
    package let customer: Int64
    let digest: [UInt8]
    let said: [UInt8]
  }

  /// The records that a source's keys of one kind stand for; keys not known are absent.
  package static func find(
    _ kind: String, keys: some Sequence<String>, source: String, in tx: ReadTx
  ) throws -> [String: Known] {
    let distinct = Array(Set(keys)).sorted()
    var known: [String: Known] = [:]
    known.reserveCapacity(distinct.count)
    let pages = stride(from: 0, to: distinct.count, by: pageSize).map { start in
      SourceStore.known(kind, Array(distinct[start..<min(start + pageSize, distinct.count)]), source: source)
    }
    for page in try tx.fetch(all: pages) {
      for (key, value) in page { known[key] = value }
    }
    return known
  }

  /// Whether a source has said anything of a kind.
  static func isThere(_ kind: String, source: String, in tx: ReadTx) throws -> Bool {
    try tx.fetch(SourceStore.any(kind, source: source)) > 0
  }

  /// Keys asked for in one statement: a power of two, so that one prepared statement serves all.
  private static let pageSize = 256

  /// Writes down what the applied rows said.
  static func remember(_ said: [Said], kind: String, source: String, in tx: Tx) throws {
    try SourceStore.insert(said.filter { !$0.isKnown }, kind: kind, source: source, in: tx)
    for row in said where row.isKnown { try SourceStore.update(row, kind: kind, source: source, in: tx) }
  }

  /// One applied row's memory.
  struct Said {
    let key: String
    let entity: Int64
    let customer: Int64
    let digest: [UInt8]
    let marks: [UInt8]
    /// The source said something under this key before.
    let isKnown: Bool
  }
}

/// A keyed code for each field that a source gave, from which the next row shows what the source itself changed.
/// Eight bytes a field: its place in the kind's list and seven bytes of the code; blank values have none.
enum FieldMarks {
  private static let width = 8

  static func of(_ values: [String: String], key: String, fields: [ImportField], vault: Vault) -> [UInt8] {
    var marks: [UInt8] = []
    marks.reserveCapacity(fields.count * width)
    var text: [UInt8] = []
    text.reserveCapacity(256)
    for (place, field) in fields.enumerated() {
      guard let value = values[field.name] else { continue }
      text.removeAll(keepingCapacity: true)
      text.append(contentsOf: field.name.utf8)
      text.append(0x1F)
      text.append(contentsOf: key.utf8)
      text.append(0x1F)
      text.append(contentsOf: value.utf8)
      marks.append(UInt8(truncatingIfNeeded: place))
      marks.append(contentsOf: vault.digest(text).prefix(width - 1))
    }
    return marks
  }

  /// The mapped fields whose marks differ.
  static func changed(from old: [UInt8], to new: [UInt8], fields: [ImportField], mapped: Set<String>) -> Set<String> {
    let (before, after) = (byPlace(old), byPlace(new))
    var changed: Set<String> = []
    for (place, field) in fields.enumerated() where mapped.contains(field.name) {
      if before[UInt8(truncatingIfNeeded: place)] != after[UInt8(truncatingIfNeeded: place)] {
        changed.insert(field.name)
      }
    }
    return changed
  }

  /// The marks of a row that gives only the mapped fields, with what was known of the others.
  static func merged(_ old: [UInt8], _ new: [UInt8], fields: [ImportField], mapped: Set<String>) -> [UInt8] {
    let before = byPlace(old)
    var marks = new
    for (place, field) in fields.enumerated() where !mapped.contains(field.name) {
      guard let mark = before[UInt8(truncatingIfNeeded: place)] else { continue }
      marks.append(UInt8(truncatingIfNeeded: place))
      marks.append(contentsOf: mark)
    }
    return marks
  }

  private static func byPlace(_ marks: [UInt8]) -> [UInt8: ArraySlice<UInt8>] {
    var map: [UInt8: ArraySlice<UInt8>] = [:]
    for start in stride(from: 0, to: marks.count - width + 1, by: width) {
      map[marks[start]] = marks[(start + 1)..<(start + width)]
    }
    return map
  }
}
