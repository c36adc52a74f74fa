import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Logging
import NIOCore

/// The one place that turns an error into an answer: a page for a browser, a problem document for a program.
struct ErrorAnswer {
  let request: Request
  let visit: Visit
  let site: Site

  init(_ request: Request, _ visit: Visit, _ site: Site) {
    self.request = request
    self.visit = visit
    self.site = site
  }

  private var wantsPage: Bool {
    !request.uri.path.hasPrefix("/api/") && request.headers[.accept]?.contains("text/html") != false
  }

  func answer(_ error: any Error) -> Response {
    let problem = Problem(error)
    if problem.status.code >= 500 { log(error, problem) }
    guard wantsPage else { return problem.response }
    if problem.status == .unauthorized { return signIn() }
    do {
      return try page(problem)
    } catch {
      log(error, problem)
      return problem.response
    }
  }

  /// To the sign-in page, and back here afterwards.
  private func signIn() -> Response {
    let next = request.method == .get ? "?next=\(FormFields.encode(request.uri.description))" : ""
    return Response(status: .seeOther, headers: [.location: "/login\(next)", .cacheControl: "no-store"])
  }

  private func page(_ problem: Problem) throws -> Response {
    let asked = Call(site: site, request: request, visit: visit)
    // Who is not found may be somebody who has not agreed: the page says what it was looked at for.
    let call = (try? asked.aimed(.named, .page(nil))) ?? asked
    let words = call.format.words
    let family = ErrorAnswer.family(problem.status)
    let page = ErrorPage(
      status: String(problem.status.code), title: words["errors.\(family)Title"], text: words["errors.\(family)Text"],
      reference: problem.status.code >= 500 ? visit.number : nil, grantHref: grantHref(problem))
    var response = try call.page(page, title: page.title, section: nil, status: problem.status)
    for field in problem.headers { response.headers[field.name] = field.value }
    return response
  }

  /// Where whoever could not open a customer may ask for it, said whether there is such a customer or not.
  private func grantHref(_ problem: Problem) -> String? {
    let parts = request.uri.path.split(separator: "/")
    guard let role = visit.viewer?.holder.role, parts.count >= 2, parts[0] == "customers",
      let id = ID<Customer>(String(parts[1]))
    else { return nil }
    let isMinor = problem.code == "MINOR_APPROVAL_REQUIRED"
    guard isMinor || problem.status == .notFound, !GrantRules.kinds(role, isMinor: isMinor).isEmpty else { return nil }
    return "/customers/\(id)/grant"
  }

  private static func family(_ status: HTTPResponse.Status) -> String {
    switch status.code {
    case 400: "malformed"
    case 403: "forbidden"
    case 404, 405: "notFound"
    case 409, 412: "conflict"
    case 413, 415: "upload"
    case 422: "invalid"
    case 429: "tooMany"
    case 503: "unavailable"
    default: "broken"
    }
  }

  private func log(_ error: any Error, _ problem: Problem) {
    site.logger.error(
      "\(error)",
      metadata: [
        "request": "\(visit.number)", "route": "\(visit.endpointPath ?? request.uri.path)",
        "status": "\(problem.status.code)",
      ])
  }
}
