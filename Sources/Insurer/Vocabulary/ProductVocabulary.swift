/// A product's line (险种), the six of `interface.md`.
package enum Line: String, Coded {
  case life
  case criticalIllness = "critical_illness"
  case medical, accident, annuity, education

  package var labels: Labels {
    switch self {
    case .life: Labels("寿险", "Life", ["人寿", "终身寿", "定期寿险"])
    case .criticalIllness: Labels("重疾", "Critical illness", ["重疾险", "重大疾病", "CI"])
    case .medical: Labels("医疗", "Medical", ["医疗险", "百万医疗"])
    case .accident: Labels("意外", "Accident", ["意外险", "意外伤害"])
    case .annuity: Labels("年金", "Annuity", ["年金险", "养老年金"])
    case .education: Labels("教育金", "Education", ["教育", "教育年金"])
    }
  }

  /// 险类: the class that a line belongs to.
  package var lineClass: LineClass {
    switch self {
    case .life, .education: .life
    case .criticalIllness, .medical: .health
    case .accident: .accident
    case .annuity: .annuity
    }
  }
}

/// A class of insurance (险类).
package enum LineClass: String, Coded {
  case life, health, accident, annuity

  package var labels: Labels {
    switch self {
    case .life: Labels("寿险", "Life", [])
    case .health: Labels("健康险", "Health", [])
    case .accident: Labels("意外险", "Accident", [])
    case .annuity: Labels("年金", "Annuity", [])
    }
  }
}

/// Whether a product stands alone or on a base cover.
package enum ProductKind: String, Coded {
  case base, rider

  package var labels: Labels {
    switch self {
    case .base: Labels("主险", "Base cover", ["基本险", "main"])
    case .rider: Labels("附加险", "Rider", ["附险", "附约"])
    }
  }
}
