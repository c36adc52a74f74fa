import Hummingbird

/// Every feature's routes; pages first, then the API.
enum Features {
  static func routes(_ routes: Routes) {
    StaticFiles.routes(routes)
    Health.routes(routes)
    SignInPages.routes(routes)
    AccountSettingsPages.routes(routes)
    SettingsIndexPages.routes(routes)
    WorkbenchPages.routes(routes)
    CustomerPages.routes(routes)
    CustomerExport.routes(routes)
    CustomerFormPages.routes(routes)
    ViewPages.routes(routes)
    ConsentPages.routes(routes)
    GrantPages.routes(routes)
    InteractionPages.routes(routes)
    PremiumPages.routes(routes)
    TaskFormPages.routes(routes)
    TaskPages.routes(routes)
    LeadPages.routes(routes)
    ApplicationPages.routes(routes)
    ComplaintPages.routes(routes)
    PolicyPages.routes(routes)
    ClaimPages.routes(routes)
    StaffPages.routes(routes)
    ViewAsPages.routes(routes)
    ProductPages.routes(routes)
    JobPages.routes(routes)
    CompliancePages.routes(routes)
    VerificationPages.routes(routes)
    ImportPages.routes(routes)
    Docs.routes(routes)
    CustomerAPI.routes(routes)
    FactAPI.routes(routes)
    ProductAPI.routes(routes)
    StaffAPI.routes(routes)
    ImportAPI.routes(routes)
    AuditAPI.routes(routes)
    OverviewAPI.routes(routes)
    RelationshipAPI.routes(routes)
    ConsentAPI.routes(routes)
    JobAPI.routes(routes)
    PolicyAPI.routes(routes)
    PremiumAPI.routes(routes)
    ComplaintAPI.routes(routes)
    ClaimAPI.routes(routes)
    InteractionAPI.routes(routes)
    TimelineAPI.routes(routes)
    TaskAPI.routes(routes)
    LeadAPI.routes(routes)
    ApplicationAPI.routes(routes)
    routes.close()
  }

  /// The routes with what each asks of its caller, for the tests that walk them.
  static func named(_ site: Site) -> [Routes.Route] {
    let routes = Routes(site: site, router: Router(context: Visit.self))
    Features.routes(routes)
    return routes.all
  }
}
