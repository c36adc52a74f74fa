import Foundation

/// The demo insurer of size S, built once by the real binary and copied by the tests that change it.
actor Demo {
  static let shared = Demo()

  struct Ready: Sendable {
    let anban: Anban
    /// What `anban demo` printed: the accounts.
    let printed: String
  }

  private var built: Task<Ready, any Error>?
  private var served: Task<Anban.Server, any Error>?

  func ready() async throws -> Ready {
    let task =
      built
      ?? Task {
        let anban = try Anban()
        try await anban.run("migrate")
        return Ready(anban: anban, printed: try await anban.run("demo", "--size", "S"))
      }
    built = task
    return try await task.value
  }

  /// One server for all tests that only look, or that change what no other test looks at.
  func server() async throws -> Anban.Server {
    let ready = try await ready()
    let task = served ?? Task { try await ready.anban.serve() }
    served = task
    return try await task.value
  }

  /// The password of an account, from what the demo printed: `name password role …`, a line each.
  func password(of name: String) async throws -> String {
    let lines = try await ready().printed.split(separator: "\n")
    let line = lines.map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }) }.first { $0.first == name[...] }
    guard let line, line.count > 1 else { throw Anban.Failed(description: "the demo printed no account \(name)") }
    return String(line[1])
  }
}
