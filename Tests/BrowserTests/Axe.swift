import Foundation
import Testing

/// The accessibility check: axe-core, which bin/test fetches into .tools.
enum Axe {
  private static let source: String? = try? String(
    contentsOf: Anban.root.appending(path: ".tools/axe.min.js"), encoding: .utf8)

  /// Serious and critical findings of the page that is open, one a line.
  static func findings(_ browser: Browser) async throws -> [String] {
    guard let source else { throw Browser.Failed(description: "there is no .tools/axe.min.js: run bin/test once") }
    try await browser.script(source + "\nreturn true;")
    let result = try await browser.asyncScript(
      """
      const done = arguments[arguments.length - 1];
      axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations
        .filter(v => v.impact === 'serious' || v.impact === 'critical')
        .map(v => v.id + ': ' + v.help + ' — ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))),
        e => done(['axe failed: ' + e]));
      """)
    return result.list.compactMap(\.text)
  }
}
