import Adapters
import Insurer
import Kernel
import Logging
import ServiceLifecycle
import Storage

/// What runs beside the pages: jobs, imports, webhooks, seals, deletions by age. `serve` has one, `anban work` is one.
struct Workers: Service {
  let database: Database
  let config: Config
  let outside: Outside
  let webhooks: WebhookPolicy

  init(database: Database, config: Config) throws {
    self.database = database
    self.config = config
    webhooks = try WebhookPolicy(config)
    outside = .live(webhooks)
  }

  private static let sealEverySeconds = 60
  private static let consentEverySeconds = 5
  private static let factsEverySeconds = 1
  private static let premiumsEverySeconds = 20
  private static let remindEverySeconds = 15
  private static let returnEverySeconds = 60
  private static let complaintsEverySeconds = 60
  private static let waitingEverySeconds = 2
  private static let forgetEverySeconds = 3_600
  private static let departuresEverySeconds = 5

  func run() async throws {
    let seals = config.sealsFile
    let database = database
    let sealing = Chore("sealing the logs", everySeconds: Workers.sealEverySeconds) {
      try await Seals.write(database, file: seals)
    }
    let agreeing = Chore("computing consent that has come due", everySeconds: Workers.consentEverySeconds) {
      let access = Access.system(purpose: .administration)
      while try await database.act(as: access, background: true, { try Consents.refreshDue(in: $0) }) > 0 {}
    }
    let knowing = Chore("computing facts that have come due", everySeconds: Workers.factsEverySeconds) {
      let access = Access.system(purpose: .administration)
      while try await database.act(as: access, background: true, { try PersonFacts.refreshDue(in: $0) }) > 0 {}
    }
    let collecting = Chore("looking after premiums that are due", everySeconds: Workers.premiumsEverySeconds) {
      let access = Access.system(purpose: .contract)
      while try await database.act(as: access, background: true, { try Premiums.settle(limit: 50, in: $0) }) > 0 {}
      while try await database.act(as: access, background: true, { try Premiums.lookAfterCalls(limit: 20, in: $0) }) > 0
      {}
    }
    let reminding = Chore("telling of tasks whose reminder has come", everySeconds: Workers.remindEverySeconds) {
      let access = Access.system(purpose: .service)
      while try await database.act(as: access, background: true, { try Tasks.remindDue(limit: 100, in: $0) }) > 0 {}
    }
    let returning = Chore("returning leads that nobody touched", everySeconds: Workers.returnEverySeconds) {
      let access = Access.system(purpose: .service)
      while try await database.act(as: access, background: true, { try Leads.returnUntouched(limit: 100, in: $0) }) > 0
      {}
    }
    let answering = Chore("telling of complaints whose days run out", everySeconds: Workers.complaintsEverySeconds) {
      let access = Access.system(purpose: .service)
      while try await database.act(as: access, background: true, { try Complaints.escalateDue(limit: 20, in: $0) }) > 0
      {}
    }
    let departing = Chore("looking after departures", everySeconds: Workers.departuresEverySeconds) {
      try await Workers.lookAfterDepartures(database)
    }
    let settling = Chore("applying events whose records have come", everySeconds: Workers.waitingEverySeconds) {
      _ = try await Feeds.settleWaiting(in: database)
    }
    let forgetting = Chore("forgetting events of long ago", everySeconds: Workers.forgetEverySeconds) {
      let access = Access.system(purpose: .intake)
      while try await database.act(as: access, background: true, { try Feeds.prune(limit: 200, in: $0) }) == 200 {}
    }
    var registry = JobRegistry<Database>()
    registry.add(ProjectPolicies.self)
    registry.add(RunHandover.self)
    try await database.act(as: .system(purpose: .contract)) { tx in try Policies.scheduleProjection(in: tx) }
    let jobs = Worker(
      database: database, app: database, registry: registry,
      chores: [
        sealing, agreeing, knowing, collecting, reminding, returning, answering, departing, settling, forgetting,
      ])
    let imports = ImportWorker(db: database, logger: database.logger)
    let telling = WebhookWorker(db: database, outside: outside, policy: webhooks)
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await jobs.run() }
        group.addTask { await imports.run() }
        group.addTask { await telling.run() }
      }
    }
  }

  /// What people who left had in hand is taken from them, whom to tell is listed, and those above are told in time.
  private static func lookAfterDepartures(_ database: Database) async throws {
    let access = Access.system(purpose: .contract)
    while try await database.act(as: access, background: true, { try Departures.takeEffectDue(in: $0) }) > 0 {}
    while try await database.act(as: access, background: true, { try Departures.listDue(in: $0) }) > 0 {}
    while try await database.act(as: access, background: true, { try Departures.release(in: $0) }) > 0 {}
    while try await database.act(as: access, background: true, { try DepartureNotices.escalateDue(in: $0) }) > 0 {}
  }
}
