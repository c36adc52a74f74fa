import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore
import Storage

/// `/healthz` alive, `/readyz` able to serve, `/metrics` for Prometheus. They name no person.
enum Health {
  static func routes(_ routes: Routes) {
    routes.open(.get, "/healthz") { _ in text("ok\n") }
    routes.open(.get, "/readyz") { call in
      _ = try await call.site.database.read(as: .system(purpose: .administration)) { tx in
        try tx.fetch(Accounts.find(name: "readyz"))
      }
      return text("ready\n")
    }
    routes.open(.get, "/metrics") { call in text(call.site.metrics.text()) }
  }

  private static func text(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
