/// Turns the contract into what the page of documentation shows.
struct ContractReading {
  let contract: Contract

  private var root: JSONValue { contract.document }

  var page: DocsPage {
    DocsPage(
      title: root["info"]?["title"]?.text ?? "", intro: paragraphs(root["info"]?["description"]),
      groups: (root["tags"]?.elements ?? []).map(group),
      records: (root["components"]?["schemas"]?.members ?? []).map { record($0.name, $0.value) })
  }

  private func group(_ tag: JSONValue) -> DocsGroup {
    let name = tag["name"]?.text ?? ""
    let verbs = ["get", "post", "put", "patch", "delete"]
    var operations: [DocsOperation] = []
    for path in root["paths"]?.members ?? [] {
      for member in path.value.members
      where verbs.contains(member.name) && member.value["tags"]?.elements.first?.text == name {
        operations.append(operation(path.name, path.value, member.name, member.value))
      }
    }
    return DocsGroup(name: name, text: tag["description"]?.prose ?? "", operations: operations)
  }

  private func operation(
    _ path: String, _ common: JSONValue, _ verb: String, _ operation: JSONValue
  ) -> DocsOperation {
    let parameters = (common["parameters"]?.elements ?? []) + (operation["parameters"]?.elements ?? [])
    return DocsOperation(
      anchor: operation["operationId"]?.text ?? "", method: verb.uppercased(), path: path,
      summary: operation["summary"]?.prose ?? "", text: paragraphs(operation["description"]),
      parameters: parameters.map(resolved).map(parameter),
      body: (operation["requestBody"]?["content"]?.members.first?.value["schema"]).map(type),
      answers: (operation["responses"]?.members ?? []).map { answer($0.name, resolved($0.value)) })
  }

  private func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.text else { return value }
    return contract.target(reference) ?? value
  }

  private func parameter(_ value: JSONValue) -> DocsField {
    DocsField(
      name: value["name"]?.text ?? "", place: value["in"]?.text, type: type(value["schema"] ?? .null),
      isRequired: value["required"] == .bool(true), text: value["description"]?.prose)
  }

  private func answer(_ status: String, _ value: JSONValue) -> DocsAnswer {
    DocsAnswer(
      status: status, text: value["description"]?.prose ?? "",
      type: (value["content"]?.members.first?.value["schema"]).map(type))
  }

  private func record(_ name: String, _ schema: JSONValue) -> DocsRecord {
    let parts = [schema] + (schema["allOf"]?.elements ?? []).map(resolved)
    let required = parts.flatMap { $0["required"]?.elements ?? [] }.compactMap(\.text)
    let fields = parts.flatMap { $0["properties"]?.members ?? [] }.map { member in
      DocsField(
        name: member.name, place: nil, type: type(member.value), isRequired: required.contains(member.name),
        text: member.value["description"]?.prose)
    }
    let values = schema["enum"]?.elements.compactMap(\.text).joined(separator: " · ")
    return DocsRecord(
      name: name, text: schema["description"]?.prose, values: values ?? schema["pattern"]?.text, fields: fields)
  }

  /// A type in a few words: a record's name, `array of Stage`, `string date`.
  private func type(_ schema: JSONValue) -> DocsType {
    if let reference = schema["$ref"]?.text, let name = reference.split(separator: "/").last {
      return DocsType(String(name), "#\(name)")
    }
    if let element = schema["items"] {
      let inner = type(element)
      return DocsType("array of \(inner.name)", inner.href)
    }
    if let items = schema["properties"]?["items"] { return type(items) }
    if let values = schema["enum"]?.elements.compactMap(\.text), !values.isEmpty {
      return DocsType(values.joined(separator: " · "))
    }
    if let first = (schema["anyOf"] ?? schema["allOf"])?.elements.first { return type(first) }
    let kinds = schema["type"]?.text.map { [$0] } ?? schema["type"]?.elements.compactMap(\.text) ?? []
    return DocsType((kinds + [schema["format"]?.text].compactMap { $0 }).joined(separator: " "))
  }

  private func paragraphs(_ value: JSONValue?) -> [DocsText] {
    (value?.text ?? "").split(separator: "\n\n").map { paragraph in
      DocsText(paragraph.split(separator: "\n").joined(separator: " ").replacing("`", with: ""))
    }
  }
}

extension JSONValue {
  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The same without Markdown's marks of code, for pages.
  var prose: String? { text?.replacing("`", with: "") }

  var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  var members: [Member] {
    guard case .object(let members) = self else { return [] }
    return members
  }
}
