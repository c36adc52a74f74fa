import Files
import Foundation
import Insurer
import Kernel

/// A stored file on its way to becoming an import: what the steps hand on to each other in the address or the form.
struct ImportDraft: Sendable {
  let file: StoredFile
  let fileName: String
  let kind: any ImportKind.Type
  let source: String

  init(file: StoredFile, fileName: String, kind: any ImportKind.Type, source: String) {
    self.file = file
    self.fileName = fileName
    self.kind = kind
    self.source = source.isEmpty ? "file" : source
  }

  /// - Throws: `notFound` when the address was not one of ours.
  init(_ fields: FormFields) throws {
    guard let kind = ImportKinds.named(fields["kind"] ?? ""), let size = fields["size"].flatMap({ Int64($0) }),
      let digest = ImportDraft.bytes(fields["file"] ?? ""), digest.count == 32, size > 0
    else { throw AppError.notFound("file") }
    self.init(
      file: StoredFile(sha256: digest, size: size), fileName: fields["name"] ?? "", kind: kind,
      source: fields["source"] ?? "")
  }

  var fields: [(name: String, value: String)] {
    [
      ("file", file.sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()), ("size", "\(file.size)"),
      ("name", fileName), ("kind", kind.name), ("source", source),
    ]
  }

  var query: String {
    "?" + fields.map { "\($0.name)=\(FormFields.encode($0.value))" }.joined(separator: "&")
  }

  var hidden: [SelectOption] { fields.map { SelectOption($0.name, $0.value) } }

  /// The mapping that a form's choices say; the key is the kind's own, or another that is whole.
  func mapping(_ form: FormFields, columns: [String]) -> ColumnMapping {
    var taken: Set<String> = []
    let known = Set(kind.fields.map(\.name))
    let chosen = columns.enumerated().compactMap { place, column -> ColumnMapping.Column? in
      guard let field = form["column-\(place)"], known.contains(field), taken.insert(field).inserted else { return nil }
      return ColumnMapping.Column(column: column, field: field)
    }
    let own = kind.key.first.map(taken.contains) ?? false
    let other = kind.otherKeys.first { $0.allSatisfy(taken.contains) } ?? []
    return ColumnMapping(kind: kind.name, key: own ? kind.key.filter(taken.contains) : other, columns: chosen)
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = Array(hex.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}

/// Values of a file as a page shows them: what the viewer's role does not see whole is masked.
struct FileValues {
  let sees: Set<Sight>

  func show(_ text: String, field: String) -> String {
    switch field {
    case "national_id": sees.contains(.nationalID) ? text : Masks.identity(text)
    case "mobile": sees.contains(.mobile) ? text : Masks.mobile(text)
    case "email": sees.contains(.email) ? text : Masks.email(text)
    case "address": sees.contains(.address) ? text : Masks.address(text)
    case "diagnosis", "complex_reason": sees.contains(.contractHealth) ? text : "***"
    case "summary": sees.contains(.note) ? text : "***"
    default: text
    }
  }

  /// A value under the file's own header: what the header names as sealed is masked as that, whatever field of
  /// whatever kind it was mapped to, for anybody's file can be looked at in another way than it was meant.
  func show(_ text: String, header: String, field: String?) -> String {
    let name = Fold.compact(header)
    let named = FileValues.sealedNames.filter { name.contains($0.name) }.max { $0.name.count < $1.name.count }
    if let named {
      let shown = show(text, field: named.field)
      if shown != text { return shown }
    }
    return field.map { show(text, field: $0) } ?? show(unknown: text)
  }

  /// How headers call the sealed fields of all kinds.
  private static let sealedNames: [(name: String, field: String)] = ImportKinds.all.flatMap { kind in
    kind.fields.filter(\.sealed).flatMap { field in
      ([field.name] + field.synonyms).map(Fold.compact).filter { $0.count > 1 }.map { ($0, field.name) }
    }
  }

  /// A column that is no field yet: long runs of digits are hidden, whatever they are.
  func show(unknown text: String) -> String {
    let digits = text.reduce(0) { $0 + ($1.isNumber ? 1 : 0) }
    return digits >= 9 && !sees.contains(.nationalID) ? Masks.identity(text) : String(text.prefix(40))
  }
}
