import Hummingbird
import Insurer
import Kernel
import Storage

/// Background work for operators: what waits, runs and failed, and another try.
enum JobPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/jobs", needs: .read(.job), for: .fixed(.administration)) { call in
      try await list(call)
    }
    routes.page(.post, "/settings/jobs/{id}/retry", needs: .write(.job), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(JobRow.self)
      try await call.act { tx in try Jobs.retry(id, in: tx) }
      return call.redirect("/settings/jobs", notice: "jobRetried")
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    let state = call.query["state"].flatMap { JobRow.State(rawValue: $0) }
    let after = call.query["after"].flatMap { ID<JobRow>($0) }
    let (jobs, counts) = try await call.read { tx in
      (try Jobs.list(state, after: after, limit: pageSize + 1, in: tx), try Jobs.counts(in: tx))
    }
    let shown = jobs.prefix(pageSize)
    let words = call.words
    let canRetry = call.may(.write(.job))
    let filters =
      [Choice(words["settings.allJobs"], "/settings/jobs", isCurrent: state == nil)]
      + JobRow.State.allCases.map { item in
        Choice(
          words["settings.job.\(item.rawValue)"], "/settings/jobs?state=\(item.rawValue)", isCurrent: item == state,
          count: counts[item].map { call.format.number($0) })
      }
    let page = JobsPage(
      filters: filters, rows: shown.map { JobLine($0, canRetry: canRetry, call.format) }, csrf: call.csrf,
      empty: shown.isEmpty
        ? Empty(icon: "jobs", title: words["settings.noJobs"], text: words["settings.noJobsText"]) : nil,
      pager: Pager(
        summary: "",
        nextHref: jobs.count > pageSize
          ? shown.last.map { "/settings/jobs" + call.query.with(["after": "\($0.id)"]) } : nil,
        firstHref: after == nil ? nil : "/settings/jobs" + call.query.with(["after": nil])))
    return try call.page(page, title: words["settings.jobs"], section: .settings)
  }
}

extension JobLine {
  init(_ job: JobRow, canRetry: Bool, _ format: Format) {
    let word = format.words["settings.job.\(job.state.rawValue)"]
    let badge =
      switch job.state {
      case .waiting: Badge(word, tone: "quiet", icon: "clock")
      case .running: Badge(word, tone: "info", icon: "jobs")
      case .done: Badge(word, tone: "good", icon: "check")
      case .failed: Badge(word, tone: "bad", icon: "alert")
      case .uncertain: Badge(word, tone: "warn", icon: "info")
      case .cancelled: Badge(word, tone: "quiet", icon: "close")
      }
    // What has not been tried yet is not tried again.
    let isFresh = job.state == .waiting && job.attempts == 0
    let isOpen = job.state != .running && job.state != .done && !isFresh
    self.init(
      name: format.words.of("settings.jobNames", job.name.replacing(".", with: "_")) ?? job.name,
      key: job.uniqueKey ?? job.name, state: badge, attempts: format.number(job.attempts),
      at: JobLine.at(job, format), error: job.lastError,
      retryAction: canRetry && isOpen ? "/settings/jobs/\(job.id)/retry" : nil)
  }

  /// When it ended; when it is to run, for one that waits.
  private static func at(_ job: JobRow, _ format: Format) -> Moment {
    guard job.state == .waiting, job.runAt > format.now else { return format.moment(job.finishedAt ?? job.createdAt) }
    let text = "\(format.words["settings.runsAt"]) \(format.minute(job.runAt))"
    return Moment(text: text, exact: format.minute(job.runAt), iso: job.runAt.description)
  }
}
