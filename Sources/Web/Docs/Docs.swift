import HTTPTypes
import Hummingbird
import NIOCore

/// `/openapi.json` for programs and `/docs` for people; both are open, for they name nobody.
enum Docs {
  static func routes(_ routes: Routes) {
    routes.open(.get, "/openapi.json") { _ in
      Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try Contract.shared.get().json)))
    }
    routes.open(.get, "/docs") { call in
      let page = ContractReading(contract: try Contract.shared.get()).page
      return try call.page(page, title: call.words["docs.title"], section: nil)
    }
  }
}
