import Foundation
import Kernel
import Storage

/// When a message is tried again, what an answer means, what a message says: pure.
package enum WebhookRules {
  /// Seconds after each failed attempt: ten attempts within three days and a quarter, the example schedule of
  /// Standard Webhooks.
  static let schedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
  package static let attemptsMax = schedule.count + 1
  /// Where nothing has arrived for so long is switched off.
  package static let disabledAfterSeconds = 5 * 86_400
  /// Deliveries are kept for so long, sent or not.
  package static let keptSeconds = 30 * 86_400
  package static let overlapSeconds = 24 * 3_600
  package static let overlapSecondsMax = 7 * 86_400
  private static let retryAfterMax = 86_400
  private static let blockedSecondsMax = 300

  /// When a delivery is tried again; nil when not.
  /// - Parameters:
  ///   - attempts: those made, this one included.
  ///   - retryAfter: what the receiver asked for, in seconds: never sooner than that, at most a day.
  ///   - jitter: 0 to 1; a tenth to each side, so that what failed together does not come back together.
  static func retryAt(attempts: Int, retryAfter: Int?, jitter: Double, now: Instant) -> Instant? {
    guard attempts >= 1, attempts <= schedule.count else { return nil }
    let pause = Int((Double(schedule[attempts - 1]) * (0.9 + 0.2 * jitter)).rounded())
    return now + max(pause, min(retryAfter ?? 0, retryAfterMax))
  }

  /// For how long a whole webhook rests after so many failures in a row: one try finds out whether it is back.
  static func blockedUntil(failures: Int, retryAfter: Int?, now: Instant) -> Instant {
    let pause = min(blockedSecondsMax, 5 << min(max(failures - 1, 0), 10))
    return now + max(pause, min(retryAfter ?? 0, blockedSecondsMax))
  }

  /// Whether a failure speaks of the receiver as a whole, and not of one message that it does not like.
  static func blocks(_ code: WebhookFailure.Code, status: Int?) -> Bool {
    code != .status || (status ?? 0) >= 500 || status == 429
  }

  /// Nil when it arrived.
  static func failure(of answer: WebhookAnswer) -> WebhookFailure.Code? {
    switch answer.status {
    case 200..<300: nil
    case 300..<400: .redirected
    case 410: .gone
    default: .status
    }
  }

  /// `Retry-After` in seconds from now: a number, or a date as HTTP writes it.
  static func retryAfter(_ text: String?, now: Instant) -> Int? {
    guard let text else { return nil }
    if let seconds = Int(text) { return max(0, seconds) }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2])), (1970...9999).contains(year), (1...31).contains(day),
      let at = Instant(
        "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day < 10 ? "0" : "")\(day)T\(parts[4])Z")
    else { return nil }
    return max(0, at.seconds(since: now))
  }

  // MARK: What is said

  /// A message's body: what happened, when, and to whom, by reference. Who wants to know more asks the API, as
  /// himself. The same event gives the same bytes at each attempt.
  static func body(of entry: TimelineEntry) -> [UInt8] {
    var data = [("customer", "\(entry.customerID)"), ("recorded_at", entry.recordedAt.description)]
    let subject = reference(entry)
    if let subject { data.insert(subject, at: 1) }
    return body(
      id: IDText.format(entry.id, prefix: "EV"), type: WebhookTypes.name(entry.kind), at: entry.happenedAt,
      subject: subject?.id ?? "\(entry.customerID)", data: data)
  }

  static func body(ofTest delivery: WebhookDelivery) -> [UInt8] {
    body(
      id: IDText.format(delivery.eventID, prefix: "EV"), type: WebhookTypes.name(delivery.kind),
      at: delivery.happenedAt, subject: "\(delivery.webhookID)", data: [("webhook", "\(delivery.webhookID)")])
  }

  /// CloudEvents 1.0 in JSON; `type` and `data` are also where Standard Webhooks looks for them.
  private static func body(
    id: String, type: String, at: Instant, subject: String, data: [(String, String)]
  ) -> [UInt8] {
    var text = #"{"specversion":"1.0","id":"\#(id)","source":"/anban","type":"\#(type)","time":"\#(at.description)""#
    text += #","subject":"\#(subject)","datacontenttype":"application/json","data":{"#
    text += data.map { #""\#($0.0)":"\#($0.1)""# }.joined(separator: ",")
    return Array((text + "}}").utf8)
  }

  /// What an event is about, as a field and its id.
  private static func reference(_ entry: TimelineEntry) -> (name: String, id: String)? {
    guard entry.subject != 0 else { return nil }
    let kind = entry.kind.rawValue
    let raw = entry.subject
    if kind.hasPrefix("claim_") { return ("claim", "\(ID<Claim>(raw))") }
    if kind.hasPrefix("contact_") { return ("interaction", "\(ID<Interaction>(raw))") }
    if kind.hasPrefix("task_") { return ("task", "\(ID<WorkTask>(raw))") }
    if kind.hasPrefix("lead_") { return ("lead", "\(ID<Lead>(raw))") }
    if kind.hasPrefix("complaint_") { return ("complaint", "\(ID<Complaint>(raw))") }
    if kind.hasPrefix("application_") { return ("application", "\(ID<Application>(raw))") }
    if ["policy", "premium_", "party_", "coverage_"].contains(where: { kind.hasPrefix($0) }) {
      return ("policy", "\(ID<Policy>(raw))")
    }
    return nil
  }
}
