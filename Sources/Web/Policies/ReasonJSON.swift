import Insurer
import Kernel

/// Why a rule said so, for programs: its key, the article, and the facts it used.
enum ReasonJSON {
  /// The instrument and its article.
  static func text(_ citation: Citation) -> String {
    citation.article.isEmpty ? citation.instrument : "\(citation.instrument) \(citation.article)"
  }

  static func write(_ reason: Reason, to json: inout JSONWriter) {
    json.field("rule", reason.rule)
    json.field("citation", reason.citation.map(text))
    guard !reason.facts.isEmpty else { return }
    json.object("facts") { json in
      for fact in reason.facts {
        switch fact.value {
        case .day(let day): json.field(named: fact.key, day.description)
        case .number(let number): json.field(named: fact.key, String(number))
        case .money(let money): json.field(named: fact.key, money.yuan)
        case .code(let code): json.field(named: fact.key, code)
        }
      }
    }
  }
}
