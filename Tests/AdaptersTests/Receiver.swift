import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Synchronization

/// A receiver of webhooks on a socket of this machine: a path for each way to behave.
final class Receiver: Sendable {
  struct Message: Sendable {
    let path, id, timestamp, signatures: String
    let body: [UInt8]
  }

  private let heard = Mutex([Message]())
  /// What `/in` answers.
  let status = Mutex(200)

  var messages: [Message] { heard.withLock { $0 } }

  static func open(_ body: @escaping @Sendable (Receiver, Int) async throws -> Void) async throws {
    let receiver = Receiver()
    let router = Router()
    for path in ["in", "redirect", "big", "slow", "drip", "busy"] {
      router.post(RouterPath("/\(path)")) { request, _ in try await receiver.answer(path, request) }
    }
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { client in
      guard let port = client.port else { throw AppError.unavailable("no port") }
      try await body(receiver, port)
    }
  }

  private func answer(_ path: String, _ request: Request) async throws -> Response {
    func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
    let body = try await request.body.collect(upTo: 100_000)
    let message = Message(
      path: path, id: header("webhook-id"), timestamp: header("webhook-timestamp"),
      signatures: header("webhook-signature"), body: Array(body.readableBytesView))
    heard.withLock { $0.append(message) }
    switch path {
    case "redirect": return Response(status: .found, headers: [.location: "/in"])
    case "busy":
      let body = ResponseBody(byteBuffer: ByteBuffer(string: "busy"))
      return Response(status: .serviceUnavailable, headers: [.retryAfter: "7"], body: body)
    case "big": return Response(status: .ok, body: .init(byteBuffer: .init(repeating: 0x61, count: 5_000_000)))
    case "slow":
      try? await Task.sleep(for: .seconds(4))
      return Response(status: .ok)
    case "drip":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          for _ in 0..<40 {
            try await writer.write(ByteBuffer(string: "a"))
            try await Task.sleep(for: .milliseconds(100))
          }
          try await writer.finish(nil)
        })
    default: return Response(status: .init(code: status.withLock { $0 }))
    }
  }

  /// A policy that lets webhooks reach this machine.
  static func policy(networks: [String] = ["127.0.0.0/8", "::1"], ownPort: Int = 1) throws -> WebhookPolicy {
    var config = Config()
    config.webhookHosts = ["127.0.0.1", "localhost", "nowhere.invalid"]
    config.webhookNetworks = networks
    config.webhookPlain = true
    config.port = ownPort
    return try WebhookPolicy(config)
  }
}
