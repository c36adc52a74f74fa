import Foundation
import Testing

/// The real debug binary on a database of its own in a temporary directory.
struct Anban: Sendable {
  let folder: URL

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let binary = root.appending(path: ".build/debug/anban").path

  init() throws {
    let name = "anban-live-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
    folder = FileManager.default.temporaryDirectory.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// The same data at another place: one demo serves many tests.
  func copy() throws -> Anban {
    let other = try Anban()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try FileManager.default.copyItem(at: folder.appending(path: name), to: other.folder.appending(path: name))
    }
    return other
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  var environment: [String: String] {
    [
      "ANBAN_DATABASE": "sqlite:\(folder.path)/anban.db",
      "ANBAN_MASTER_KEY_FILE": "\(folder.path)/master.key", "ANBAN_REQUESTS_PER_SECOND": "0",
      "ANBAN_WEBHOOK_HOSTS": "127.0.0.1", "ANBAN_WEBHOOK_NETWORKS": "127.0.0.1", "ANBAN_WEBHOOK_PLAIN": "1",
    ]
  }

  func start(_ arguments: [String], settings: [String: String] = [:]) throws -> Child {
    try Child(
      Anban.binary, arguments, environment: environment.merging(settings) { $1 }, folder: folder)
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a command to its end.
  /// - Throws: `Failed` with what it said, when its exit code is not `status`.
  @discardableResult
  func run(_ arguments: String..., expecting status: Int32 = 0, settings: [String: String] = [:]) async throws -> String
  {
    let child = try start(arguments, settings: settings)
    let code = try await child.wait()
    guard code == status else {
      throw Failed(description: "anban \(arguments.joined(separator: " ")): \(code)\n\(child.output)\(child.error)")
    }
    return child.output
  }

  /// The server on a free port, ready to answer.
  func serve(port: Int? = nil, settings: [String: String] = [:]) async throws -> Server {
    let port = try port ?? Anban.freePort()
    let child = try start(["serve", "--host", "127.0.0.1", "--port", "\(port)"], settings: settings)
    let server = Server(child: child, address: "http://127.0.0.1:\(port)", port: port)
    try await Wait.until("anban serve to be ready") {
      guard child.isRunning else { throw Failed(description: "anban serve ended\n\(child.output)\(child.error)") }
      return (try? await HTTP.send("GET", server.address + "/readyz").status) == 200
    }
    return server
  }

  struct Server: Sendable {
    let child: Child
    let address: String
    let port: Int

    func stop() async throws {
      child.signal(SIGTERM)
      try await child.wait(seconds: 60)
    }
  }

  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
      }
    }
    guard bound else { throw Failed(description: "no free port: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
