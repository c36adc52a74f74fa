import HTTPTypes
import Hummingbird
import Kernel
import Storage

/// The addresses of `/api/v1`, gathered from the features' APIs. Each names the permission it needs; nothing here is
/// reached without one. `openapi.yaml` describes them all, which a test holds against this list.
package struct APIRoutes: Sendable {
  package typealias Answer = @Sendable (APICall) async throws -> Response

  package struct Route: Sendable {
    package let method: HTTPRequest.Method
    /// As `openapi.yaml` writes it: `/api/v1/customers/{id}`.
    package let path: String
    package let permission: Permission
    let answer: Answer
  }

  package private(set) var all: [Route] = []

  package init() {}

  package mutating func on(
    _ method: HTTPRequest.Method, _ path: String, needs permission: Permission, _ answer: @escaping Answer
  ) {
    all.append(Route(method: method, path: "/api/v1" + path, permission: permission, answer: answer))
  }

  /// Puts every route on the router. A known address answers an unknown method with 405 and `Allow`.
  /// - Parameter signIn: who the request's token is; throws `WebError.unauthenticated`.
  package func add<Context: RequestContext>(
    to router: Router<Context>, _ database: Database,
    signIn: @escaping @Sendable (Request, Context) async throws -> Access
  ) {
    for route in all {
      router.on(RouterPath(stringLiteral: route.path), method: route.method) { request, context -> Response in
        do {
          let access = try await signIn(request, context)
          try access.require(route.permission)
          return try await route.answer(
            APICall(access: access, database: database, request: request, parameters: context.parameters))
        } catch let error as AppError where error.kind != .broken {
          return Problem(error).response
        } catch let error as WebError {
          return Problem(error).response
        }
      }
    }
    let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]
    for (path, routes) in Dictionary(grouping: all, by: \.path) {
      let taken = routes.map(\.method)
      let allowed = taken.map(\.rawValue).sorted()
      for method in known where !taken.contains(method) {
        router.on(RouterPath(stringLiteral: path), method: method) { request, context -> Response in
          do { _ = try await signIn(request, context) } catch let error as WebError { return Problem(error).response }
          return Problem(WebError.methodNotAllowed(allowed: allowed)).response
        }
      }
    }
  }
}
