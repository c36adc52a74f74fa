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

  /// What the data that a route shows is for: said where the route is named, so that none goes without; every
  /// transaction of its requests carries it, and the access log keeps it.
  package enum Aim: Hashable, Sendable {
    /// Persons' data, for the purpose that the caller names among those of his role: `?purpose=`, on pages also the one
    /// he chose last; else for his role's own work.
    case named
    /// Persons' data, for the role's own work alone: acts, and reading what a person has agreed to.
    case own
    /// Always this one, whoever asks.
    case fixed(Purpose)
    /// Nobody's data: products, staff, one's own settings.
    case nobody
  }

  package struct Route: Hashable, Sendable {
    package let method: String
    package let path: String
    package let door: Door
    package let aim: Aim
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
    add(method, path, .open, .nobody, answer)
  }

  /// A page or a form of the signed-in. A form's token is checked by `Call.form`.
  package func page(
    _ method: HTTPRequest.Method, _ path: String, needs permission: Permission? = nil, for aim: Aim,
    _ answer: @escaping Answer
  ) {
    add(method, path, .page(permission), aim) { call in
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
    _ method: HTTPRequest.Method, _ path: String, scope: Permission, for aim: Aim, _ answer: @escaping Answer
  ) {
    add(method, "/api/v1\(path)", .api(scope), aim) { call in
      try call.access.require(scope)
      return try await answer(call)
    }
  }

  private func add(
    _ method: HTTPRequest.Method, _ path: String, _ door: Door, _ aim: Aim, _ answer: @escaping Answer
  ) {
    all.append(Route(method: method.rawValue, path: path, door: door, aim: aim))
    let site = site
    router.on(RouterPath(path), method: method) { request, visit in
      var call = Call(site: site, request: request, visit: visit)
      do {
        call = try call.aimed(aim, door)
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
