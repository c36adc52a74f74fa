/// One field of a form: label above, hint below it, error beside. Template: `shared/field`.
package struct Field: Part {
  package enum Control: Sendable { case input(type: String), select([SelectOption]), area, check }

  package let name, label, value: String
  package let control: Control
  package var hint, error, autocomplete: String?
  package var isRequired = false

  package init(
    _ name: String, _ label: String, _ value: String = "", control: Control = .input(type: "text"),
    hint: String? = nil, error: String? = nil, autocomplete: String? = nil, isRequired: Bool = false
  ) {
    self.name = name
    self.label = label
    self.value = value
    self.control = control
    self.hint = hint
    self.error = error
    self.autocomplete = autocomplete
    self.isRequired = isRequired
  }

  private var inputType: String? { if case .input(let type) = control { type } else { nil } }
  private var options: [SelectOption] { if case .select(let options) = control { options } else { [] } }
  private var isSelect: Bool { if case .select = control { true } else { false } }
  private var isArea: Bool { if case .area = control { true } else { false } }
  private var isCheck: Bool { if case .check = control { true } else { false } }
  private var isChecked: Bool { isCheck && !value.isEmpty }

  package static let tags: Tags<Field> = [
    "name": .text(\.name), "label": .text(\.label), "value": .text(\.value), "inputType": .text(\.inputType),
    "isSelect": .flag(\.isSelect), "isArea": .flag(\.isArea), "isCheck": .flag(\.isCheck),
    "isChecked": .flag(\.isChecked), "options": .rows(\.options), "hint": .text(\.hint), "error": .text(\.error),
    "autocomplete": .text(\.autocomplete), "isRequired": .flag(\.isRequired),
  ]
}

package struct SelectOption: Part {
  package let value, label: String
  package let isSelected: Bool

  package init(_ value: String, _ label: String, isSelected: Bool = false) {
    self.value = value
    self.label = label
    self.isSelected = isSelected
  }

  package static let tags: Tags<SelectOption> = [
    "value": .text(\.value), "label": .text(\.label), "isSelected": .flag(\.isSelected),
  ]
}

/// The list of faults above a form, each leading to its field. Template: `shared/faults`.
package struct Fault: Part {
  package let field, text: String

  package init(_ field: String, _ text: String) {
    self.field = field
    self.text = text
  }

  package static let tags: Tags<Fault> = ["field": .text(\.field), "text": .text(\.text)]
}
