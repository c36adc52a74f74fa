/// What a file of customers is wanted for, asked before it is made. Template: `consents/export`.
package struct CustomerExportPage: Page {
  package static let template = "consents/export"
  /// The list's filter, carried on.
  package let filter: [SelectOption]
  package let purposes: [SelectOption]
  package let cancelHref: String
  package static let tags: Tags<CustomerExportPage> = [
    "filter": .rows(\.filter), "purposes": .rows(\.purposes), "cancelHref": .text(\.cancelHref),
  ]
  package static let sample = CustomerExportPage(
    filter: [SelectOption("寿险", "line")],
    purposes: [SelectOption("contract", "合同服务：依合同或法律，无需同意"), SelectOption("marketing", "营销：只含已同意的人")],
    cancelHref: "/customers")
}
