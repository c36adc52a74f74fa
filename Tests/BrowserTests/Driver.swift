import Foundation

/// One chromedriver for all tests, started by the first that needs it.
actor Driver {
  static let shared = Driver()

  private var started: Task<String, any Error>?

  func address() async throws -> String {
    let task =
      started
      ?? Task {
        let port = try Anban.freePort()
        let child = try Child("/usr/bin/chromedriver", ["--port=\(port)", "--silent"])
        let address = "http://127.0.0.1:\(port)"
        try await Wait.until("chromedriver to be ready", seconds: 30) {
          guard child.isRunning else { throw Browser.Failed(description: "chromedriver ended: \(child.error)") }
          return (try? await HTTP.send("GET", address + "/status").json()["value"]["ready"]) == true
        }
        return address
      }
    started = task
    return try await task.value
  }
}
