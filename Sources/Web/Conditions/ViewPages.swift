import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/views`: keeping a list's address under a name, and taking it away.
enum ViewPages {
  static func routes(_ routes: Routes) {
    routes.page(.post, "/views", needs: .read(.customer), for: .own) { call in
      let form = try await call.form()
      let asked = FormFields(form["query"] ?? "")
      var fields = FormFields()
      // By name: what was searched for is not kept, whatever the form says.
      for name in FilterBuilder.kept { fields.set(name, asked[name]) }
      let condition = try asked["filter"].map { try Condition.read($0) }
      if let condition { fields.set("filter", condition.json) }
      let query = String(fields.with([:]).dropFirst())
      let (name, isShared) = (form["name"] ?? "", form["shared"] == "1")
      _ = try await call.act { tx in
        try Views.save(name, query: query, condition: condition, isShared: isShared, in: tx)
      }
      return call.redirect("/customers?\(query)", notice: "viewSaved")
    }
    routes.page(.post, "/views/{id}/removal", needs: .read(.customer), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(SavedView.self)
      try await call.act { tx in try Views.remove(id, in: tx) }
      return call.redirect("/customers", notice: "viewRemoved")
    }
  }
}
