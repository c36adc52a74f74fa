import Hummingbird
import Insurer
import Kernel
import Storage

/// Products: a list to look at. They come by import.
enum ProductPages {
  private static let pageSize = 100

  /// `20y` → `20 年`, `to60` → `至 60 岁`, `life` → `终身`; what insurers write otherwise stays as it is.
  static func term(_ text: String, _ words: Words) -> String {
    if text == "life" { return words["settings.terms.life"] }
    if text == "1y" { return words["settings.terms.year"] }
    if text.last == "y", let years = Int(text.dropLast()) { return words.fill("settings.terms.years", "\(years)") }
    if text.hasPrefix("to"), let age = Int(text.dropFirst(2)) { return words.fill("settings.terms.age", "\(age)") }
    return text
  }

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/products", needs: .read(.product), for: .nobody) { call in
      let after = call.query["after"] ?? ""
      let products = try await call.read { tx in try Products.list(after: after, limit: pageSize + 1, in: tx) }
      let shown = products.prefix(pageSize)
      let words = call.words
      let page = TablePage(
        title: words["settings.products"], lede: words["settings.productsLede"],
        headers: ["code", "name", "line", "kind", "term", "waiting_days", "cooling_off_days", "guaranteed_renewable"]
          .enumerated().map {
            Cell($1 == "name" ? words["settings.productName"] : words.field($1), isNumber: $0 == 5 || $0 == 6)
          },
        unlabelled: shown.map { product in
          TableRow(cells: [
            Cell(product.code), Cell(product.name), Cell(words.label(product.line)), Cell(words.label(product.kind)),
            Cell(product.term.map { ProductPages.term($0, words) } ?? ""),
            Cell(product.waitingDays.map(String.init) ?? "", isNumber: true),
            Cell(product.coolingOffDays.map(String.init) ?? "", isNumber: true),
            Cell(
              "", badge: product.guaranteedRenewable ? Badge(words["settings.yes"], tone: "good", icon: "check") : nil),
          ])
        },
        pager: Pager(
          summary: "",
          nextHref: products.count > pageSize ? "?after=\(FormFields.encode(shown.last?.code ?? ""))" : nil,
          firstHref: after.isEmpty ? nil : "/settings/products"),
        empty: shown.isEmpty
          ? Empty(icon: "product", title: words["settings.productsEmpty"], text: words["settings.productsEmptyText"])
          : nil)
      return try call.page(page, title: page.title, section: .settings)
    }
  }
}
