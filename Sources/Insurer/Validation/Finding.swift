import Kernel

/// What a broken rule does to a row that comes from a file or an event (decision 23). Forms and the API refuse both,
/// unless a flagged value is confirmed with a reason.
package enum Severity: String, Hashable, Sendable {
  /// The row cannot be understood or placed: it is not taken in.
  case reject
  /// The value is kept as it came, sealed and marked unverified; it never becomes a key, an index or a rule's input.
  case flag
}

/// One broken rule: which field, which code of `ValidationCode`, and how grave it is.
package struct Finding: Hashable, Sendable {
  package let field: String
  package let code: String
  package let message: String
  package let severity: Severity

  package init(_ field: String, _ code: ValidationCode, _ severity: Severity) {
    self.field = field
    self.code = code.rawValue
    self.message = code.message
    self.severity = severity
  }

  package var error: FieldError { FieldError(field, code, message) }
}

extension FieldError {
  package init(_ field: String, _ code: ValidationCode) { self.init(field, code.rawValue, code.message) }
}

extension [Finding] {
  package var rejections: [FieldError] { filter { $0.severity == .reject }.map(\.error) }
  package var flags: [FieldError] { filter { $0.severity == .flag }.map(\.error) }
}

/// A text that could not be read as what it should be; the code says why.
package struct ReadingFault: Error, Hashable, Sendable {
  package let code: ValidationCode
  package init(_ code: ValidationCode) { self.code = code }
}
