import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/products`.
enum ProductAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/products", scope: .read(.product), for: .nobody) { call in
      var query = try call.strictQuery()
      let page = query.page(parts: 1)
      let line = query.code("line", as: Line.self)
      try query.finish()
      let products = try await call.read { tx in
        try Products.list(after: page.after?[0] ?? "", line: line, limit: page.limit + 1, in: tx)
      }
      let (items, next) = page.cut(products) { [$0.code] }
      return JSONWriter.page(items, next: next) { write($1, to: &$0) }
    }
    routes.api(.get, "/products/{code}", scope: .read(.product), for: .nobody) { call in
      try call.noQuery()
      let code = try call.key("code")
      let product = try await call.read { tx in try tx.fetch(Products.byCodes([code])) }.first
      guard let product else { throw AppError.notFound("product") }
      return JSONWriter.record { write(product, to: &$0) }.response()
    }
  }

  private static func write(_ product: Product, to json: inout JSONWriter) {
    json.field("code", product.code)
    json.field("name", product.name)
    json.field("line", product.line)
    json.field("kind", product.kind)
    json.field("term", product.term)
    json.field("waiting_days", product.waitingDays)
    json.field("cooling_off_days", product.coolingOffDays)
    json.field("guaranteed_renewable", product.guaranteedRenewable)
    json.field("filed_name", product.filedName)
  }
}
