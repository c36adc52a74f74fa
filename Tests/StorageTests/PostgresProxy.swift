import Foundation
import Glibc
import Synchronization

/// Stands between the program and PostgreSQL and loses what it is told to lose.
final class PostgresProxy: Sendable {
  enum Loss: Sendable {
    case nothing
    /// The connection breaks when COMMIT arrives here: the server never sees it.
    case commit
    /// The server commits, and the connection breaks before its answer.
    case answer
    /// As `answer`, and nobody can connect any more.
    case answerAndServer
  }

  let directory: String
  private let server: String
  private let listener: Int32
  private let state = Mutex((loss: Loss.nothing, refuses: false, lost: 0))

  /// - Parameter server: the path of the real server's socket.
  init(server: String, directory: String) throws {
    self.server = server
    self.directory = directory
    listener = try PostgresProxy.socketAt("\(directory)/.s.PGSQL.5432") { bind($0, $1, $2) }
    listen(listener, 16)
    let listener = listener
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        if state.withLock({ $0.refuses }) {
          close(client)
        } else {
          carry(client)
        }
      }
    }
  }

  /// Loses the next commit's way there or back, once.
  func loseNext(_ loss: Loss) { state.withLock { $0.loss = loss } }
  var losses: Int { state.withLock { $0.lost } }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func carry(_ client: Int32) {
    guard let server = try? PostgresProxy.socketAt(server, { connect($0, $1, $2) }) else {
      close(client)
      return
    }
    let broken = Broken()
    Thread.detachNewThread { [self] in
      pump(from: client, to: server) { bytes in
        guard bytes.firstRange(of: Array("COMMIT".utf8)) != nil else { return true }
        let loss = state.withLock { state in
          defer { state.loss = .nothing }
          if case .nothing = state.loss {} else { state.lost += 1 }
          if case .answerAndServer = state.loss { state.refuses = true }
          return state.loss
        }
        switch loss {
        case .nothing: return true
        case .commit: return false
        case .answer, .answerAndServer:
          broken.flag.withLock { $0 = true }
          return true
        }
      }
      shutdown(server, Int32(SHUT_RDWR))
    }
    Thread.detachNewThread { [self] in
      pump(from: server, to: client) { _ in !broken.flag.withLock { $0 } }
      shutdown(client, Int32(SHUT_RDWR))
    }
  }

  private final class Broken: Sendable { let flag = Mutex(false) }

  /// Carries bytes until one side ends or `passes` says no.
  private func pump(from source: Int32, to target: Int32, passes: ([UInt8]) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count > 0, passes(Array(buffer[..<count])) else { return }
      var sent = 0
      while sent < count {
        let now = buffer[sent..<count].withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard now > 0 else { return }
        sent += now
      }
    }
  }

  private static func socketAt(
    _ path: String, _ act: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        act(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    return descriptor
  }
}
