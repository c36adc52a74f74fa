import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

extension APIWorld {
  /// Somebody of a role, signed in through the form.
  func browser(_ role: Role, staff number: String? = nil) async throws -> WebWorld.Browser {
    let name = "\(role.rawValue)-\(number?.lowercased() ?? "page")"
    try await web.account(name, role, staff: number.flatMap { staff[$0] })
    return try await web.signIn(name)
  }
}

extension WebWorld.Browser {
  /// A page that has to be there, in English.
  func page(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
    let answer = try await get(path, [.acceptLanguage: "en"])
    #expect(answer.status == .ok, "\(path)", sourceLocation: sourceLocation)
    #expect(!answer.text.contains("vocabulary."), "\(path) shows a code", sourceLocation: sourceLocation)
    return answer.text
  }

  /// Sends a form with a file, as a browser does.
  func upload(_ path: String, fields: [(String, String)], fileName: String, _ bytes: [UInt8]) async throws
    -> TestResponse
  {
    let mark = "----anban"
    var body: [UInt8] = []
    for (name, value) in fields {
      body += Array("--\(mark)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    let head = "--\(mark)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(fileName)\"\r\n"
    body += Array("\(head)Content-Type: text/csv\r\n\r\n".utf8) + bytes + Array("\r\n--\(mark)--\r\n".utf8)
    return try await world.client.execute(
      uri: path, method: .post,
      headers: [.cookie: cookies, .accept: "text/html", .contentType: "multipart/form-data; boundary=\(mark)"],
      body: ByteBuffer(bytes: body))
  }
}

extension String {
  /// The number of times a text stands in it.
  func count(of text: String) -> Int { ranges(of: text).count }
}
