import Foundation
import Testing

/// Pages over TLS: cookies that never travel in clear, and a browser that is told so.
@Suite struct TLSTests {
  private func ask(_ arguments: String...) async throws -> String {
    let child = try Child("/usr/bin/curl", ["-sk", "--max-time", "20"] + arguments)
    _ = try await child.wait(seconds: 60)
    return child.output
  }

  @Test func cookiesAreSecureAndTheBrowserIsTold() async throws {
    let anban = try await Demo.shared.ready().anban.copy()
    defer { anban.remove() }
    let (key, certificate) = (anban.folder.path + "/tls.key", anban.folder.path + "/tls.crt")
    let maker = try Child(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
        certificate, "-days", "2", "-subj", "/CN=localhost",
      ])
    #expect(try await maker.wait() == 0)
    let port = try Anban.freePort()
    let server = try anban.start(["serve", "--port", "\(port)", "--tls-cert", certificate, "--tls-key", key])
    defer { server.signal(SIGTERM) }
    let home = "https://127.0.0.1:\(port)"
    try await Wait.until("the server to answer over TLS") {
      try await ask("\(home)/healthz", "-w", "%{http_code}").hasSuffix("200")
    }
    let jar = anban.folder.path + "/jar"
    let page = try await ask("-i", "-c", jar, "\(home)/login")
    #expect(page.lowercased().contains("strict-transport-security: max-age=31536000"))
    #expect(page.matches(of: /Set-Cookie: sign-in=[^\n]*; HttpOnly; SameSite=Lax; Secure/).count == 1)
    let token = try #require(page.firstMatch(of: /name="csrf" value="([^"]+)"/)?.1)
    let password = try await Demo.shared.password(of: "adviser")
    let answer = try await ask(
      "-i", "-b", jar, "-c", jar, "--data-urlencode", "name=adviser", "--data-urlencode", "password=\(password)",
      "--data-urlencode", "csrf=\(token)", "\(home)/login")
    #expect(answer.hasPrefix("HTTP/1.1 303"), "\(answer.prefix(60))")
    #expect(answer.contains(/Set-Cookie: __Host-anban=[^;]+; Path=\/; Max-Age=[0-9]+; HttpOnly; SameSite=Lax; Secure/))
    #expect(try await ask("-b", jar, "-o", "/dev/null", "-w", "%{http_code}", "\(home)/") == "200")
    #expect(try await ask("-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/login") == "000")
    #expect(try await ask("--tls-max", "1.1", "-o", "/dev/null", "-w", "%{http_code}", "\(home)/login") == "000")
    try await anban.run("serve", "--port", "1", "--tls-cert", certificate, expecting: 2)
  }
}
