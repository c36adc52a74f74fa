import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore

/// What goes wrong between the wire and an act, beside the six kinds of `AppError` (decision 30).
package enum WebError: Error, Sendable {
  /// No sign-in, or a token that is unknown, expired or revoked.
  case unauthenticated
  /// The change was made on `sent`; `json` is the record as it is now.
  case stale(sent: Int64, current: Int64, json: [UInt8])
  case tooLarge(limitBytes: Int)
  case unsupported(String)
  case tooMany(retryAfterSeconds: Int)
  case methodNotAllowed(allowed: [String])
  /// The request's form cannot be read: its query, its header fields.
  case malformed(code: String, String)
}

/// An error as `application/problem+json` (RFC 9457) says it. `broken` shows nothing of what broke.
package struct Problem: Sendable {
  package let status: HTTPResponse.Status
  package let code: String
  package let detail: String
  package var errors: [FieldError] = []
  package var headers = HTTPFields()
  /// Members of this problem alone, written behind the common ones.
  private var more: (@Sendable (inout JSONWriter) -> Void)?

  package init(_ error: any Error) {
    switch error {
    case let error as AppError: self.init(error)
    case let error as WebError: self.init(error)
    case let error as any HTTPResponseError:
      self.init(error.status, error.status.code == 404 ? "NOT_FOUND" : "REQUEST", error.status.reasonPhrase)
      if error.status.code >= 500 { self.init(AppError.broken("")) }
    default: self.init(AppError.broken(""))
    }
  }

  private init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
    self.status = status
    self.code = code
    self.detail = detail
  }

  private init(_ error: AppError) {
    self.init(Self.status(error), error.code, error.kind == .broken ? "something went wrong" : error.detail)
    errors = error.fields
  }

  private static func status(_ error: AppError) -> HTTPResponse.Status {
    switch error.kind {
    case .invalid: ["JSON_MALFORMED", "JSON_TOO_DEEP"].contains(error.code) ? .badRequest : .unprocessableContent
    case .notFound: .notFound
    case .forbidden: .forbidden
    case .conflict: .conflict
    case .unavailable: .serviceUnavailable
    case .broken: .internalServerError
    }
  }

  private init(_ error: WebError) {
    switch error {
    case .unauthenticated:
      self.init(.unauthorized, "UNAUTHENTICATED", "a valid token is needed")
      headers[.wwwAuthenticate] = "Bearer realm=\"anban\""
    case .stale(let sent, let current, let json):
      self.init(.preconditionFailed, "STALE", "it was changed meanwhile")
      more = { problem in
        problem.field("sent_version", sent)
        problem.field("current_version", current)
        problem.key("current")
        problem.raw(json)
      }
    case .tooLarge(let limit): self.init(.contentTooLarge, "TOO_LARGE", "at most \(limit) bytes are taken")
    case .unsupported(let what): self.init(.unsupportedMediaType, "UNSUPPORTED", what)
    case .tooMany(let seconds):
      self.init(.tooManyRequests, "TOO_MANY", "try again in \(seconds) s")
      headers[.retryAfter] = String(seconds)
    case .methodNotAllowed(let allowed):
      self.init(.methodNotAllowed, "METHOD_NOT_ALLOWED", "this address takes \(allowed.joined(separator: ", "))")
      headers[.allow] = allowed.joined(separator: ", ")
    case .malformed(let code, let detail): self.init(.badRequest, code, detail)
    }
  }

  package var response: Response {
    var json = JSONWriter(capacity: 256)
    json.object { problem in
      problem.field("type", "about:blank")
      problem.field("title", status.reasonPhrase)
      problem.field("status", Int64(status.code))
      problem.field("code", code)
      problem.field("detail", detail)
      if !errors.isEmpty {
        problem.array("errors", errors) { problem, error in
          problem.object {
            $0.field("field", error.field)
            $0.field("code", error.code)
            $0.field("message", error.message)
          }
        }
      }
      more?(&problem)
    }
    return json.response(status, contentType: "application/problem+json", headers: headers)
  }
}

extension JSONWriter {
  /// The written document as an answer; never kept by a cache in between.
  package consuming func response(
    _ status: HTTPResponse.Status = .ok, contentType: String = "application/json", headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = contentType
    headers[.cacheControl] = "no-store"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
