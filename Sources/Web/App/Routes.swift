import HTTPTypes
import Hummingbird
import Kernel

/// Where routes are named, each with what it asks of its caller: nothing is reachable by having forgotten that.
package final class Routes {
  /// Who may come in.
  package enum Door: Hashable, Sendable {
    /// Anybody: signing in, health.
    case open
    /// Whoever has signed in, with a permission where one is named.
    case page(Permission?)
    /// A program with a token that has the scope.
    case api(Permission)
  }

  package struct Route: Hashable, Sendable {
    package let method: String
    package let path: String
    package let door: Door
  }

  package typealias Answer = @Sendable (Call) async throws -> Response

  package let site: Site
  private let router: Router<Visit>
  /// All routes, for the tests that walk them and compare them with `openapi.yaml`.
  package private(set) var all: [Route] = []

  init(site: Site, router: Router<Visit>) {
    self.site = site
    self.router = router
  }

  package func open(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) {
    add(method, path, .open, answer)
  }

  /// A page or a form of the signed-in. A form's token is checked by `Call.form`.
  package func page(
    _ method: HTTPRequest.Method, _ path: String, needs permission: Permission? = nil, _ answer: @escaping Answer
  ) {
    add(method, path, .page(permission)) { call in
      let access = try call.access
      if let permission { try access.require(permission) }
      if method != .get, call.request.headers[.fetchSite] == "cross-site" {
        throw AppError(.forbidden, "CSRF", "forms of other sites are not taken")
      }
      return try await answer(call)
    }
  }

  /// `/api/v1` + `path`: 401 without a token, 403 without the scope.
  package func api(
    _ method: HTTPRequest.Method, _ path: String, scope: Permission, _ answer: @escaping Answer
  ) {
    add(method, "/api/v1\(path)", .api(scope)) { call in
      try call.access.require(scope)
      return try await answer(call)
    }
  }

  private func add(_ method: HTTPRequest.Method, _ path: String, _ door: Door, _ answer: @escaping Answer) {
    all.append(Route(method: method.rawValue, path: path, door: door))
    let site = site
    router.on(RouterPath(path), method: method) { request, visit in
      let call = Call(site: site, request: request, visit: visit)
      do {
        return try await answer(call)
      } catch let error as AppError where error.kind == .notFound || error.kind == .forbidden {
        try await Denials.log(call, path)
        throw error
      }
    }
  }

  /// After the last route: a known address with another method is answered 405.
  func close() {
    let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]
    for (path, routes) in Dictionary(grouping: all, by: \.path) {
      let allowed = routes.map(\.method).sorted()
      for method in methods where !allowed.contains(method.rawValue) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          throw WebError.methodNotAllowed(allowed: allowed)
        }
      }
    }
  }
}
