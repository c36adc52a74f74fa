import HTTPTypes
import Hummingbird
import NIOCore

/// `/public/…`: named with their digest they are kept for good, else asked for again by their tag.
enum StaticFiles {
  static func routes(_ routes: Routes) {
    routes.open(.get, "/public/**") { call in try answer(call) }
    routes.open(.get, "/favicon.ico") { _ in
      Response(status: .movedPermanently, headers: [.location: "/public/mark.svg"])
    }
  }

  private static func answer(_ call: Call) throws -> Response {
    let path = String(call.request.uri.path.dropFirst("/public/".count))
    guard let file = call.site.renderer.assets.files[path] else { throw HTTPError(.notFound) }
    let tag = "\"\(file.digest)\""
    let isVersioned = call.query["v"] == file.digest
    var headers: HTTPFields = [
      .contentType: file.contentType, .eTag: tag, .vary: "Accept-Encoding",
      .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "public, max-age=300",
    ]
    if call.request.headers[.ifNoneMatch]?.contains(tag) == true {
      return Response(status: .notModified, headers: headers)
    }
    if let gzipped = file.gzipped, call.request.headers[.acceptEncoding]?.contains("gzip") == true {
      headers[.contentEncoding] = "gzip"
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: gzipped)))
    }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }
}
