import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import Synchronization
import TestKit
import Testing

@testable import Web

/// A browser's end of an open stream, over a real socket.
final class StreamReader: Sendable {
  private let descriptor: Int32
  private let heard = Mutex("")

  init(port: Int, path: String, _ header: String) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw AppError.unavailable("no connection to port \(port)") }
    let request = Array(
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\(header)\r\n\r\n".utf8)
    _ = send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    let thread = Thread { [self] in
      var bytes = [UInt8](repeating: 0, count: 16_384)
      while true {
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return }
        heard.withLock { $0 += String(decoding: bytes[..<count], as: UTF8.self) }
      }
    }
    thread.start()
  }

  var text: String { heard.withLock { $0 } }

  /// Waits until a text has come.
  func waits(for text: String) async throws -> Bool {
    for _ in 0..<1_200 {
      if self.text.contains(text) { return true }
      try await Task.sleep(for: .milliseconds(25))
    }
    return false
  }

  /// The id of the last event that has come.
  var lastID: String {
    text.ranges(of: "id: ").last.map { String(text[$0.upperBound...].prefix { !$0.isNewline }) } ?? ""
  }

  func end() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}

@Suite struct LiveStreamTests {
  private func claim(_ number: String, on policy: String, _ world: APIWorld) async throws {
    let data = ["claim_no": number, "policy_no": policy, "kind": "medical", "claimed": "900", "diagnosis": "急性阑尾炎"]
    let event = FeedEvent(
      id: number, source: "core", type: "anban.claim.requested", time: "2026-11-22T08:00:00+08:00", data: data)
    let outcome = try await Feeds.receive(
      [event], from: ID(9), as: .system(purpose: .intake), in: world.web.site.database)
    #expect(outcome.map(\.result) == [.applied], "\(outcome.map(\.errors))")
  }

  private func open(
    _ engine: TestDatabase.Engine, _ body: @escaping @Sendable (APIWorld, Int) async throws -> Void
  ) async throws {
    try await APIWorld.open(on: engine) { world in
      try await buildApplication(world.web.site).test(.live) { client in
        try await body(world, try #require(client.port))
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func aClaimIsOnTheAgentsPhone(_ engine: TestDatabase.Engine) async throws {
    try await open(engine) { world, port in
      _ = try await world.token(.agent, staff: "A1")
      let other = try await world.token(.agent, staff: "A2")
      let cookies = try await world.web.signIn("agent-a1").cookies
      let mine = try StreamReader(port: port, path: "/stream", "Cookie: \(cookies)")
      let marketing = try StreamReader(port: port, path: "/stream?purpose=marketing", "Cookie: \(cookies)")
      let others = try StreamReader(port: port, path: "/api/v1/stream", "Authorization: Bearer \(other)")
      for reader in [mine, marketing, others] { #expect(try await reader.waits(for: "retry: 3000")) }
      #expect(mine.text.contains("text/event-stream"))
      let start = mine.lastID
      try await claim("K7001", on: "P0001", world)
      try await claim("K7002", on: "P0002", world)
      #expect(try await mine.waits(for: "理赔申请已收到"))
      #expect(mine.text.contains("李岚") && !mine.text.contains("阑尾炎") && !mine.text.contains("王敏"))
      #expect(try await others.waits(for: "claim_requested"))
      #expect(others.text.contains("王敏") && !others.text.contains("李岚"))
      // Nobody agreed to marketing: nothing is told for it.
      #expect(!marketing.text.contains("event: card"))
      // Who was cut off goes on where he was.
      let again = try StreamReader(port: port, path: "/stream", "Cookie: \(cookies)\r\nLast-Event-ID: \(start)")
      #expect(try await again.waits(for: "理赔申请已收到"))
      let rest = try StreamReader(port: port, path: "/stream", "Cookie: \(cookies)\r\nLast-Event-ID: \(mine.lastID)")
      #expect(try await rest.waits(for: "retry: 3000"))
      #expect(!rest.text.contains("理赔申请已收到"))
      #expect(world.web.site.live.count == 5)
      for reader in [mine, marketing, others, again, rest] { reader.end() }
    }
  }

  @Test func strangersAndSpoiltPlacesAreRefused() async throws {
    try await open(.sqlite) { world, port in
      let stranger = try StreamReader(port: port, path: "/api/v1/stream", "Connection: close")
      #expect(try await stranger.waits(for: "401"))
      let token = try await world.token(.agent, staff: "A1")
      let spoilt = try StreamReader(
        port: port, path: "/api/v1/stream", "Authorization: Bearer \(token)\r\nLast-Event-ID: x\r\nConnection: close")
      #expect(try await spoilt.waits(for: "CURSOR_INVALID"))
      #expect(world.web.site.live.count == 0)
      for reader in [stranger, spoilt] { reader.end() }
    }
  }

  /// Consent and scope are asked when a card is sent, not when the stream was opened.
  @Test func whoIsSignedOutHearsNothingMore() async throws {
    try await open(.sqlite) { world, port in
      _ = try await world.token(.agent, staff: "A1")
      let browser = try await world.web.signIn("agent-a1")
      let reader = try StreamReader(port: port, path: "/stream", "Cookie: \(browser.cookies)")
      #expect(try await reader.waits(for: "retry: 3000"))
      _ = try await browser.post("/logout", [:], from: "/settings")
      try await claim("K7001", on: "P0001", world)
      let open = try StreamReader(
        port: port, path: "/api/v1/stream",
        "Authorization: Bearer \(try await world.token(.agent, staff: "A2"))")
      #expect(try await open.waits(for: "retry: 3000"))
      try await claim("K7002", on: "P0002", world)
      #expect(try await open.waits(for: "claim_requested"))
      #expect(!reader.text.contains("event: card"))
      for reader in [reader, open] { reader.end() }
    }
  }
}
