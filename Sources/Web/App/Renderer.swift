import Foundation
import Kernel

/// The templates of every page, compiled once for each language when the server starts: a fault in one of them
/// stops the start and names file and line.
package final class Renderer: Sendable {
  package let words: [Language: Words]
  package let assets: Assets
  private let pages: [Language: [ObjectIdentifier: any CompiledPage]]
  private let shells: [Language: Compiled<Shell>]
  /// What the templates use, for the contract tests.
  let used: Set<String>

  package static let resources: URL = Bundle.module.bundleURL.appendingPathComponent("Resources")

  package init(resources: URL = Renderer.resources, pages types: [any Page.Type] = Pages.all) throws {
    let words = try Words.load(from: resources.appendingPathComponent("strings"))
    let assets = try Assets(directory: resources.appendingPathComponent("public"))
    let sources = try Renderer.parse(resources.appendingPathComponent("templates"))
    var pages: [Language: [ObjectIdentifier: any CompiledPage]] = [:]
    var shells: [Language: Compiled<Shell>] = [:]
    var used: Set<String> = []
    for (language, words) in words {
      let compiler = TemplateCompiler(sources: sources, words: words, assets: assets)
      var compiled: [ObjectIdentifier: any CompiledPage] = [:]
      for type in types { compiled[ObjectIdentifier(type)] = try Renderer.compile(type, with: compiler) }
      pages[language] = compiled
      shells[language] = Compiled(write: try compiler.compile(template: Shell.template, as: Shell.self))
      used.formUnion(compiler.used)
    }
    self.words = words
    self.assets = assets
    self.pages = pages
    self.shells = shells
    self.used = used
  }

  private static func compile<P: Page>(_ type: P.Type, with compiler: TemplateCompiler) throws -> any CompiledPage {
    Compiled<P>(write: try compiler.compile(template: type.template, as: type))
  }

  private static func parse(_ directory: URL) throws -> [String: [TemplateNode]] {
    var sources: [String: [TemplateNode]] = [:]
    let walk = FileManager.default.enumerator(atPath: directory.path)
    while let path = walk?.nextObject() as? String {
      guard path.hasSuffix(".mustache") else { continue }
      let name = String(path.dropLast(".mustache".count))
      let text = try String(contentsOf: directory.appendingPathComponent(path), encoding: .utf8)
      sources[name] = try TemplateParser.parse(text, named: name)
    }
    return sources
  }

  /// A page or fragment alone.
  package func render<P: Page>(_ page: P, in language: Language) throws -> [UInt8] {
    guard let compiled = pages[language]?[ObjectIdentifier(P.self)] as? Compiled<P> else {
      throw AppError.broken("the page \(P.self) is not in Pages.all")
    }
    var out = Output()
    compiled.write(page, &out)
    return out.bytes
  }

  /// A page inside the shell.
  package func render<P: Page>(_ page: P, in shell: Shell, language: Language) throws -> [UInt8] {
    guard let frame = shells[language] else { throw AppError.broken("no shell in \(language.rawValue)") }
    var shell = shell
    shell.content = try render(page, in: language)
    var out = Output(capacity: shell.content.count + 16_384)
    frame.write(shell, &out)
    return out.bytes
  }
}

private protocol CompiledPage: Sendable {}
private struct Compiled<P: Part>: CompiledPage {
  let write: Tag<P>.Write
}
