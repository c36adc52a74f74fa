import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore
import Storage

/// One request on its way through a route: what was asked, by whom, and how to answer.
package struct Call: Sendable {
  package let site: Site
  package let request: Request
  package let visit: Visit
  package let format: Format
  /// The address's query.
  package let query: FormFields

  init(site: Site, request: Request, visit: Visit) {
    self.site = site
    self.request = request
    var language = visit.language
    query = FormFields(request.uri.query ?? "")
    if let tag = query["lang"], let chosen = Language(tag: tag) { language = chosen }
    self.visit = visit
    let words = site.renderer.words[language] ?? Words(language: language, table: [:])
    format = Format(words: words, now: site.database.clock.now())
  }

  package var words: Words { format.words }

  /// - Throws: `WebError.unauthenticated` on a route that is open to strangers.
  package var viewer: SignedIn {
    get throws {
      guard let viewer = visit.viewer else { throw WebError.unauthenticated }
      return viewer
    }
  }

  /// What the route is for.
  package private(set) var aim = Routes.Aim.nobody
  /// What the data is wanted for, where the route or the caller said so; else what his role works for.
  package private(set) var purpose: Purpose?

  /// The same request with its purpose: what rests on consent then shows only whoever has agreed. A purpose of the
  /// query that is none is left to who reads the query; one chosen earlier that the role has lost counts as none.
  /// - Throws: `forbidden` `PURPOSE_FORBIDDEN` for a purpose that is none of the role's.
  func aimed(_ aim: Routes.Aim, _ door: Routes.Door) throws -> Call {
    var call = self
    call.aim = aim
    switch aim {
    case .own, .nobody: break
    case .fixed(let purpose): call.purpose = purpose
    case .named:
      if request.uri.query != nil, let asked = query["purpose"].flatMap({ Purpose(rawValue: $0) }) {
        let role = try viewer.holder.role
        guard Roles.purposes(role).contains(asked) else {
          throw AppError(.forbidden, "PURPOSE_FORBIDDEN", "\(role.rawValue) does not work for \(asked.rawValue)")
        }
        call.purpose = asked
      } else if case .page = door, let chosen = visit.preferences.purpose, let viewer = visit.viewer,
        Roles.purposes(viewer.holder.role).contains(chosen)
      {
        call.purpose = chosen
      }
    }
    return call
  }

  /// With what every transaction of this request is opened.
  package var access: Access { get throws { try viewer.access(purpose: purpose, address: visit.address) } }

  /// Nil for a stranger.
  package var role: Role? { visit.viewer?.holder.role }

  package func may(_ permission: Permission) -> Bool {
    (try? access.permissions.contains(permission)) ?? false
  }

  // MARK: Transactions

  package func read<T: Sendable>(_ body: @escaping @Sendable (ReadTx) throws -> T) async throws -> T {
    try await site.database.read(as: access, body)
  }

  package func act<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
    try await site.database.act(as: access, body)
  }

  // MARK: What was asked

  /// The id in the address: what is no id is not found.
  package func id<Entity: Identified>(_: Entity.Type = Entity.self, named name: String = "id") throws -> ID<Entity> {
    guard let id = ID<Entity>(visit.parameters.get(name) ?? "") else {
      throw AppError.notFound(String(describing: Entity.self))
    }
    return id
  }

  /// Only a part of the page is wanted: our own script asks so.
  package var wantsFragment: Bool { request.headers[.fragment] != nil }

  /// The body, up to the limit of forms and documents.
  /// - Throws: `WebError.tooLarge`.
  package func body() async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > site.limits.bodyBytes {
      throw WebError.tooLarge(limitBytes: site.limits.bodyBytes)
    }
    var bytes: [UInt8] = []
    for try await chunk in request.body {
      bytes.append(contentsOf: chunk.readableBytesView)
      guard bytes.count <= site.limits.bodyBytes else { throw WebError.tooLarge(limitBytes: site.limits.bodyBytes) }
    }
    return bytes
  }

  /// A form of ours: its fields, after its token was found to be this session's.
  package func form() async throws -> FormFields {
    guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
      throw WebError.unsupported("a form is expected")
    }
    let form = FormFields(String(decoding: try await body(), as: UTF8.self))
    try check(csrf: form.raw("csrf"))
    return form
  }

  /// - Throws: `forbidden` with `CSRF` when the form is not one that this session was given.
  package func check(csrf token: String?) throws {
    guard let token, let known = try viewer.session?.csrf, Call.same(token, known) else {
      throw AppError(.forbidden, "CSRF", "the form does not belong to this session")
    }
  }

  /// Whether two secrets are the same, in a time that does not tell where they differ.
  static func same(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return zip(a.utf8, b.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  // MARK: Answers

  package var csrf: String { visit.viewer?.session?.csrf ?? "" }

  /// A page inside the shell.
  package func page<P: Page>(
    _ page: P, title: String, section: Section?, status: HTTPResponse.Status = .ok, query: String = ""
  ) throws -> Response {
    let shell = Shell(self, title: title, section: section, query: query)
    let bytes = try site.renderer.render(page, in: shell, language: format.language)
    var response = Call.html(bytes, status)
    if shell.notice != nil {
      let clear = CookieText.clear(Call.noticeCookie, isSecure: visit.isSecure)
      response.headers.append(HTTPField(name: .setCookie, value: clear))
    }
    return response
  }

  /// A fragment alone.
  package func fragment<P: Page>(_ page: P) throws -> Response {
    Call.html(try site.renderer.render(page, in: format.language), .ok)
  }

  private static func html(_ bytes: [UInt8], _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "Cookie, Anban-Fragment"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static let noticeCookie = "notice"

  /// On to another page after a form, with a word on what happened: a name of `strings/notices.json`.
  package func redirect(_ location: String, notice: String? = nil) -> Response {
    var response = Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    if let notice {
      let cookie = CookieText.set(Call.noticeCookie, notice, maxAgeSeconds: 60, isSecure: visit.isSecure)
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }

  /// A path within this site, or the workbench: never an address of somebody else's choosing.
  static func local(_ path: String?) -> String {
    guard let path, path.hasPrefix("/"), !path.contains("\\"), !path.hasPrefix("/login"),
      path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return "/" }
    // No address of ours has an empty or dotted part, and `/.//elsewhere` is nothing to follow.
    let parts = path.prefix { $0 != "?" && $0 != "#" }.dropFirst()
      .split(separator: "/", omittingEmptySubsequences: false)
    let isOurs = parts.enumerated().allSatisfy { place, part in
      !part.hasPrefix(".") && (!part.isEmpty || place == parts.count - 1)
    }
    return isOurs ? path : "/"
  }
}
