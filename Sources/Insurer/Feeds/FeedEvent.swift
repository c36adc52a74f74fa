import Foundation
import Kernel

/// One event as a sender gave it (CloudEvents 1.0), before anybody looked at what it says. What is missing is empty.
package struct FeedEvent: Codable, Hashable, Sendable {
  package var id: String
  package var source: String
  package var type: String
  /// RFC 3339, as sent.
  package var time: String?
  /// CloudEvents' extension: orders events of one moment.
  package var sequence: String?
  /// By field, as text; amounts in yuan.
  package var data: [String: String]
  /// Fields that the sender says are empty now.
  package var cleared: [String]
  /// What was wrong with its form; the event then only waits to be mended.
  package var faults: [FieldError]
  /// The element as it came, where it is no event at all.
  package var raw: String?

  package init(
    id: String = "", source: String = "", type: String = "", time: String? = nil, sequence: String? = nil,
    data: [String: String] = [:], cleared: [String] = [], faults: [FieldError] = [], raw: String? = nil
  ) {
    self.id = id
    self.source = source
    self.type = type
    self.time = time
    self.sequence = sequence
    self.data = data
    self.cleared = cleared
    self.faults = faults
    self.raw = raw
  }

  /// The same content in the same bytes: what tells a repetition from another event under a used id.
  var canonical: [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in [("id", id), ("source", source), ("type", type), ("time", time), ("sequence", sequence)] {
      RowText.append(name, value ?? "", to: &bytes)
    }
    for (name, value) in data.sorted(by: { $0.key < $1.key }) { RowText.append("data.\(name)", value, to: &bytes) }
    for name in cleared.sorted() { RowText.append("cleared.\(name)", "", to: &bytes) }
    RowText.append("raw", raw ?? "", to: &bytes)
    for fault in faults { RowText.append("fault.\(fault.field)", fault.code, to: &bytes) }
    return bytes
  }
}

/// What became of one event.
package struct FeedOutcome: Hashable, Sendable {
  package enum Result: String, CaseIterable, Sendable {
    /// What it says is here.
    case applied
    /// This source sent this id before, with the same content.
    case duplicate
    /// Newer events have said otherwise already.
    case stale
    /// It names a record that is not here yet; applied by itself when that comes.
    case waiting
    /// Somebody has to look at it.
    case deadLetter = "dead_letter"
  }

  package let event: FeedEvent
  package let result: Result
  /// Why it was not applied.
  package var errors: [FieldError] = []
  /// Values kept as they came, with the rule they break.
  package var flags: [FieldError] = []
  package var letter: ID<FeedLetter>?
  /// What it waits for.
  var waitsFor: (kind: String, key: String)?

  init(_ event: FeedEvent, _ result: Result, errors: [FieldError] = [], flags: [FieldError] = []) {
    self.event = event
    self.result = result
    self.errors = errors
    self.flags = flags
  }

  package static func == (a: FeedOutcome, b: FeedOutcome) -> Bool {
    a.event == b.event && a.result == b.result && a.errors == b.errors && a.flags == b.flags && a.letter == b.letter
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(event)
    hasher.combine(result)
  }
}

/// An event that was not applied: dead until mended or discarded, waiting until what it names is here.
package struct FeedLetter: Identified, Sendable {
  package static let idPrefix = "DL"

  package enum State: String, CaseIterable, Sendable { case dead, waiting, applied, discarded }

  package let id: ID<FeedLetter>
  let senderID: Int64
  package let source: String
  package let eventID: String
  package let type: String
  package let state: State
  package let findings: [FieldError]
  package let waitKind: String
  package let waitKey: String
  package let receivedAt: Instant
  package let attempts: Int
  package let settledAt: Instant?
  package let reason: String?
  let sealed: [UInt8]
}

/// Who sends: a CloudEvents source, the account it belongs to, and the name under which files know its keys.
package struct FeedSender: Identified, Hashable, Sendable {
  package static let idPrefix = "FS"

  package let id: ID<FeedSender>
  package let source: String
  package let feed: String
  let accountID: Int64
}

/// One sender's figures of one type: `received` is the sum of the next six, and of `discarded`.
package struct FeedCount: Hashable, Sendable {
  package let sender: FeedSender
  package let type: String
  package var received = 0
  package var applied = 0
  package var stale = 0
  package var duplicate = 0
  package var waiting = 0
  package var dead = 0
  package var discarded = 0
  /// The newest event's own time.
  package var newestAt: Instant
  package var receivedAt: Instant
  /// From the newest event's time to its coming here.
  package var lagSeconds = 0

  package var addsUp: Bool { received == applied + stale + duplicate + waiting + dead + discarded }

  mutating func add(_ result: FeedOutcome.Result) {
    received += 1
    switch result {
    case .applied: applied += 1
    case .duplicate: duplicate += 1
    case .stale: stale += 1
    case .waiting: waiting += 1
    case .deadLetter: dead += 1
    }
  }
}

/// What a sender says it has sent in a period, beside what is here of it.
package struct FeedTally: Hashable, Sendable {
  package let source: String
  package let type: String
  package let from: Instant
  package let to: Instant
  package let sent: Int
  /// Distinct events of that time that came here, whatever became of them.
  package var here: Int
  package let reportedAt: Instant

  package var missing: Int { sent - here }
}
