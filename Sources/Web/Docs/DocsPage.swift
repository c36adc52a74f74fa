/// The API's contract for reading: every address with what it takes and answers, then every record. What stands in
/// `openapi.yaml` is English. Template: `docs/show`.
package struct DocsPage: Page {
  package static let template = "docs/show"
  package let title: String
  package let intro: [DocsText]
  package let groups: [DocsGroup]
  package let records: [DocsRecord]
  package static let tags: Tags<DocsPage> = [
    "title": .text(\.title), "intro": .rows(\.intro), "groups": .rows(\.groups), "records": .rows(\.records),
  ]
  package static let sample = DocsPage(
    title: "Anban", intro: [DocsText("Sign every request with a bearer token.")],
    groups: [
      DocsGroup(
        name: "customers", text: "People.",
        operations: [
          DocsOperation(
            anchor: "readCustomer", method: "GET", path: "/api/v1/customers/{id}", summary: "One customer.",
            text: [DocsText("Its own data.")], parameters: DocsField.samples,
            body: DocsType("CustomerEdit", "#CustomerEdit"),
            answers: [
              DocsAnswer(status: "200", text: "The customer.", type: DocsType("Customer", "#Customer")),
              DocsAnswer(status: "404", text: "Not there.", type: nil),
            ])
        ])
    ], records: [DocsRecord(name: "Customer", text: "A person.", values: "male · female", fields: DocsField.samples)])
}

package struct DocsText: Part {
  package let text: String
  init(_ text: String) { self.text = text }
  package static let tags: Tags<DocsText> = ["text": .text(\.text)]
}

package struct DocsGroup: Part {
  package let name, text: String
  package let operations: [DocsOperation]
  package static let tags: Tags<DocsGroup> = [
    "name": .text(\.name), "text": .text(\.text), "operations": .rows(\.operations),
  ]
}

package struct DocsOperation: Part {
  package let anchor, method, path, summary: String
  package let text: [DocsText]
  package let parameters: [DocsField]
  package let body: DocsType?
  package let answers: [DocsAnswer]
  package static let tags: Tags<DocsOperation> = [
    "anchor": .text(\.anchor), "method": .text(\.method), "path": .text(\.path), "summary": .text(\.summary),
    "text": .rows(\.text), "parameters": .rows(\.parameters), "hasParameters": .flag { !$0.parameters.isEmpty },
    "body": .part(\.body), "answers": .rows(\.answers),
  ]
}

/// A type's name, and where it is described if it is.
package struct DocsType: Part {
  package let name: String
  package let href: String?
  init(_ name: String, _ href: String? = nil) {
    self.name = name
    self.href = href
  }
  package static let tags: Tags<DocsType> = ["name": .text(\.name), "href": .text(\.href)]
}

package struct DocsField: Part {
  package let name: String
  package let place: String?
  package let type: DocsType
  package let isRequired: Bool
  package let text: String?
  package static let tags: Tags<DocsField> = [
    "name": .text(\.name), "place": .text(\.place), "type": .part(\.type), "isRequired": .flag(\.isRequired),
    "text": .text(\.text),
  ]
  static let samples = [
    DocsField(name: "id", place: "path", type: DocsType("CustomerID", "#CustomerID"), isRequired: true, text: "Whose."),
    DocsField(name: "limit", place: nil, type: DocsType("integer"), isRequired: false, text: nil),
  ]
}

package struct DocsAnswer: Part {
  package let status, text: String
  package let type: DocsType?
  package static let tags: Tags<DocsAnswer> = [
    "status": .text(\.status), "text": .text(\.text), "type": .part(\.type),
  ]
}

package struct DocsRecord: Part {
  package let name: String
  package let text: String?
  /// The values of an enumeration, or the form of a text.
  package let values: String?
  package let fields: [DocsField]
  package static let tags: Tags<DocsRecord> = [
    "name": .text(\.name), "text": .text(\.text), "values": .text(\.values), "fields": .rows(\.fields),
    "hasFields": .flag { !$0.fields.isEmpty },
  ]
}
