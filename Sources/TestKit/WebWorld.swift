import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import Insurer
import Kernel
import Logging
import NIOCore
import Storage
import Web

/// The app as it ships, over a database of one test: the real router, middleware, templates and storage.
package struct WebWorld: Sendable {
  package let site: Site
  package let client: any TestClientProtocol

  /// - Parameter prepare: fills the database before the first request.
  package static func open<T: Sendable>(
    on engine: TestDatabase.Engine = .sqlite, limits: Site.Limits = Site.Limits(), clock: Clock = TestDatabase.clock,
    visibility: Visibility = .wholeOrNothing, requestsPerSecond: Int? = nil, webhookHosts: [String] = [],
    preparing prepare: @escaping @Sendable (Tx) throws -> Void = { _ in },
    _ body: @escaping @Sendable (WebWorld) async throws -> T
  ) async throws -> T {
    try await TestDatabase.open(on: engine, clock: clock, visibility: visibility) { database in
      var config = Config()
      config.port = 0
      config.requestsPerSecond = requestsPerSecond ?? config.requestsPerSecond
      config.webhookHosts = webhookHosts
      // Not the tree's own folder, where a server of this machine may have left its seals.
      config.dataDirectory = "/nonexistent"
      let site = try Site(
        database: database, config: config, limits: limits, passwords: Passwords(passes: 1),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      try await database.act(as: .system(purpose: .administration), prepare)
      return try await buildApplication(site).test(.router) { client in
        try await body(WebWorld(site: site, client: client))
      }
    }
  }

  // MARK: Accounts

  package static let password = "correct horse battery"

  /// An account with `password`, of a member of staff when one is named.
  @discardableResult
  package func account(_ name: String, _ role: Role, staff: ID<StaffMember>? = nil) async throws -> Account {
    let hash = try await site.passwords.hash(WebWorld.password)
    let new = NewAccount(name: name, role: role, staffID: staff, passwordHash: hash)
    return try await site.database.act(as: .system(purpose: .administration)) { tx in try Accounts.add(new, in: tx) }
  }

  /// A token with all that the account's role may do, or with some scopes.
  package func token(of account: Account, scopes: Set<Permission>? = nil) async throws -> String {
    try await site.database.act(as: .system(purpose: .administration)) { tx in
      try Accounts.createToken(
        of: account, name: "test", scopes: scopes ?? Roles.rule(account.role).permissions,
        expiresAt: tx.now + 30 * 86_400, in: tx
      ).secret
    }
  }

  // MARK: Requests

  package func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
    try await client.execute(uri: path, method: .get, headers: headers)
  }

  /// Sends a form as a browser does.
  package func post(_ path: String, _ fields: [String: String], _ headers: HTTPFields = [:]) async throws
    -> TestResponse
  {
    let text = fields.sorted { $0.key < $1.key }
      .map { "\(FormFields.encode($0.key))=\(FormFields.encode($0.value))" }.joined(separator: "&")
    var headers = headers
    headers[.contentType] = "application/x-www-form-urlencoded"
    return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: text))
  }

  /// Asks the API with a token, `body` being JSON.
  package func api(
    _ method: HTTPRequest.Method, _ path: String, token: String?, body: String? = nil, _ headers: HTTPFields = [:]
  ) async throws -> TestResponse {
    var headers = headers
    if let token { headers[.authorization] = "Bearer \(token)" }
    if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return try await client.execute(
      uri: "/api/v1\(path)", method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
  }

  /// Signs in through the form.
  package func signIn(_ name: String, password: String = WebWorld.password) async throws -> Browser {
    let page = try await get("/login", [.accept: "text/html"])
    let cookies = page.setCookies
    let csrf = try page.hidden("csrf")
    let answer = try await post(
      "/login", ["csrf": csrf, "name": name, "password": password, "next": "/"], [.cookie: cookies])
    guard answer.status == .seeOther else { throw AppError.forbidden("\(name) was not signed in: \(answer.status)") }
    return Browser(world: self, cookies: answer.setCookies)
  }

  /// Somebody signed in.
  package struct Browser: Sendable {
    package let world: WebWorld
    package let cookies: String

    package func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
      try await world.get(path, headers.merging([.cookie: cookies, .accept: "text/html"]))
    }

    /// Takes the form's token from the page it stands on.
    package func post(_ path: String, _ fields: [String: String], from page: String) async throws -> TestResponse {
      var fields = fields
      fields["csrf"] = try await get(page).hidden("csrf")
      return try await world.post(
        path, fields, [.cookie: cookies, .accept: "text/html", .referer: "http://127.0.0.1\(page)"])
    }
  }
}

extension HTTPFields {
  fileprivate func merging(_ other: HTTPFields) -> HTTPFields {
    var merged = self
    for field in other where merged[field.name] == nil { merged[field.name] = field.value }
    return merged
  }
}

extension TestResponse {
  package var text: String { String(buffer: body) }

  /// `name=value` of every cookie set, as a browser sends them back.
  package var setCookies: String {
    headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }.filter { !$0.hasSuffix("=") }
      .joined(separator: "; ")
  }

  /// The value of a hidden field.
  package func hidden(_ name: String) throws -> String {
    guard let start = text.firstRange(of: "name=\"\(name)\" value=\"") else {
      throw AppError.notFound("hidden field \(name)")
    }
    return String(text[start.upperBound...].prefix { $0 != "\"" })
  }
}
