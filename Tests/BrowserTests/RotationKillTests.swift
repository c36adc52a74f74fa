import Foundation
import Testing

/// `anban keys rotate` is killed at moments that nobody chose, several times: every value opens after each kill, the
/// logs verify, and the rotation ends when it is called again.
@Suite(.serialized) struct RotationKillTests {
  private static let rows = 4_000

  @Test(arguments: [[], ["--index"]]) func aKilledRotationGoesOn(_ options: [String]) async throws {
    let anban = try Anban()
    defer { anban.remove() }
    try await anban.run("migrate")
    let file = anban.folder.appending(path: "customers.csv")
    try Dirt.customers(rows: Self.rows).write(to: file, atomically: true, encoding: .utf8)
    try await anban.run("import", "customers", file.path, "--source", "core")
    let before = try await export(anban)
    let rotate = ["keys", "rotate", "--grace-seconds", "0"] + options
    var kills = 0
    for round in 0..<16 where kills < 5 {
      let child = try anban.start(rotate)
      try await Task.sleep(for: .milliseconds(Int.random(in: 60...(300 + round * 60))), unless: child)
      guard child.isRunning else {
        #expect(try await child.wait() == 0, "\(child.error)")
        continue
      }
      try await child.killNow()
      kills += 1
      #expect(try await export(anban) == before, "every value opens after kill \(kills)")
    }
    #expect(kills > 0, "the rotation was killed")
    let last = try anban.start(rotate)
    #expect(try await last.wait() == 0, "\(last.error)")
    #expect(last.output.lastLine.hasPrefix(options.isEmpty ? "keys=" : "customers="))
    #expect(try await export(anban) == before)
    try await anban.run("audit", "verify")
    try await expectFound(anban)
  }

  /// All values, opened.
  private func export(_ anban: Anban) async throws -> String {
    let file = anban.folder.appending(path: "out.csv")
    try await anban.run("export", "customers", file.path)
    return try String(contentsOf: file, encoding: .utf8)
  }

  /// The blind index still leads from a mobile number to its customer.
  private func expectFound(_ anban: Anban) async throws {
    try await anban.run("user", "add", "finder", "--role", "steward")
    let token = try await anban.run("token", "create", "--user", "finder", "--scopes", "customer:read")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try await anban.serve()
    for row in [0, 1_001, Self.rows - 1] {
      let answer = try await HTTP.send(
        "GET", server.address + "/api/v1/customers?q=139\(10_000_000 + row)",
        headers: ["Authorization": "Bearer \(token)"])
      let found = try answer.json()["items"].list.count
      #expect(answer.status == 200 && found == 1, "row \(row)")
    }
    try await server.stop()
  }
}
