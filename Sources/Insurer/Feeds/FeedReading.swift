import Files
import Kernel
import Storage

/// An event that has passed the checks of its form: which record it speaks of, and what it says.
struct FeedReading: Sendable {
  let event: FeedEvent
  let type: FeedType
  let key: String
  /// Folded values by field, with what the type itself says.
  let values: [String: String]
  let cleared: Set<String>
  /// When it happened, for the order in which events count.
  let order: String
  let flags: [FieldError]
}

/// Reads the attributes and the data of an event: pure but for the keyed code of a sealed key.
enum FeedRules {
  static let idLength = 200
  static let sourceLength = 300
  static let typeLength = 120
  /// A sender's clock may be ahead by so much.
  static let aheadSeconds = 300

  /// - Returns: the reading, or the faults that keep it from being applied.
  static func read(_ event: FeedEvent, now: Instant, vault: Vault) -> Result<FeedReading, FeedFaults> {
    var faults = event.faults + attributeFaults(event)
    let time = event.time.flatMap { Instant($0) }
    if let given = event.time, time == nil || given.utf8.count < 19 { faults.append(FieldError("time", .timeInvalid)) }
    if let time, time > now + aheadSeconds { faults.append(FieldError("time", .dateFuture)) }
    guard let type = FeedTypes.named(event.type) else {
      if !event.type.isEmpty { faults.append(FieldError("type", "TYPE_UNKNOWN", "no such type of event")) }
      return .failure(FeedFaults(faults))
    }
    let at = time ?? now
    var flags: [FieldError] = []
    let values = values(of: event, type, at: at, &faults, &flags)
    let key = RowMapper.key(of: values, type.kind.fields.filter { type.kind.key.contains($0.name) }, vault)
    if key == nil { faults.append(FieldError(type.kind.key[0], .required)) }
    for field in type.needs where values[field] == nil { faults.append(FieldError(field, .required)) }
    guard let key, faults.isEmpty else { return .failure(FeedFaults(faults)) }
    return .success(
      FeedReading(
        event: event, type: type, key: key, values: values,
        cleared: Set(event.cleared).subtracting(type.fixed.keys).subtracting(type.kind.key),
        order: order(at, event), flags: flags))
  }

  /// Time, then the sender's sequence, then the id: the same for whoever comes first.
  static func order(_ at: Instant, _ event: FeedEvent) -> String {
    let digits = String(max(0, at.microseconds))
    return String(repeating: "0", count: max(0, 18 - digits.count)) + digits + "/\(event.sequence ?? "")/\(event.id)"
  }

  private static func attributeFaults(_ event: FeedEvent) -> [FieldError] {
    let attributes = [
      ("id", event.id, idLength), ("source", event.source, sourceLength), ("type", event.type, typeLength),
    ]
    var faults: [FieldError] = []
    for (name, value, limit) in attributes {
      if value.isEmpty, !event.faults.contains(where: { $0.field == name }) {
        faults.append(FieldError(name, .required))
      }
      if value.utf8.count > limit { faults.append(FieldError(name, .tooLong)) }
      if !isPlain(value) { faults.append(FieldError(name, .textInvalid)) }
    }
    let sequence = event.sequence ?? ""
    if sequence.utf8.count > 64 || !isPlain(sequence) { faults.append(FieldError("sequence", .textInvalid)) }
    return faults
  }

  /// Without control characters: separators of ours are among them.
  static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }

  private static func values(
    of event: FeedEvent, _ type: FeedType, at: Instant, _ faults: inout [FieldError], _ flags: inout [FieldError]
  ) -> [String: String] {
    var values: [String: String] = [:]
    for name in (Array(event.data.keys) + event.cleared).sorted() {
      guard let field = type.kind.fields.first(where: { $0.name == name }) else {
        let refusal = DataFields.refusal(of: name)
        faults.append(
          FieldError(String(name.prefix(64)), refusal?.rawValue ?? "UNKNOWN_FIELD", refusal?.message ?? "no such field")
        )
        continue
      }
      if let refusal = RowMapper.refusal(of: name, in: type.kind) { faults.append(FieldError(name, refusal)) }
      guard let raw = event.data[name] else { continue }
      let text = read(raw, field, &flags)
      if !text.isEmpty { values[name] = text }
    }
    values.merge(type.fixed) { $1 }
    if let moment = type.moment, values[moment] == nil {
      let isDay = type.kind.fields.first { $0.name == moment }?.form == .day
      values[moment] = isDay ? at.day.description : at.description
    }
    return values
  }

  private static func read(_ raw: String, _ field: ImportField, _ flags: inout [FieldError]) -> String {
    let form: Fold.Form = field.form == .upper ? .upper : field.form == .prose ? .prose : .value
    let (text, changed) = Fold.fold(raw, form)
    if changed { flags.append(FieldError(field.name, .folded)) }
    guard field.form == .day else { return text }
    switch DateReading.read(text, order: nil) {
    case .success(let day): return day.description
    case .failure(.ambiguous):
      flags.append(FieldError(field.name, DateFault.ambiguous.rawValue, "day and month could be either"))
      return text
    case .failure(.invalid): return text
    }
  }
}

/// Why an event is not applied.
struct FeedFaults: Error {
  let faults: [FieldError]
  init(_ faults: [FieldError]) { self.faults = faults }
}

/// What a sender has said of one key: each field's last word, and when it was said. So events may come in any order:
/// one that is older fills in what no newer one has spoken of, and changes nothing else.
struct FeedRecord: Hashable, Sendable {
  struct Said: Hashable, Sendable {
    let order: String
    /// Nil when the sender said that there is nothing.
    let value: String?
  }

  private(set) var fields: [String: Said] = [:]

  init() {}

  /// - Returns: whether anything was newer than what was known.
  mutating func take(_ reading: FeedReading) -> Bool {
    var isNews = false
    let key = Set(reading.type.kind.key)
    for (name, value) in reading.values { if say(name, value, reading.order), !key.contains(name) { isNews = true } }
    for name in reading.cleared where say(name, nil, reading.order) { isNews = true }
    return isNews
  }

  private mutating func say(_ name: String, _ value: String?, _ order: String) -> Bool {
    if let known = fields[name], known.order > order { return false }
    fields[name] = Said(order: order, value: value)
    return true
  }

  var values: [String: String] { fields.compactMapValues(\.value) }

  // MARK: Stored

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (name, said) in fields.sorted(by: { $0.key < $1.key }) {
      bytes.append(contentsOf: "\(name)\u{1F}\(said.order)\u{1F}\(said.value.map { "=\($0)" } ?? "")\u{1E}".utf8)
    }
    return bytes
  }

  init(bytes: some Collection<UInt8>) {
    for part in bytes.split(separator: 0x1E) {
      let parts = part.split(separator: 0x1F, maxSplits: 2, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 3 else { continue }
      fields[parts[0]] = Said(order: parts[1], value: parts[2].hasPrefix("=") ? String(parts[2].dropFirst()) : nil)
    }
  }
}
