import AsyncHTTPClient
import Glibc
import Insurer
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Posts a webhook's messages. The name is looked up once, every address it stands for is held against the policy,
/// and the connection goes to the one that was looked at: a name that means something else a moment later does not
/// help. No redirects, no proxies, no cookies; the answer is read up to a limit, all within a time.
final class WebhookClient: Sendable {
  private let policy: WebhookPolicy
  private let clients = Mutex<[Target: Slot]>([:])
  /// Connections are kept for the next message to the same place; so many places, the longest unused go.
  private static let placesMax = 16
  private static let connectSeconds: Int64 = 10

  private struct Target: Hashable {
    let host: String
    let address: NetworkAddress
  }

  private struct Slot {
    let client: HTTPClient
    var users = 0
    var usedAt: ContinuousClock.Instant
  }

  init(_ policy: WebhookPolicy) { self.policy = policy }

  deinit {
    for slot in clients.withLock({ Array($0.values) }) { slot.client.shutdown { _ in } }
  }

  func post(_ request: WebhookRequest) async throws(WebhookFailure) -> WebhookAnswer {
    let outcome = await withTaskGroup(of: Result<WebhookAnswer, WebhookFailure>.self) { group in
      group.addTask { await self.attempt(request) }
      group.addTask {
        // Also what comes in drops is over then.
        try? await Task.sleep(for: .seconds(request.timeoutSeconds))
        return .failure(WebhookFailure(.timedOut))
      }
      let first = await group.next() ?? .failure(WebhookFailure(.timedOut))
      group.cancelAll()
      return first
    }
    return try outcome.get()
  }

  private func attempt(_ request: WebhookRequest) async -> Result<WebhookAnswer, WebhookFailure> {
    do {
      return .success(try await sent(request))
    } catch let failure as WebhookFailure {
      return .failure(failure)
    } catch {
      return .failure(WebhookFailure(Self.code(of: error)))
    }
  }

  private func sent(_ request: WebhookRequest) async throws -> WebhookAnswer {
    let url = request.url
    let addresses = await AddressLookup.addresses(of: url.host)
    guard let address = addresses.first else { throw WebhookFailure(.nameUnknown) }
    let own = AddressLookup.own()
    for address in addresses {
      if policy.isSelf(address, port: url.port, own: own) { throw WebhookFailure(.selfRefused) }
      if let refusal = policy.refusal(of: address) { throw WebhookFailure(refusal) }
    }
    var call = HTTPClientRequest(url: url.text)
    call.method = .POST
    for (name, value) in request.headers { call.headers.add(name: name, value: value) }
    call.body = .bytes(request.body)
    let target = Target(host: url.host, address: address)
    let client = take(target)
    defer { leave(target) }
    let answer = try await client.execute(call, timeout: .seconds(Int64(request.timeoutSeconds)))
    var body: [UInt8] = []
    for try await chunk in answer.body {
      body.append(contentsOf: chunk.readableBytesView.prefix(request.answerBytesMax - body.count))
      // Leaving the loop closes the connection on the rest.
      if body.count >= request.answerBytesMax { break }
    }
    return WebhookAnswer(
      status: Int(answer.status.code), retryAfter: answer.headers.first(name: "retry-after"), body: body)
  }

  // MARK: Connections

  private func take(_ target: Target) -> HTTPClient {
    let (client, idle) = clients.withLock { clients -> (HTTPClient, [HTTPClient]) in
      let now = ContinuousClock.now
      var slot = clients[target] ?? Slot(client: Self.client(target), usedAt: now)
      slot.users += 1
      slot.usedAt = now
      clients[target] = slot
      var idle: [HTTPClient] = []
      while clients.count > Self.placesMax {
        let oldest = clients.filter { $0.value.users == 0 }.min { $0.value.usedAt < $1.value.usedAt }
        guard let oldest else { break }
        clients[oldest.key] = nil
        idle.append(oldest.value.client)
      }
      return (slot.client, idle)
    }
    for client in idle { client.shutdown { _ in } }
    return client
  }

  private func leave(_ target: Target) { clients.withLock { $0[target]?.users -= 1 } }

  private static func client(_ target: Target) -> HTTPClient {
    var settings = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(connectSeconds)))
    settings.dnsOverride = [target.host: target.address.description]
    settings.httpVersion = .http1Only
    settings.connectionPool.idleTimeout = .seconds(30)
    // Who is not there is asked again by the schedule, not by the client.
    settings.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
  }

  // MARK: Errors

  static func code(of error: any Error) -> WebhookFailure.Code {
    switch error {
    case let error as HTTPClientError: code(of: error)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: .tlsFailed
    case is HTTPParserError: .malformed
    case is CancellationError: .interrupted
    case is NIOConnectionError: .unreachable
    case let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == EHOSTUNREACH: .unreachable
    case let error as ChannelError: if case .connectTimeout = error { .timedOut } else { .connectionClosed }
    case is IOError: .connectionClosed
    default: .malformed
    }
  }

  private static func code(of error: HTTPClientError) -> WebhookFailure.Code {
    switch error {
    case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout: .timedOut
    case .tlsHandshakeTimeout: .tlsFailed
    case .remoteConnectionClosed: .connectionClosed
    case .cancelled: .interrupted
    case .emptyHost, .invalidURL, .emptyScheme: .nameUnknown
    default: .malformed
    }
  }
}
