import HTTPTypes
import Hummingbird
import Insurer
import Kernel

/// CloudEvents 1.0 over HTTP: binary, structured and batch mode, by their content types. What is no event is one with
/// its faults, so that it is kept and looked at; only a body that is no JSON at all is refused.
enum CloudEvents {
  static let structured = "application/cloudevents+json"
  static let batched = "application/cloudevents-batch+json"

  /// - Throws: 400 for malformed JSON, 413, 415, `invalid` `EVENTS_TOO_MANY`.
  static func read(_ call: Call) async throws -> [FeedEvent] {
    let type = call.request.headers[.contentType]?.split(separator: ";").first.map {
      $0.filter { $0 != " " }.lowercased()
    }
    switch type {
    case structured: return [event(try JSONValue.parse(try await call.body()))]
    case batched:
      guard case .array(let elements) = try JSONValue.parse(try await call.body()) else {
        throw AppError.invalid([FieldError("", "TYPE", "a batch is an array of events")])
      }
      guard elements.count <= Feeds.eventsAtOnce else {
        throw AppError.invalid([
          FieldError("", "EVENTS_TOO_MANY", "at most \(Feeds.eventsAtOnce) events in one request")
        ])
      }
      return elements.map(event)
    case "application/json" where call.request.headers[.ceSpecVersion] != nil: return [try await binary(call)]
    default:
      throw WebError.unsupported(
        "an event is \(structured), \(batched), or application/json with ce- headers")
    }
  }

  // MARK: Structured

  private static let attributes: Set<String> = [
    "specversion", "id", "source", "type", "time", "sequence", "data", "subject", "datacontenttype", "dataschema",
    "data_base64",
  ]

  static func event(_ value: JSONValue) -> FeedEvent {
    guard case .object(let members) = value else {
      var text = JSONWriter()
      text.value(value)
      let raw = String(decoding: text.bytes.prefix(10_000), as: UTF8.self)
      return FeedEvent(faults: [FieldError("", "TYPE", "an event is an object")], raw: raw)
    }
    var event = FeedEvent()
    event.id = text(value, "id", &event.faults) ?? ""
    event.source = text(value, "source", &event.faults) ?? ""
    event.type = text(value, "type", &event.faults) ?? ""
    event.time = text(value, "time", &event.faults)
    event.sequence = text(value, "sequence", &event.faults)
    check(version: text(value, "specversion", &event.faults), &event)
    if value["data_base64"] != nil { event.faults.append(FieldError("data_base64", "DATA_FORM", "data is to be JSON")) }
    check(contentType: text(value, "datacontenttype", &event.faults), &event)
    // Extensions are scalars by the specification; an object here is a misplaced `data`.
    for member in members where !attributes.contains(member.name) {
      switch member.value {
      case .array, .object:
        event.faults.append(FieldError(String(member.name.prefix(64)), "TYPE", "an extension is no object or array"))
      default: break
      }
    }
    read(data: value["data"], into: &event)
    return event
  }

  private static func text(_ value: JSONValue, _ name: String, _ faults: inout [FieldError]) -> String? {
    switch value[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default:
      faults.append(FieldError(name, "TYPE", "a string is expected"))
      return nil
    }
  }

  private static func check(version: String?, _ event: inout FeedEvent) {
    if version == nil, event.faults.allSatisfy({ $0.field != "specversion" }) {
      event.faults.append(FieldError("specversion", .required))
    } else if let version, version != "1.0" {
      event.faults.append(FieldError("specversion", "VERSION_UNKNOWN", "this is not CloudEvents 1.0"))
    }
  }

  private static func check(contentType: String?, _ event: inout FeedEvent) {
    guard let type = contentType?.split(separator: ";").first?.lowercased() else { return }
    if type != "application/json", !type.hasSuffix("+json") {
      event.faults.append(FieldError("datacontenttype", "DATA_FORM", "data is to be JSON"))
    }
  }

  // MARK: Data

  private static func read(data: JSONValue?, into event: inout FeedEvent) {
    guard let data, data != .null else {
      event.faults.append(FieldError("data", .required))
      return
    }
    guard case .object(let members) = data else {
      event.faults.append(FieldError("data", "TYPE", "data is an object of fields"))
      return
    }
    for member in members {
      let name = String(member.name.prefix(64))
      switch member.value {
      case .null: event.cleared.append(name)
      case .string(let text):
        if text.utf8.count > 10_000 { event.faults.append(FieldError(name, .tooLong)) } else { event.data[name] = text }
      case .number(let text): event.data[name] = text
      case .bool(let flag): event.data[name] = flag ? "1" : "0"
      case .object: read(amount: member.value, name, into: &event)
      case .array: event.faults.append(FieldError(name, "TYPE", "a field is no array"))
      }
    }
  }

  /// `{"fen": 86000, "currency": "CNY"}`, as elsewhere in this API.
  private static func read(amount value: JSONValue, _ name: String, into event: inout FeedEvent) {
    do {
      var fields = try JSONFields(.object([.init(name: name, value: value)]))
      let money = fields.money(name)
      try fields.finish()
      if let money { event.data[name] = money.yuan }
    } catch let error as AppError {
      event.faults += error.fields
    } catch {
      event.faults.append(FieldError(name, .moneyInvalid))
    }
  }

  // MARK: Binary

  private static func binary(_ call: Call) async throws -> FeedEvent {
    let headers = call.request.headers
    func header(_ name: HTTPField.Name) -> String? { headers[name].map(decoded) }
    var event = FeedEvent(
      id: header(.ceID) ?? "", source: header(.ceSource) ?? "", type: header(.ceType) ?? "",
      time: header(.ceTime), sequence: header(.ceSequence))
    check(version: headers[.ceSpecVersion], &event)
    let body = try await call.body()
    read(data: body.isEmpty ? nil : try JSONValue.parse(body), into: &event)
    return event
  }

  /// Header values are percent-encoded UTF-8.
  private static func decoded(_ text: String) -> String {
    guard text.utf8.contains(0x25) else { return text }
    return FormFields("v=\(text.replacing("+", with: "%2B").replacing("&", with: "%26"))").raw("v") ?? text
  }
}

extension HTTPField.Name {
  private static func ce(_ name: String) -> HTTPField.Name { HTTPField.Name("ce-\(name)") ?? .ifMatch }
  static let ceSpecVersion = ce("specversion")
  static let ceID = ce("id")
  static let ceSource = ce("source")
  static let ceType = ce("type")
  static let ceTime = ce("time")
  static let ceSequence = ce("sequence")
}

extension JSONWriter {
  /// A parsed value as it was.
  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .number(let text): raw(text.utf8)
    case .string(let text): string(text)
    case .array(let elements): array(elements) { $0.value($1) }
    case .object(let members):
      object { json in
        for member in members {
          json.key(named: member.name)
          json.value(member.value)
        }
      }
    }
  }
}
