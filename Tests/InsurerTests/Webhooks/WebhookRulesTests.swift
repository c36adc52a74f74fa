import Kernel
import Storage
import Testing

@testable import Insurer

@Suite struct WebhookRulesTests {
  private let now = Instant(Day(number: 20_779), secondOfDay: 9 * 3600)

  private func pause(_ attempts: Int, retryAfter: Int? = nil, jitter: Double = 0.5) -> Int? {
    WebhookRules.retryAt(attempts: attempts, retryAfter: retryAfter, jitter: jitter, now: now)?.seconds(since: now)
  }

  @Test func retriesReachOverDays() {
    let pauses = (1...WebhookRules.attemptsMax).map { pause($0) }
    #expect(pauses == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, nil])
    #expect(pauses.compactMap { $0 }.reduce(0, +) > 3 * 86_400)
    #expect(pause(0) == nil)
  }

  @Test func whatFailedTogetherDoesNotComeBackTogether() {
    #expect(pause(2, jitter: 0) == 270 && pause(2, jitter: 1) == 330)
  }

  @Test func theReceiverMayAskForMoreTime() {
    #expect(pause(1, retryAfter: 60) == 60 && pause(3, retryAfter: 60) == 1_800)
    #expect(pause(1, retryAfter: 10_000_000) == 86_400)
    #expect(WebhookRules.retryAfter("120", now: now) == 120)
    #expect(WebhookRules.retryAfter("-1", now: now) == 0)
    // 09:00 in Shanghai is 01:00 in Greenwich.
    #expect(WebhookRules.retryAfter("Sun, 22 Nov 2026 01:02:00 GMT", now: now) == 120)
    #expect(WebhookRules.retryAfter("Sun, 22 Nov 2020 01:02:00 GMT", now: now) == 0)
    for text in ["", "soon", "Sun, 99 Foo 2026 01:02:00 GMT", "Sun, 22 Nov 2026 GMT"] {
      #expect(WebhookRules.retryAfter(text, now: now) == nil, "\(text)")
    }
    #expect(WebhookRules.retryAfter(nil, now: now) == nil)
  }

  @Test func aWebhookRestsAfterFailures() {
    func rest(_ failures: Int, _ retryAfter: Int? = nil) -> Int {
      WebhookRules.blockedUntil(failures: failures, retryAfter: retryAfter, now: now).seconds(since: now)
    }
    #expect([1, 2, 3, 7, 1_000].map { rest($0) } == [5, 10, 20, 300, 300])
    #expect(rest(1, 30) == 30 && rest(1, 9_999) == 300)
  }

  @Test(
    arguments: [
      (200, nil), (204, nil), (299, nil), (301, .redirected), (308, .redirected), (400, .status), (404, .status),
      (410, .gone), (429, .status), (500, .status), (100, .status),
    ] as [(Int, WebhookFailure.Code?)])
  func answers(_ status: Int, _ code: WebhookFailure.Code?) {
    #expect(WebhookRules.failure(of: WebhookAnswer(status: status)) == code)
  }

  @Test func oneUnlikedMessageHoldsUpNoOther() {
    #expect(!WebhookRules.blocks(.status, status: 400) && !WebhookRules.blocks(.status, status: 404))
    #expect(WebhookRules.blocks(.status, status: 500) && WebhookRules.blocks(.status, status: 429))
    #expect(WebhookRules.blocks(.timedOut, status: nil) && WebhookRules.blocks(.redirected, status: 301))
  }

  /// Ids and times, and nothing else of anybody.
  @Test func aMessageIsThin() {
    let entry = TimelineEntry(
      id: 5, customerID: ID(7), kind: .claimRequested, subject: 9, happenedAt: now, recordedAt: now,
      amount: Money(fen: 90_000), actor: .system, source: "core", facts: ["claim_no": "K1", "fields": "diagnosis"])
    let customer = ID<Customer>(7)
    let claim = ID<Claim>(9)
    #expect(
      String(decoding: WebhookRules.body(of: entry), as: UTF8.self)
        == #"{"specversion":"1.0","id":"\#(IDText.format(5, prefix: "EV"))","source":"/anban","#
        + #""type":"anban.claim_requested","time":"2026-11-22T09:00:00+08:00","subject":"\#(claim)","#
        + #""datacontenttype":"application/json","data":{"customer":"\#(customer)","claim":"\#(claim)","#
        + #""recorded_at":"2026-11-22T09:00:00+08:00"}}"#)
  }

  @Test func allThatATimelineTellsCanBeSubscribedTo() {
    #expect(WebhookTypes.isKnown("claim_requested") && WebhookTypes.isKnown("consent_withdrawn"))
    #expect(!WebhookTypes.isKnown("premium_scheduled") && !WebhookTypes.isKnown("signed_in"))
    #expect(Set(WebhookTypes.all).count == WebhookTypes.all.count && WebhookTypes.all.count > 60)
  }
}
