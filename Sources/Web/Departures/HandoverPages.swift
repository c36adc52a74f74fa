import Hummingbird
import Insurer
import Kernel
import Storage

/// Hand-overs: looked at first, then ordered, followed, and for a while undone.
enum HandoverPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/departures/{id}/handover", needs: .write(.departure), for: .fixed(.contract)) { call in
      try await preview(call, call.query, faults: [])
    }
    routes.page(.post, "/departures/{id}/handover", needs: .write(.departure), for: .own, order)
    routes.page(.get, "/departures/orphans/handover", needs: .write(.departure), for: .fixed(.contract)) { call in
      try await preview(call, call.query, faults: [])
    }
    routes.page(.post, "/departures/orphans/handover", needs: .write(.departure), for: .own, order)
    routes.page(.get, "/departures/handovers/{id}", needs: .read(.departure), for: .fixed(.contract), show)
    routes.page(.get, "/departures/handovers/{id}/progress", needs: .read(.departure), for: .fixed(.contract)) {
      call in
      let id = try call.id(Handover.self)
      let detail = try await call.read { tx in try Handovers.find(id, in: tx) }
      return try call.fragment(ImportProgress(detail.handover, call.format))
    }
    routes.page(.post, "/departures/handovers/{id}/undo", needs: .write(.departure), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(Handover.self)
      try await call.act { tx in try Handovers.undo(id, in: tx) }
      return call.redirect("/departures/handovers/\(id)", notice: "handoverUndone")
    }
  }

  /// What a form or an address asks for.
  private static func wanted(_ call: Call, _ form: FormFields) -> HandoverOrder {
    let departure = call.visit.parameters.get("id").flatMap { ID<Departure>($0) }
    var order = HandoverOrder(
      departure, form["rule"].flatMap { HandoverRule(rawValue: $0) } ?? .one, receiver: form["receiver"],
      reason: form["reason"] ?? "")
    if departure == nil {
      // Each once, in order; of what is no id nobody is meant.
      order.chosen = Set(form.all("customer").compactMap { ID<Customer>($0) }).sorted()
    }
    order.reachesOutside = form["outside"] != nil
    return order
  }

  private static func preview(_ call: Call, _ form: FormFields, faults: [FieldError]) async throws -> Response {
    let order = wanted(call, form)
    let isAsked = order.departure != nil || form["rule"] != nil
    do {
      let (preview, names) = try await call.read { tx in
        (
          isAsked ? try Handovers.preview(order, in: tx) : nil,
          try order.departure.map { try Departures.find($0, in: tx) }
        )
      }
      let page = HandoverPreviewPage(preview, names, order, form, faults: faults, call)
      return try call.page(
        page, title: call.words["departures.preview"], section: .departures,
        status: faults.isEmpty ? .ok : .unprocessableContent)
    } catch let error as AppError
      where error.kind == .invalid || error.code.hasPrefix("HANDOVER_") || error.code.hasPrefix("DEPARTURE_")
    {
      let said = error.fields.isEmpty ? [FieldError("receiver", error.code, error.detail)] : error.fields
      if order.departure != nil { return try await DeparturePages.show(call, faults: said) }
      let page = HandoverPreviewPage(nil, nil, order, form, faults: said, call)
      return try call.page(
        page, title: call.words["departures.preview"], section: .departures, status: .unprocessableContent)
    }
  }

  private static func order(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let order = wanted(call, form)
    do {
      let id = try await call.act { tx in try Handovers.order(order, in: tx).id }
      return call.redirect("/departures/handovers/\(id)", notice: "handoverOrdered")
    } catch let error as AppError where error.kind == .invalid || error.code.hasPrefix("HANDOVER_") {
      let faults = error.fields.isEmpty ? [FieldError("receiver", error.code, error.detail)] : error.fields
      return try await preview(call, form, faults: faults)
    }
  }

  private static func show(_ call: Call) async throws -> Response {
    let id = try call.id(Handover.self)
    let (detail, names) = try await call.read { tx in
      let detail = try Handovers.find(id, in: tx)
      let actors = [detail.handover.orderedBy] + [detail.handover.undoneBy].compactMap { $0 }
      return (detail, try Accounts.names(of: Set(actors), in: tx))
    }
    let page = HandoverPage(detail, names, call)
    return try call.page(page, title: call.words["departures.handover"], section: .departures)
  }
}
