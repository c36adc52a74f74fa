import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore

/// What every request passes first and every answer last: who asks, how often, in which language; errors as answers,
/// security headers, gzip, figures. The one middleware, so that the order is plain to see.
struct Front: RouterMiddleware {
  typealias Context = Visit
  let site: Site

  func handle(
    _ request: Request, context: Visit, next: (Request, Visit) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var visit = context
    visit.read(request, site)
    var response: Response
    do {
      try await admit(request, &visit)
      response = try await next(request, visit)
    } catch {
      response = ErrorAnswer(request, visit, site).answer(error)
    }
    finish(&response, request, visit)
    site.metrics.record(
      route: visit.endpointPath ?? "", method: request.method.rawValue, status: response.status.code,
      took: .now - start)
    return response
  }

  /// Finds out who asks. A wrong secret counts like no secret, and both are limited by address.
  private func admit(_ request: Request, _ visit: inout Visit) async throws {
    let path = request.uri.path
    if path.hasPrefix("/public/") || path == "/healthz" || path == "/readyz" || path == "/metrics" { return }
    if path.hasPrefix("/api/") {
      if let header = request.headers[.authorization], header.hasPrefix("Bearer ") {
        visit.viewer = try await site.sessions.token(String(header.dropFirst(7)))
      }
    } else if let secret = CookieJar(request.headers[values: .cookie])[
      CookieText.sessionName(isSecure: visit.isSecure)], !secret.isEmpty
    {
      visit.viewer = try await site.sessions.session(secret)
    }
    if let viewer = visit.viewer {
      try site.accounts.admit(viewer.holder.actor.description)
    } else {
      try site.strangers.admit(visit.address)
    }
  }

  private func finish(_ response: inout Response, _ request: Request, _ visit: Visit) {
    response.headers[.xContentTypeOptions] = "nosniff"
    if visit.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
    if response.headers[.contentType]?.hasPrefix("text/html") == true { Front.protect(&response.headers) }
    if let query = request.uri.query, let tag = FormFields(query)["lang"], let language = Language(tag: tag) {
      let cookie = CookieText.set(
        "lang", language.rawValue, maxAgeSeconds: 366 * 86_400, isSecure: visit.isSecure)
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
  }

  private static func protect(_ headers: inout HTTPFields) {
    headers[.contentSecurityPolicy] = policy
    headers[.referrerPolicy] = "same-origin"
    headers[.openerPolicy] = "same-origin"
    headers[.resourcePolicy] = "same-origin"
    headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=(), payment=()"
  }

  /// Nothing from elsewhere, nothing inline; images of the style sheet's own are data.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
}

/// gzip of answers that are worth it, for those who take it.
struct Compression: RouterMiddleware {
  typealias Context = Visit
  private static let worthBytes = 1024

  func handle(
    _ request: Request, context: Visit, next: (Request, Visit) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard request.headers[.acceptEncoding]?.contains("gzip") == true,
      response.headers[.contentEncoding] == nil, Compression.isText(response.headers[.contentType]),
      let length = response.body.contentLength, length >= Compression.worthBytes
    else { return response }
    let body = Collector()
    try await response.body.write(body)
    let packed = Gzip.compress(body.bytes, level: 1)
    response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: packed))
    response.headers[.contentEncoding] = "gzip"
    response.headers[.contentLength] = nil
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    return response
  }

  private static func isText(_ type: String?) -> Bool {
    guard let type else { return false }
    return type.hasPrefix("text/") || type.contains("json") || type.contains("yaml")
  }

  private final class Collector: ResponseBodyWriter {
    var bytes: [UInt8] = []
    func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
