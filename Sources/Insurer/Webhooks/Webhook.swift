import Kernel
import Storage

/// Where an integrator wants to be told of what happens, and with whose rights.
package struct Webhook: Identified, Hashable, Sendable {
  package static let idPrefix = "WH"

  package enum State: String, CaseIterable, Sendable {
    case active
    /// By a person; what happens meanwhile is told when it goes on.
    case paused
    /// By us, because of `reason`; what happened meanwhile is told when it goes on.
    case disabled
    /// On its way out, with its deliveries.
    case removed
  }

  package enum Reason: String, CaseIterable, Sendable {
    /// It answered 410.
    case gone
    /// Nothing has arrived for `WebhookRules.disabledAfterSeconds`.
    case failing
  }

  package let id: ID<Webhook>
  /// Whose rights decide what it is told.
  package let accountID: ID<Account>
  package var url: String
  package var description: String
  /// Kinds of events; empty for all.
  package var kinds: [EventKind]
  /// What of the account's rights it has, as a token's.
  package let scopes: Set<Permission>
  /// What the data is wanted for.
  package let purpose: Purpose
  package var state: State
  package var reason: Reason?
  /// Until when the secret before this one signs too.
  package var oldSecretUntil: Instant?
  /// Failures since the last message that arrived.
  package let failures: Int
  package let failingSince: Instant?
  package let createdAt: Instant
  package let createdBy: Actor
  package var version: Int64

  package func wants(_ kind: EventKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }
}

/// What a webhook is to be, as form and API give it.
package struct NewWebhook: Sendable {
  package var url: String
  package var description = ""
  package var kinds: [String] = []
  package var scopes: Set<Permission>
  package var purpose: Purpose?

  package init(
    url: String, description: String = "", kinds: [String] = [], scopes: Set<Permission>, purpose: Purpose? = nil
  ) {
    (self.url, self.description, self.kinds) = (url, description, kinds)
    (self.scopes, self.purpose) = (scopes, purpose)
  }
}

/// What is to change; nil stays.
package struct WebhookChange: Sendable {
  package var url: String?
  package var description: String?
  package var kinds: [String]?
  package var state: Webhook.State?

  package init(
    url: String? = nil, description: String? = nil, kinds: [String]? = nil, state: Webhook.State? = nil
  ) {
    (self.url, self.description, self.kinds, self.state) = (url, description, kinds, state)
  }
}

/// One event on its way to one webhook. Its id is the `webhook-id` of every attempt.
package struct WebhookDelivery: Identified, Hashable, Sendable {
  package static let idPrefix = "WD"

  package enum State: String, CaseIterable, Sendable {
    case waiting, sending, delivered
    /// Not tried any more.
    case failed
    /// Its owner may not be told: by scope, by purpose, or because the person has not agreed.
    case withheld
  }

  package let id: ID<WebhookDelivery>
  package let webhookID: ID<Webhook>
  /// 0 for a test.
  package let customerID: ID<Customer>
  package let eventID: Int64
  package let kind: EventKind
  package let happenedAt: Instant
  package let createdAt: Instant
  package let state: State
  package let attempts: Int
  /// Attempts made before it was last sent anew: they do not count against the schedule.
  let attemptsBefore: Int
  package let nextAt: Instant
  package let finishedAt: Instant?
  /// Of the last attempt.
  package let code: WebhookFailure.Code?
  package let status: Int?

  /// Tried since it was last to be sent, and to be tried again.
  package var isRetry: Bool { state == .waiting && attempts > attemptsBefore }
  package var isTest: Bool { kind == WebhookTypes.test }
}

/// One try of a delivery.
package struct WebhookAttempt: Hashable, Sendable {
  package let number: Int
  package let startedAt: Instant
  package let durationMilliseconds: Int?
  /// Nil when it arrived.
  package let code: WebhookFailure.Code?
  package let status: Int?
  /// The answer's first bytes as text.
  package let answer: String
}

/// A delivery with all that was tried, and what is sent.
package struct WebhookDeliveryDetail: Sendable {
  package let delivery: WebhookDelivery
  package let attempts: [WebhookAttempt]
  /// Nil when the viewer may not see the event.
  package let body: String?
}

/// What may be subscribed to: all that happens to persons and that a timeline tells.
package enum WebhookTypes {
  package static let all: [EventKind] = {
    let more: [EventKind] = [
      Customers.created, Customers.corrected, CustomerBook.relationChanged, Relationships.recorded,
      Relationships.ended,
    ]
    let others =
      Consents.kinds + Grants.kinds + Tasks.kinds + Leads.kinds + Applications.kinds + Premiums.kinds
      + Complaints.kinds
    return (EventKind.ofContracts + more + others).filter { !Timeline.hidden.contains($0) }
      .sorted { $0.rawValue < $1.rawValue }
  }()

  private static let names = Set(all.map(\.rawValue))

  static func isKnown(_ name: String) -> Bool { names.contains(name) }

  /// Sent on demand, with nobody's data.
  package static let test = EventKind("webhook_test")

  /// The kind that a message's `type` names; nothing known for what is none.
  package static func kind(_ name: String) -> String {
    name.hasPrefix("anban.") ? String(name.dropFirst("anban.".count)) : ""
  }

  /// The `type` of a message.
  package static func name(_ kind: EventKind) -> String { "anban.\(kind.rawValue)" }
}
