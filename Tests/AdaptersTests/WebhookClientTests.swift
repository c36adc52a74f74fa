import Insurer
import Testing

@testable import Adapters

@Suite struct WebhookClientTests {
  private func post(
    _ url: String, _ client: WebhookClient, timeoutSeconds: Int = 15
  ) async -> Result<WebhookAnswer, WebhookFailure> {
    do {
      var request = WebhookRequest(
        url: try WebhookURL(url), headers: [("webhook-id", "WD-1")], body: Array("{}".utf8))
      request.timeoutSeconds = timeoutSeconds
      return .success(try await client.post(request))
    } catch {
      return .failure(error as? WebhookFailure ?? WebhookFailure(.malformed))
    }
  }

  private func code(_ result: Result<WebhookAnswer, WebhookFailure>) -> WebhookFailure.Code? {
    if case .failure(let failure) = result { failure.code } else { nil }
  }

  @Test func whatIsAnsweredIsReadUpToALimit() async throws {
    try await Receiver.open { receiver, port in
      let client = WebhookClient(try Receiver.policy())
      let base = "http://127.0.0.1:\(port)"
      let fine = try await post("\(base)/in", client).get()
      #expect(fine.status == 200 && fine.body.isEmpty)
      let busy = try await post("\(base)/busy", client).get()
      #expect(busy.status == 503 && busy.retryAfter == "7" && busy.body == Array("busy".utf8))
      let big = try await post("\(base)/big", client).get()
      #expect(big.status == 200 && big.body == [UInt8](repeating: 0x61, count: 1_024))
      let redirect = try await post("\(base)/redirect", client).get()
      #expect(redirect.status == 302)
      #expect(receiver.messages.map(\.path) == ["in", "busy", "big", "redirect"])
      #expect(receiver.messages[0].id == "WD-1" && receiver.messages[0].body == Array("{}".utf8))
    }
  }

  @Test func slowOnesAreLeft() async throws {
    try await Receiver.open { _, port in
      let client = WebhookClient(try Receiver.policy())
      // By head and, byte by byte, by body.
      for path in ["slow", "drip"] {
        #expect(code(await post("http://127.0.0.1:\(port)/\(path)", client, timeoutSeconds: 1)) == .timedOut)
      }
    }
  }

  @Test func eachErrorHasItsCode() async throws {
    try await Receiver.open { receiver, port in
      let client = WebhookClient(try Receiver.policy())
      #expect(code(await post("http://127.0.0.1:1/in", client)) == .selfRefused)
      #expect(code(await post("http://127.0.0.1:2/in", client)) == .unreachable)
      #expect(code(await post("http://nowhere.invalid/in", client)) == .nameUnknown)
      #expect(code(await post("https://127.0.0.1:\(port)/in", client)) == .tlsFailed)
      #expect(receiver.messages.isEmpty)
    }
  }

  /// A name is allowed by itself and then leads to this machine: what counts is where it leads.
  @Test func whereANameLeadsIsLookedAt() async throws {
    try await Receiver.open { receiver, port in
      let closed = WebhookClient(try Receiver.policy(networks: []))
      for host in ["localhost", "127.0.0.1"] {
        #expect(code(await post("http://\(host):\(port)/in", closed)) == .addressRefused)
      }
      let own = WebhookClient(try Receiver.policy(ownPort: port))
      #expect(code(await post("http://localhost:\(port)/in", own)) == .selfRefused)
      #expect(receiver.messages.isEmpty)
      let open = WebhookClient(try Receiver.policy())
      #expect(try await post("http://127.0.0.1:\(port)/in", open).get().status == 200)
    }
  }
}
