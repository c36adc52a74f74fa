/// Every page and fragment that has a template; the renderer compiles these at the start.
package enum Pages {
  package static let all: [any Page.Type] = [
    LoginPage.self, ErrorPage.self, WorkbenchPage.self, MorePage.self,
    CustomersPage.self, CustomerResults.self, CustomerOverviewPage.self, CustomerPoliciesPage.self,
    CustomerClaimsPage.self,
    CustomerTimelinePage.self, CustomerTimelineRows.self, CustomerInteractionsPage.self,
    CustomerRelationshipsPage.self, CustomerCorrectionsPage.self, CustomerAccessPage.self, CustomerFormPage.self,
    CustomerConsentsPage.self, CustomerExportPage.self, GrantFormPage.self, GrantsPage.self, InteractionFormPage.self,
    ComplaintsPage.self, ComplaintFormPage.self, ComplaintPage.self,
    DeparturesPage.self, DepartureFormPage.self, DeparturePage.self, HandoverPreviewPage.self, HandoverPage.self,
    OrphansPage.self, DepartureNoticesPage.self,
    FeedsPage.self, LiveCardPage.self, LettersPage.self, LetterPage.self,
    WebhooksPage.self, WebhookPage.self, WebhookFormPage.self, WebhookDeliveryPage.self,
    PremiumsPage.self, PremiumPage.self, PoliciesPage.self, PolicyPage.self, ClaimsPage.self, ClaimPage.self,
    TasksPage.self, TaskPage.self, TaskFormPage.self, ApplicationsPage.self, ApplicationPage.self, LeadsPage.self,
    LeadPage.self,
    LeadFormPage.self, VisitPage.self,
    ImportsPage.self, ImportUploadPage.self, ImportMapPage.self, ImportPreviewPage.self, ImportRunPage.self,
    ImportProgress.self,
    CompliancePage.self, ComplianceLookPage.self, VerificationPage.self, ViewAsPage.self, SettingsPage.self,
    TablePage.self,
    JobsPage.self, SessionsPage.self,
    TokensPage.self, DocsPage.self,
  ]
}
