import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestKit
import Testing

@testable import Web

/// Holds an answer against `openapi.yaml`: its status is described for the operation, its body has the schema.
struct ContractCheck {
  let contract: Contract

  init() throws { contract = try Contract.load() }

  /// The described operation that an address belongs to.
  private func operation(_ method: String, _ address: String) -> JSONValue? {
    let path = address.prefix { $0 != "?" }.split(separator: "/")
    let paths = contract.document["paths"]?.members ?? []
    let match = paths.first { item in
      let parts = item.name.split(separator: "/")
      return parts.count == path.count
        && zip(parts, path).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
    return match?.value[method.lowercased()]
  }

  /// What is wrong with an answer; empty when it is as described.
  func faults(_ method: String, _ address: String, _ answer: TestResponse) -> [String] {
    guard let operation = operation(method, address) else { return ["\(method) \(address) is not described"] }
    guard let described = operation["responses"]?["\(answer.status.code)"] else {
      return ["\(method) \(address) answered \(answer.status.code), which is not described"]
    }
    let response = resolved(described)
    guard let content = response["content"]?.members.first else { return [] }
    let type = answer.headers[.contentType]?.prefix { $0 != ";" }
    guard type.map(String.init) == content.name else { return ["\(address) answered \(type ?? "no type")"] }
    guard content.name.hasSuffix("json"), let schema = content.value["schema"] else { return [] }
    guard let body = try? JSONValue.parse(Array(answer.body.readableBytesView)) else { return ["the body is no JSON"] }
    return faults(body, schema, "body")
  }

  private func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.text else { return value }
    return contract.target(reference) ?? .null
  }

  private func faults(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    let schema = resolved(schema)
    var faults: [String] = []
    for part in schema["allOf"]?.elements ?? [] { faults += self.faults(value, part, place) }
    if let choices = schema["enum"]?.elements, !choices.contains(value) { faults.append("\(place) is \(value)") }
    let kinds = schema["type"]?.text.map { [$0] } ?? schema["type"]?.elements.compactMap(\.text) ?? []
    if !kinds.isEmpty, !kinds.contains(where: { ContractCheck.isKind(value, $0) }) {
      return faults + ["\(place) is no \(kinds.joined(separator: " or "))"]
    }
    if let pattern = schema["pattern"]?.text, let text = value.text, let regex = try? Regex(pattern),
      text.firstMatch(of: regex) == nil
    {
      faults.append("\(place) \(text) is not of its form")
    }
    if case .array(let elements) = value, let items = schema["items"] {
      for (index, element) in elements.enumerated() { faults += self.faults(element, items, "\(place)[\(index)]") }
    }
    return faults + memberFaults(value, schema, place)
  }

  private func memberFaults(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard case .object(let members) = value else { return [] }
    var faults: [String] = []
    for name in schema["required"]?.elements.compactMap(\.text) ?? [] where value[name] == nil {
      faults.append("\(place).\(name) is missing")
    }
    for member in members {
      if let described = schema["properties"]?[member.name] {
        faults += self.faults(member.value, described, "\(place).\(member.name)")
      } else if schema["additionalProperties"] == .bool(false) {
        faults.append("\(place).\(member.name) is not described")
      } else if let more = schema["additionalProperties"], more != .bool(true) {
        faults += self.faults(member.value, more, "\(place).\(member.name)")
      }
    }
    return faults
  }

  private static func isKind(_ value: JSONValue, _ kind: String) -> Bool {
    switch (value, kind) {
    case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"): true
    case (.number(let text), "integer"): Int64(text) != nil
    case (.number, "number"): true
    default: false
    }
  }
}
