import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/jobs`: background work for operators.
enum JobAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/jobs", scope: .read(.job), for: .fixed(.administration)) { call in
      var query = try call.strictQuery()
      let page = query.page(parts: 1)
      let after = query.place(of: page) { ID<JobRow>($0[0]) }
      let state = query.code("state", as: JobRow.State.self)
      try query.finish()
      let jobs = try await call.read { try Jobs.list(state, after: after, limit: page.limit + 1, in: $0) }
      let (items, next) = page.cut(jobs) { ["\($0.id)"] }
      return JSONWriter.page(items, next: next) { write($1, to: &$0) }
    }
    routes.api(.get, "/jobs/{id}", scope: .read(.job), for: .fixed(.administration)) { call in
      try call.noQuery()
      let id = try call.id(JobRow.self)
      let job = try await call.read { try Jobs.find(id, in: $0) }
      return JSONWriter.record { write(job, to: &$0) }.response()
    }
    routes.api(.post, "/jobs/{id}/retries", scope: .write(.job), for: .own) { call in
      try call.noQuery()
      let id = try call.id(JobRow.self)
      return try await call.actOnce { tx in
        try Jobs.retry(id, in: tx)
        let job = try Jobs.find(id, in: tx)
        return KeptAnswer(
          status: 202, location: "/api/v1/jobs/\(id)", body: JSONWriter.record { write(job, to: &$0) }.bytes)
      }
    }
  }

  private static func write(_ job: JobRow, to json: inout JSONWriter) {
    json.field("id", job.id)
    json.field("name", job.name)
    json.field("state", job.state)
    json.field("run_at", job.runAt)
    json.field("attempts", job.attempts)
    json.field("last_error", job.lastError)
    json.field("created_at", job.createdAt)
    json.field("finished_at", job.finishedAt)
  }
}
