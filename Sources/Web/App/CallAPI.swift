import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore
import Storage

/// What a program asks in its own way: keys in the address, a strict query, JSON, versions and idempotency keys.
extension Call {
  /// Another key in the address than an id, as the import files know it.
  package func key(_ name: String) throws -> String {
    guard let text = visit.parameters.get(name), let key = try? QueryFields.decode(text[...]), !key.isEmpty,
      (try? Reading.text(key, limit: 64)) != nil
    else { throw AppError.notFound("record") }
    return key
  }

  /// The query, read strictly; the purpose, where the route lets one be named, has been heard already.
  package func strictQuery() throws -> QueryFields {
    var query = try QueryFields(request.uri.query)
    if aim == .named { _ = query.code("purpose", as: Purpose.self) }
    return query
  }

  /// For addresses that take no parameters, but the purpose where the route lets one be named.
  package func noQuery() throws {
    guard request.uri.query != nil else { return }
    var query = try strictQuery()
    try query.finish()
  }

  /// The body as JSON: `application/json` in UTF-8, parsed strictly.
  package func json() async throws -> (value: JSONValue, bytes: [UInt8]) {
    let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
    guard type.filter({ $0 != " " }) == "application/json" else {
      throw WebError.unsupported("the body is to be application/json")
    }
    let bytes = try await body()
    return (try JSONValue.parse(bytes), bytes)
  }

  /// The body's one object, read member by member: what nobody asked for is refused, and so is a query.
  package func object<Value>(
    _ read: (inout JSONFields) throws -> Value
  ) async throws -> (value: Value, bytes: [UInt8]) {
    try noQuery()
    let (value, bytes) = try await json()
    var fields = try JSONFields(value)
    let record = try read(&fields)
    try fields.finish()
    return (record, bytes)
  }

  /// The body's members by column, as text.
  package func texts(_ columns: [JSONColumn]) async throws -> (value: [String: String], bytes: [UInt8]) {
    try await object { $0.texts(columns) }
  }

  // MARK: Versions

  package static func tag(_ version: Int64) -> String { "\"\(version)\"" }

  /// The version that the change was made on; nil without `If-Match`, or with `*`.
  package func version() throws -> Int64? {
    guard let text = request.headers[.ifMatch] else { return nil }
    if text == "*" { return nil }
    let digits = text.utf8.dropFirst().dropLast()
    guard text.utf8.count > 2, text.hasPrefix("\""), text.hasSuffix("\""),
      digits.allSatisfy({ (48...57).contains($0) }),
      let version = Int64(String(decoding: digits, as: UTF8.self))
    else {
      throw AppError.invalid([FieldError("If-Match", "ETAG_INVALID", "not an ETag of this API")])
    }
    return version
  }

  // MARK: Once

  /// Acts, once for each `Idempotency-Key`: the same key and body get the same answer again.
  /// - Parameter body: what was asked, beside the address.
  package func actOnce(
    _ body: [UInt8] = [], _ make: @escaping @Sendable (Tx) throws -> KeptAnswer
  ) async throws -> Response {
    let key = request.headers[.idempotencyKey]
    if let key, !(1...128).contains(key.utf8.count) || !key.utf8.allSatisfy({ (33...126).contains($0) }) {
      throw AppError.invalid([
        FieldError("Idempotency-Key", "KEY_INVALID", "1 to 128 visible ASCII characters are expected")
      ])
    }
    let asked = Array("\(request.method.rawValue) \(request.uri.path)?\(request.uri.query ?? "")\n".utf8) + body
    let answer = try await act { tx in
      guard let key else { return try make(tx) }
      return try KeptAnswers.once(key, request: asked, in: tx) { try make(tx) }
    }
    return Call.response(answer)
  }

  private static func response(_ answer: KeptAnswer) -> Response {
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
    if !answer.location.isEmpty { headers[.location] = answer.location }
    if !answer.version.isEmpty { headers[.eTag] = answer.version }
    return Response(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

extension HTTPField.Name {
  /// `Idempotency-Key`: letters and a hyphen make a name always.
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatch
}

extension JSONWriter {
  /// A list's page: its items and, while there is more, where the next one starts.
  package static func page<Item>(
    _ items: [Item], next: [String]?, _ each: (inout JSONWriter, Item) throws -> Void
  ) rethrows -> Response {
    var json = JSONWriter(capacity: 256 + items.count * 400)
    try json.object { page in
      try page.array("items", items) { json, item in try json.object { try each(&$0, item) } }
      page.field("next", next.map(Cursor.text))
    }
    return json.response()
  }

  /// One record.
  package static func record(_ write: (inout JSONWriter) throws -> Void) rethrows -> JSONWriter {
    var json = JSONWriter()
    try json.object(write)
    return json
  }
}
