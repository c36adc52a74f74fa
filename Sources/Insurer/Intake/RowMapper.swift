import Files
import Kernel
import Storage

/// Turns a file's rows into a kind's: maps columns to fields, folds, reads dates, joins the key, hashes.
struct RowMapper: Sendable {
  private struct Column: Sendable {
    let place: Int
    let field: Int
    let form: ImportField.Form
    let order: DateOrder?
  }

  let fields: [ImportField]
  /// The fields that the file gives.
  let mapped: Set<String>
  private let columns: [Column]
  private let keyFields: [ImportField]
  private let vault: Vault

  /// - Throws: `AppError.invalid("MAPPING_INVALID")` when a column or field does not exist, or no key is mapped.
  init(kind: any ImportKind.Type, mapping: ColumnMapping, columns names: [String], vault: Vault) throws {
    guard mapping.kind == kind.name else { throw RowMapper.fault("it is for \(mapping.kind)") }
    try RowMapper.check(mapping, for: kind)
    let fields = kind.fields
    let mapped = Set(mapping.columns.map(\.field))
    let places = Dictionary(names.enumerated().map { (Fold.compact($1), $0) }, uniquingKeysWith: { first, _ in first })
    columns = try mapping.columns.map { column in
      guard let place = names.firstIndex(of: column.column) ?? places[Fold.compact(column.column)] else {
        throw RowMapper.fault("the file has no column \(column.column)")
      }
      guard let field = fields.firstIndex(where: { $0.name == column.field }) else {
        throw RowMapper.fault("\(kind.name) have no field \(column.field)")
      }
      return Column(place: place, field: field, form: fields[field].form, order: column.order)
    }.sorted { $0.field < $1.field }
    let key = mapping.key.isEmpty ? kind.key.filter(mapped.contains) : mapping.key
    keyFields = try key.map { name in
      guard let field = fields.first(where: { $0.name == name }), mapped.contains(name) else {
        throw RowMapper.fault("the key \(name) is not among the columns")
      }
      return field
    }
    guard !keyFields.isEmpty else {
      throw RowMapper.fault("no column gives the key \(kind.key.joined(separator: "+"))")
    }
    self.fields = fields
    self.mapped = mapped
    self.vault = vault
  }

  /// What no purpose needs is not taken in, whoever maps it (R88).
  /// - Throws: `invalid` with the field's code.
  static func check(_ mapping: ColumnMapping, for kind: any ImportKind.Type) throws {
    let faults = mapping.columns.compactMap { column in
      refusal(of: column.field, in: kind).map { FieldError(column.field, $0.rawValue, $0.message) }
    }
    if !faults.isEmpty { throw AppError.invalid(faults) }
  }

  /// A field of the kind that may not be collected, or another that nobody may collect.
  static func refusal(of field: String, in kind: any RecordKind.Type) -> ValidationCode? {
    guard let record = DataRecord(rawValue: kind.name), kind.fields.contains(where: { $0.name == field }) else {
      return DataFields.refusal(of: field)
    }
    return DataFields.fault(record, field)
  }

  private static func fault(_ detail: String) -> AppError {
    AppError.invalid("MAPPING_INVALID", "the mapping: \(detail)")
  }

  /// A row ready for its kind, or the faults that keep it from that.
  func map(_ record: Record) -> MappedRow {
    if let fault = record.fault {
      return MappedRow(record, errors: [FieldError("", fault.rawValue, fault.message)])
    }
    var values: [String: String] = [:]
    values.reserveCapacity(columns.count)
    var canonical: [UInt8] = []
    canonical.reserveCapacity(256)
    var flags: [FieldError] = []
    for column in columns where column.place < record.fields.count {
      let name = fields[column.field].name
      let raw = record.fields[column.place]
      if raw.isEmpty { continue }
      let (text, changed) = read(raw, column, name, &flags)
      if changed { flags.append(FieldError(name, Fold.code, ValidationCode.folded.message)) }
      if text.isEmpty { continue }
      values[name] = text
      RowText.append(name, text, to: &canonical)
    }
    for place in record.damaged {
      guard let column = columns.first(where: { $0.place == place }) else { continue }
      flags.append(FieldError(fields[column.field].name, "ENCODING_INVALID", "bytes that are no characters were read"))
    }
    guard let key = key(of: values) else {
      let missing = keyFields[0].name
      return MappedRow(
        record, errors: [FieldError(missing, ValidationCode.required.rawValue, ValidationCode.required.message)])
    }
    let row = ImportRow(number: record.number, key: key, values: values, digest: vault.digest(canonical))
    return MappedRow(number: record.number, from: record.from, to: record.to, row: row, flags: flags, errors: [])
  }

  private func read(
    _ raw: String, _ column: Column, _ name: String, _ flags: inout [FieldError]
  ) -> (text: String, changed: Bool) {
    switch column.form {
    case .value: return Fold.fold(raw)
    case .upper: return Fold.fold(raw, .upper)
    case .prose: return Fold.fold(raw, .prose)
    case .day:
      let (text, changed) = Fold.fold(raw)
      switch DateReading.read(text, order: column.order) {
      case .success(let day): return (day.description, changed)
      case .failure(.ambiguous):
        flags.append(FieldError(name, DateFault.ambiguous.rawValue, "day and month could be either"))
        return (text, changed)
      case .failure(.invalid): return (text, changed)
      }
    }
  }

  /// A single field's value as it is, for other files refer to it; several joined by `|`. Sealed ones as their code.
  private func key(of values: [String: String]) -> String? { RowMapper.key(of: values, keyFields, vault) }

  static func key(of values: [String: String], _ keyFields: [ImportField], _ vault: Vault) -> String? {
    if keyFields.count == 1 && !keyFields[0].sealed { return values[keyFields[0].name] }
    guard keyFields.contains(where: { values[$0.name] != nil }) else { return nil }
    return keyFields.map { field -> String in
      guard let value = values[field.name] else { return "" }
      if field.sealed { return "#" + RowText.hex(vault.digest(Array("\(field.name)\u{1F}\(value)".utf8))) }
      return value.contains("|") ? value.split(separator: "|").joined(separator: "\\|") : value
    }.joined(separator: "|")
  }
}

/// A file's row on its way to its kind.
struct MappedRow: Sendable {
  let number: Int
  /// Its bytes in the decoded stream.
  let from: Int64
  let to: Int64
  /// Nil when `errors` says why.
  let row: ImportRow?
  let flags: [FieldError]
  let errors: [FieldError]
  /// The file said the same before.
  let isRepeated: Bool

  init(
    number: Int, from: Int64, to: Int64, row: ImportRow?, flags: [FieldError], errors: [FieldError],
    isRepeated: Bool = false
  ) {
    self.isRepeated = isRepeated
    self.number = number
    self.from = from
    self.to = to
    self.row = row
    self.flags = flags
    self.errors = errors
  }

  init(_ record: Record, errors: [FieldError]) {
    self.init(number: record.number, from: record.from, to: record.to, row: nil, flags: [], errors: errors)
  }
}

/// The canonical bytes of a row: fields in the kind's order, which folding leaves free of the separators.
enum RowText {
  static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(0x1F)
    bytes.append(contentsOf: value.utf8)
    bytes.append(0x1E)
  }

  static func of(_ values: [String: String], fields: [ImportField]) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      if let value = values[field.name] { append(field.name, value, to: &bytes) }
    }
    return bytes
  }

  static func values(of bytes: some Collection<UInt8>) -> [String: String] {
    var values: [String: String] = [:]
    for pair in bytes.split(separator: 0x1E) {
      let halves = pair.split(separator: 0x1F, maxSplits: 1)
      guard halves.count == 2 else { continue }
      values[String(decoding: halves[0], as: UTF8.self)] = String(decoding: halves[1], as: UTF8.self)
    }
    return values
  }

  static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
