import Kernel

/// What may be wrong with a condition: stable codes for programs, words for people in `strings/<language>/codes.json`.
package enum ConditionCode: String, CaseIterable, Sendable {
  case malformed = "CONDITION_MALFORMED"
  case unknownField = "UNKNOWN_FIELD"
  case empty = "CONDITION_EMPTY"
  case tooDeep = "CONDITION_DEPTH"
  case tooManyParts = "CONDITION_PARTS"
  case tooManyValues = "CONDITION_VALUES"
  case factUnknown = "FACT_UNKNOWN"
  case factWalled = "FACT_WALLED"
  case factPurpose = "FACT_PURPOSE"
  case factScope = "FACT_SCOPE"
  case operatorUnknown = "OPERATOR_UNKNOWN"
  case operatorType = "OPERATOR_TYPE"
  case value = "CONDITION_VALUE"

  package var message: String {
    switch self {
    case .malformed: "a condition is {\"all\": […]}, {\"any\": […]} or {\"fact\", \"op\", \"value\"}"
    case .unknownField: "no such member"
    case .empty: "at least one part is expected"
    case .tooDeep: "nested deeper than \(ConditionBounds.depth)"
    case .tooManyParts: "more than \(ConditionBounds.parts) parts"
    case .tooManyValues: "more than \(ConditionBounds.codes) values"
    case .factUnknown: "no such fact"
    case .factWalled: "the law keeps this fact out of every condition"
    case .factPurpose: "this fact may not be asked for this purpose"
    case .factScope: "the caller lacks the scope for this fact"
    case .operatorUnknown: "no such operator"
    case .operatorType: "this fact does not bear this operator"
    case .value: "not a value that this operator takes"
    }
  }

  package func error(_ field: String, _ more: String = "") -> FieldError {
    FieldError(field, rawValue, more.isEmpty ? message : "\(message): \(more)")
  }
}
