/// What went wrong, in one of six kinds. One place in `Web` turns it into an answer.
package struct AppError: Error, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable { case invalid, notFound, forbidden, conflict, unavailable, broken }

  package let kind: Kind
  /// Stable, for programs: `ID_CHECKSUM`, `NOT_FOUND`.
  package let code: String
  /// For a log or an integrator, in English; people see the words of `strings/` for `code`.
  package let detail: String
  package let fields: [FieldError]

  package init(_ kind: Kind, _ code: String, _ detail: String, fields: [FieldError] = []) {
    self.kind = kind
    self.code = code
    self.detail = detail
    self.fields = fields
  }

  package static func invalid(_ code: String, _ detail: String) -> AppError { AppError(.invalid, code, detail) }

  /// Several fields at once; the error's own code is `VALIDATION`.
  package static func invalid(_ fields: [FieldError]) -> AppError {
    AppError(.invalid, "VALIDATION", "\(fields.count) fields need attention", fields: fields)
  }

  package static func notFound(_ what: String) -> AppError { AppError(.notFound, "NOT_FOUND", "no such \(what)") }
  package static func forbidden(_ detail: String) -> AppError { AppError(.forbidden, "FORBIDDEN", detail) }
  package static func conflict(_ code: String, _ detail: String) -> AppError { AppError(.conflict, code, detail) }
  package static func unavailable(_ detail: String) -> AppError { AppError(.unavailable, "UNAVAILABLE", detail) }
  package static func broken(_ detail: String) -> AppError { AppError(.broken, "BROKEN", detail) }

  package var description: String { "\(kind.rawValue) \(code): \(detail)" }
}

/// One field's fault: which field, a stable code, and what the code means in English.
package struct FieldError: Codable, Hashable, Sendable {
  package let field: String
  package let code: String
  package let message: String

  package init(_ field: String, _ code: String, _ message: String) {
    self.field = field
    self.code = code
    self.message = message
  }
}
