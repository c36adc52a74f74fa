import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Plain requests to a server on this machine.
enum HTTP {
  struct Answer: Sendable {
    let status: Int
    let body: String
    let headers: [String: String]

    func json() throws -> JSON { try JSON.parse(body) }
  }

  static func send(
    _ method: String, _ address: String, body: JSON? = nil, type: String = "application/json",
    headers: [String: String] = [:], seconds: Int64 = 60
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address)
    request.method = .RAW(value: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body {
      request.headers.replaceOrAdd(name: "Content-Type", value: type)
      request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(seconds))
    let buffer = try await response.body.collect(upTo: 64 << 20)
    var fields: [String: String] = [:]
    for header in response.headers { fields[header.name.lowercased()] = header.value }
    return Answer(status: Int(response.status.code), body: String(buffer: buffer), headers: fields)
  }
}

/// Waits until something holds, without guessing how long it takes.
enum Wait {
  struct TimedOut: Error, CustomStringConvertible {
    let description: String
  }

  static func until(
    _ what: String, seconds: Int = 60, _ holds: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !holds() {
      if ContinuousClock.now > deadline { throw TimedOut(description: "waited \(seconds) s for \(what)") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
