import Foundation
import Kernel
import Yams

/// `openapi.yaml`, the API's contract, read once: served as JSON and shown as a page. It is kept by hand; tests hold
/// it against the routes and their answers.
package struct Contract: Sendable {
  /// `/openapi.json`, members in the order in which they are written.
  package let json: [UInt8]
  let document: JSONValue

  /// - Throws: `AppError.broken` when the file is not beside the program, or is no YAML of an object.
  package static func load() throws -> Contract {
    guard let url = Bundle.module.url(forResource: "Resources/openapi", withExtension: "yaml") else {
      throw AppError.broken("openapi.yaml is not beside the program")
    }
    guard let node = try Yams.compose(yaml: try String(contentsOf: url, encoding: .utf8)) else {
      throw AppError.broken("openapi.yaml is empty")
    }
    var json = JSONWriter(capacity: 1 << 17)
    try write(node, to: &json)
    return Contract(json: json.bytes, document: try JSONValue.parse(json.bytes))
  }

  /// Read when it is first asked for: starting does not wait for it.
  static let shared = Result { try load() }

  private static func write(_ node: Node, to json: inout JSONWriter) throws {
    if let members = node.mapping {
      try json.object { json in
        for (name, value) in members {
          json.key(named: name.string ?? "")
          try write(value, to: &json)
        }
      }
    } else if let elements = node.sequence {
      try json.array(elements) { json, element in try write(element, to: &json) }
    } else {
      writeScalar(node, to: &json)
    }
  }

  private static func writeScalar(_ node: Node, to json: inout JSONWriter) {
    switch node.any {
    case let flag as Bool: json.bool(flag)
    case let number as Int: json.int(Int64(number))
    case is NSNull: json.null()
    default: json.string(node.string ?? "")
    }
  }
}

extension Contract {
  /// What a `$ref` within the contract names.
  func target(_ reference: String) -> JSONValue? {
    var value: JSONValue? = document
    for name in reference.split(separator: "/").dropFirst() { value = value?[String(name)] }
    return reference.hasPrefix("#/") ? value : nil
  }
}
