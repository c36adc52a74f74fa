import Insurer
import Kernel

/// Facts of one group to choose from.
package struct FactChoices: Part {
  package let label: String
  package let options: [SelectOption]
  package static let tags: Tags<FactChoices> = ["label": .text(\.label), "options": .rows(\.options)]
}

/// A view that was kept, as a link; one's own can be removed.
package struct ViewLink: Part {
  package let label, href: String
  package let isCurrent: Bool
  package let removal: String?
  package let csrf: String
  package static let tags: Tags<ViewLink> = [
    "label": .text(\.label), "href": .text(\.href), "isCurrent": .flag(\.isCurrent), "removal": .text(\.removal),
    "csrf": .text(\.csrf),
  ]
}

/// How a list is narrowed by one more condition: first the fact, then how it is compared and with what.
package struct FilterBuilder: Part {
  /// The address's other fields, carried along: value and name.
  package let fields: [SelectOption]
  package let groups: [FactChoices]
  /// The chosen fact.
  package let picked, pickedName: String?
  package let operators, codes, flags: [SelectOption]
  package let takesValue, isRange: Bool
  package let hint, error: String?
  package let cancelHref: String
  /// Whether all or any have to hold, once there are two.
  package let joins: [Choice]
  package let views: [ViewLink]
  /// The address as it would be kept; nil when there is nothing to keep.
  package let kept: String?
  package let csrf: String

  package static let tags: Tags<FilterBuilder> = [
    "fields": .rows(\.fields), "groups": .rows(\.groups), "picked": .text(\.picked),
    "pickedName": .text(\.pickedName), "operators": .rows(\.operators), "codes": .rows(\.codes),
    "flags": .rows(\.flags),
    "takesValue": .flag(\.takesValue), "isRange": .flag(\.isRange), "hint": .text(\.hint), "error": .text(\.error),
    "cancelHref": .text(\.cancelHref), "joins": .rows(\.joins), "views": .rows(\.views), "kept": .text(\.kept),
    "csrf": .text(\.csrf),
  ]

  package static let sample = FilterBuilder(
    fields: [SelectOption("due", "sort")],
    groups: [FactChoices(label: "本人", options: [SelectOption("person.age", "年龄")])], picked: "person.sex",
    pickedName: "性别", operators: [SelectOption("in", "为其一", isSelected: true)],
    codes: [SelectOption("male", "男"), SelectOption("female", "女")], flags: [SelectOption("true", "是")],
    takesValue: true, isRange: true,
    hint: "元", error: "这个条件有问题", cancelHref: "/customers",
    joins: [Choice("全部满足", "?filter=1", isCurrent: true), Choice("任一满足", "?filter=2")],
    views: [
      ViewLink(
        label: "六十岁以上", href: "/customers?filter=1", isCurrent: true, removal: "/views/VW-1/removal", csrf: "token")
    ],
    kept: "sort=due", csrf: "token")
}

extension FilterBuilder {
  /// Names of the address that belong to the form that adds a condition.
  static let ownNames = ["pick", "op", "value", "value_to", "code"]
  static let kept = ["sort", "line", "status", "stage", "agent", "since", "filter"]

  static func cleared(_ more: [String: String?] = [:]) -> [String: String?] {
    var changes: [String: String?] = ["after": nil as String?]
    for name in ownNames { changes.updateValue(nil, forKey: name) }
    return changes.merging(more) { _, new in new }
  }

  init(_ condition: Condition?, views: [SavedView], error: String?, _ call: Call) throws {
    let words = call.words
    let sentence = ConditionSentence(call.format)
    let offered = FactCatalog.offered(for: try call.access)
    let fact = call.query["pick"].flatMap { key in offered.first { $0.key == key } }
    let op = call.query["op"]
    let current = Self.query(of: call)
    self.init(
      fields: (["q"] + Self.kept).compactMap { name in call.query[name].map { SelectOption($0, name) } },
      groups: FactGroup.allCases.compactMap { group in
        let facts = offered.filter { $0.group == group }
        guard !facts.isEmpty else { return nil }
        return FactChoices(
          label: words["facts.group.\(group.rawValue)"],
          options: facts.map { SelectOption($0.key, sentence.name($0.key)) })
      }, picked: fact?.key, pickedName: fact.map { sentence.name($0.key) },
      operators: fact.map(ConditionOperator.of)?.map {
        SelectOption($0.rawValue, words["conditions.operator.\($0.rawValue)"], isSelected: $0.rawValue == op)
      } ?? [], codes: fact.map { Self.codes(of: $0, sentence) } ?? [],
      flags: fact?.type == .flag
        ? ["true", "false"].map { SelectOption($0, words["conditions.flag.\($0)"]) } : [],
      takesValue: fact.map { $0.vocabulary == nil && $0.type != .flag } ?? false,
      isRange: fact.map { [.number, .money, .day].contains($0.type) } ?? false,
      hint: fact.flatMap { Self.hint($0, words) },
      error: error, cancelHref: "/customers" + call.query.with(Self.cleared()),
      joins: (condition?.items.count ?? 0) < 2
        ? []
        : [false, true].map { asAny in
          Choice(
            words[asAny ? "conditions.anyOf" : "conditions.allOf"],
            "/customers" + call.query.with(Self.cleared(["filter": condition?.joined(asAny: asAny).json])),
            isCurrent: condition?.isAny == asAny)
        },
      views: try views.map { view in
        let isOwn = view.owner == (try call.access.actor)
        return ViewLink(
          label: view.name, href: "/customers?\(view.query)", isCurrent: view.query == current,
          removal: isOwn ? "/views/\(view.id)/removal" : nil, csrf: call.csrf)
      }, kept: current.isEmpty || views.contains { $0.query == current } ? nil : current, csrf: call.csrf)
  }

  /// What is kept of an address: its filters and order, not what was searched for.
  static func query(of call: Call) -> String {
    var fields = FormFields()
    for name in kept { fields.set(name, call.query[name]) }
    return String(fields.with([:]).dropFirst())
  }

  private static func codes(of fact: Insurer.Fact, _ sentence: ConditionSentence) -> [SelectOption] {
    fact.vocabulary?.codes.map { SelectOption($0, sentence.label($0, of: fact)) } ?? []
  }

  private static func hint(_ fact: Insurer.Fact, _ words: Words) -> String? {
    switch fact.type {
    case .money: words["conditions.hintMoney"]
    case .day: words["conditions.hintDay"]
    case .birthday: words["conditions.hintWithin"]
    case .number where fact.change != nil: words["conditions.hintPercent"]
    default: nil
    }
  }
}
