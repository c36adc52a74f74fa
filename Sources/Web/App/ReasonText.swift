import Insurer
import Kernel

/// Why a rule said so, as people read it: the sentence of `strings/reasons.json` with the facts that were used.
struct ReasonText {
  let format: Format

  func text(_ reason: Reason) -> String {
    let sentence = format.words.of("reasons", reason.rule) ?? reason.rule
    let filled = Words.fill(sentence) { name in reason.facts.first { $0.key == name }.map { value($0.value) } }
    guard let citation = reason.citation else { return filled }
    let words = format.words
    let source = words.of("instruments", citation.instrument) ?? citation.instrument
    let article = citation.article.isEmpty ? "" : words.fill("reasons.article", citation.article)
    return words.fill("reasons.by", filled, "\(source)\(article)")
  }

  private func value(_ value: Reason.Value) -> String {
    switch value {
    case .day(let day): format.day(day)
    case .number(let number): format.number(number)
    case .money(let money): format.money(money)
    case .code(let code): format.words.of("reasons", "code.\(code)") ?? code
    }
  }
}
