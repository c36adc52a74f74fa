import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// `/customers`: search, filters, four sorts, pages by key.
enum CustomerListPages {
  private static let pageSize = 20

  static func list(_ call: Call) async throws -> Response {
    let needs = try call.access.needs
    let query = try CustomerQuery(call.query, needs)
    var fault: String?
    if let input = FilterInput(call.query) {
      do {
        let condition = try input.added(to: query.condition)
        return call.redirect("/customers" + call.query.with(FilterBuilder.cleared(["filter": condition.json])))
      } catch let error as AppError where error.kind == .invalid {
        fault = error.fields.first.map { call.words.fill("conditions.wrong", call.words.fault($0)) }
      }
    }
    let after = call.query["after"]
    let isFresh = try await query.freshened(call.site.database)
    let (page, agent, views) = try await call.read { tx in
      let agent = try query.filter.agent.map { try tx.fetch(Staff.names([$0.raw]))[$0.raw] ?? "" }
      return (try query.page(after: after, limit: pageSize, in: tx), agent, try Views.all(in: tx))
    }
    let chips = CustomerResults.chips(query, agent: agent, call)
    let results = CustomerResults(page, chips: chips, needs, isFresh: isFresh, call)
    if call.wantsFragment { return try call.fragment(results) }
    let builder = try FilterBuilder(query.condition, views: views, error: fault, call)
    let result = CustomersPage(results, query, builder, agent: agent, needs, call)
    return try call.page(result, title: call.words["customers.title"], section: .customers, query: query.text ?? "")
  }
}

extension CustomersPage {
  /// - Parameter needs: what is not shown is not asked by either.
  init(
    _ results: CustomerResults, _ asked: CustomerQuery, _ builder: FilterBuilder, agent: String?, _ needs: Needs,
    _ call: Call
  ) {
    let words = call.words
    let filter = asked.filter
    func options<Value: Coded>(_ all: String, of field: String, _ chosen: Value?) -> [SelectOption] {
      guard needs.shows(field) else { return [] }
      return [SelectOption("", words[all])]
        + Value.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == chosen) }
    }
    let query = call.query.with(FilterBuilder.cleared())
    self.init(
      query: asked.text ?? "", line: options("customers.allLines", of: "lines", filter.line),
      status: options("customers.allStatus", of: "relation", filter.relation),
      stage: options("customers.allStages", of: "stages", filter.stage),
      agent: filter.agent.map {
        [SelectOption("\($0)", agent ?? "", isSelected: true), SelectOption("", words["customers.allAgents"])]
      } ?? [], since: filter.since?.day.description,
      condition: asked.condition?.json, builder: builder,
      sort: CustomerSort.allCases.filter { $0.field.map(needs.shows) ?? true }.map {
        SelectOption($0.rawValue, words["customers.sort.\($0.rawValue)"], isSelected: $0 == asked.sort)
      }, results: results,
      exportHref: "/customers/export\(query)",
      canCreate: call.may(.write(.customer)), canImport: call.may(.write(.import)),
      columns: Preferences.columns.map { name in
        SelectOption(
          name, words["customers.column.\(name)"], isSelected: !call.visit.preferences.hiddenColumns.contains(name))
      }, csrf: call.csrf)
  }
}

extension CustomerSort {
  /// What an order tells of each person beside the name and the record's age.
  fileprivate var field: String? {
    switch self {
    case .latest: "latest_at"
    case .due: "next_due_on"
    case .pinyin, .created: nil
    }
  }
}

extension CustomerResults {
  /// The columns by the field each shows.
  private static let fields = [
    "state": "relation", "mobile": "mobile", "lines": "lines", "due": "next_due_on", "latest": "latest_at",
  ]

  /// The filters as a sentence; each chip's link takes it away.
  static func chips(_ query: CustomerQuery, agent: String?, _ call: Call) -> [Choice] {
    let words = call.words
    let filter = query.filter
    func chip(_ name: String, _ label: String) -> Choice {
      Choice(label, "/customers" + call.query.with([name: nil, "after": nil]))
    }
    return [
      query.text.map { chip("q", words.fill("customers.chip.q", $0)) },
      filter.line.map { chip("line", words.fill("customers.chip.line", words.label($0))) },
      filter.relation.map { chip("status", words.fill("customers.chip.status", words.label($0))) },
      filter.stage.map { chip("stage", words.fill("customers.chip.stage", words.label($0))) },
      agent.map { chip("agent", words.fill("customers.chip.agent", $0)) },
      filter.since.map { chip("since", words.fill("customers.chip.since", call.format.day($0.day))) },
    ].compactMap { $0 } + conditionChips(query.condition, call)
  }

  /// A part of the filter each; of those of which any is enough, all but the first say «or».
  private static func conditionChips(_ condition: Condition?, _ call: Call) -> [Choice] {
    guard let condition else { return [] }
    let sentence = ConditionSentence(call.format)
    return condition.items.enumerated().map { place, item in
      let text = sentence.text(item)
      let rest = condition.without(place)?.json
      return Choice(
        place > 0 && condition.isAny ? "\(call.words["conditions.or"]) \(text)" : text,
        "/customers" + call.query.with(FilterBuilder.cleared(["filter": rest])))
    }
  }

  init(_ page: CustomerPage, chips: [Choice], _ needs: Needs, isFresh: Bool, _ call: Call) {
    let words = call.words
    let empties = CustomerResults.fields.filter { !needs.shows($0.value) }.keys.sorted()
    let isEmpty = page.rows.isEmpty && page.next == nil
    let isSearch = call.query["q"] != nil
    let isFirst = call.query["after"] == nil
    let summary = page.count.map { count in
      count.isExact
        ? words.fill("customers.count", call.format.number(count.value))
        : words.fill("customers.countMore", call.format.number(count.value))
    }
    let empty = Empty(
      icon: "customers", title: words[isSearch ? "customers.noneFound" : "customers.emptyTitle"],
      text: words[isSearch ? "customers.noneFoundText" : "customers.emptyText"],
      action: call.may(.write(.customer)) ? Link(words["customers.new"], "/customers/new") : nil)
    self.init(
      chips: chips, rows: page.rows.map { CustomerRow($0, call.format) },
      pager: Pager(
        summary: summary ?? "", nextHref: page.next.map { "/customers" + call.query.with(["after": $0]) },
        firstHref: isFirst ? nil : "/customers" + call.query.with(["after": nil])), empty: isEmpty ? empty : nil,
      note: page.stoppedEarly
        ? words["customers.stoppedEarly"]
        : isSearch && page.count.map { !$0.isExact } ?? false
          ? words["customers.tooMany"] : isFresh ? nil : words["conditions.behind"],
      hidden: (call.visit.preferences.hiddenColumns + empties).map { "no-\($0)" }.joined(separator: " "))
  }
}
